import { expect } from "chai";
import { id, Interface, keccak256, AbiCoder } from "ethers";

import { contentIdOf, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { createWorkTask, type CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";
import { workTaskId } from "@corex/sdk/task/work-task-id";
import { plantRoot } from "@corex/sdk/task/plants";
import { inputIndex, siblingOf, toWorkTerms, WORK_TERMS_TYPE, workTaskFees } from "@corex/sdk/task/work-terms";

import { IWorkMarket__factory } from "../../../typechain-types/factories/contracts/market/IWorkMarket__factory.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const CXT = 10n ** 18n;
const OWNER = `0x${"11".repeat(20)}`;
const spec = contentIdOf(Buffer.from("spec"));
const manifest = contentIdOf(Buffer.from("manifest"));
const base: CreateWorkTaskInput = {
  owner: OWNER,
  kind: "inference",
  spec,
  manifest,
  inputs: 4,
  workUnits: 1_000_000n,
  feePerFragment: 2n * CXT,
  nonce: 5n,
};
const circuit = { id: id("circuit"), weights: 9n, inputRoot: id("inputs") };
const plants = [{ fragment: 1, result: id("r"), salt: id("s") }];

// createWorkTask
// ├── it fills in defaults that the market takes
// ├── labels are paired: two fragments for an input, a score to reach
// ├── plants commit to their root, and their jackpots are part of the fees
// └── when a term lies outside its bounds, or terms contradict each other
//     └── it throws TASK_INVALID naming the term
describe("createWorkTask", function () {
  it("fills in defaults", function () {
    const terms = createWorkTask(base);
    expect(terms).to.include({
      kind: 0n,
      verification: 0n,
      paired: false,
      verifiers: 3n,
      acceptScore: 0n,
      fragments: 4n,
      fragmentDuration: 600n,
      voteDuration: 600n,
      challengeDuration: 3_600n,
      feePerVerifier: CXT,
      plants: 0n,
      jackpot: 0n,
      spec: contentIdToBytes32(spec),
      manifest: contentIdToBytes32(manifest),
    });
    expect(terms.plantRoot).not.to.equal(createWorkTask(base).plantRoot);
    expect(workTaskFees(terms)).to.equal(4n * (2n * CXT + 2n * 3n * CXT));
    expect(siblingOf(terms, 2)).to.equal(undefined);
    expect(inputIndex(terms, 2)).to.equal(2);
  });

  it("pays nobody in a task of the network", function () {
    const terms = createWorkTask({ ...base, feePerFragment: 0n });
    expect(terms.feePerVerifier).to.equal(0n);
    expect(workTaskFees(terms)).to.equal(0n);
  });

  it("never offers verifiers more than the most", function () {
    const heavy = { ...base, workUnits: 10n ** 9n, feePerFragment: 1_000n * CXT };
    expect(createWorkTask(heavy).feePerVerifier).to.equal(50n * CXT);
  });

  it("pairs labels", function () {
    const terms = createWorkTask({ ...base, kind: "labelling", workUnits: 1_000n, inputs: 3 });
    expect(terms).to.include({ kind: 1n, paired: true, fragments: 6n, acceptScore: 60n });
    expect([0, 1, 4, 5].map((fragment) => siblingOf(terms, fragment))).to.deep.equal([1, 0, 5, 4]);
    expect([0, 1, 4, 5].map((fragment) => inputIndex(terms, fragment))).to.deep.equal([0, 0, 2, 2]);
  });

  it("commits to plants and counts their jackpots", function () {
    const plain = createWorkTask(base);
    const planted = createWorkTask({ ...base, planted: { plants, jackpot: 7n } });
    expect(planted).to.include({ plants: 1n, jackpot: 7n, plantRoot: plantRoot(plants) });
    expect(workTaskFees(planted) - workTaskFees(plain)).to.equal(7n);
  });

  it("takes a task that a circuit alone verifies", function () {
    const terms = createWorkTask({ ...base, verification: "proof", circuit });
    expect(terms).to.include({ verification: 1n, verifiers: 0n, feePerVerifier: 0n, circuit: circuit.id, weights: 9n });
  });

  const refused: [string, Partial<CreateWorkTaskInput>][] = [
    ["fragments", { inputs: 65 }],
    ["fragments", { inputs: 0 }],
    ["inputs", { inputs: 1.5 }],
    ["workUnits", { workUnits: 10n ** 9n + 1n, feePerFragment: 10n ** 22n }],
    ["workUnits", { workUnits: 0n }],
    ["acceptScore", { acceptScore: 1 }],
    ["acceptScore", { kind: "labelling", workUnits: 1n, acceptScore: 101 }],
    ["verifiers", { verifiers: 4 }],
    ["verifiers", { verifiers: 17 }],
    ["verifiers", { verification: "proof", circuit, verifiers: 3 }],
    ["circuit", { verification: "both" }],
    ["weights", { circuit: { ...circuit, weights: 0n } }],
    ["inputRoot", { circuit: { ...circuit, inputRoot: `0x${"0".repeat(64)}` } }],
    ["fragmentDuration", { fragmentDuration: 59 }],
    ["voteDuration", { voteDuration: 599 }],
    ["challengeDuration", { challengeDuration: 259_201 }],
    ["minTier", { minTier: 5 }],
    ["feePerFragment", { feePerFragment: CXT - 1n }],
    ["feePerVerifier", { feePerVerifier: CXT - 1n }],
    ["feePerVerifier", { feePerVerifier: 50n * CXT + 1n }],
    ["jackpot", { planted: { plants, jackpot: 0n } }],
    ["plants", { feePerFragment: 0n, planted: { plants, jackpot: 1n } }],
  ];
  for (const [term, change] of refused) {
    it(`refuses ${term} of ${Object.keys(change).join(", ")}`, async function () {
      await expectCorexError(() => createWorkTask({ ...base, ...change }), "TASK_INVALID", new RegExp(`^${term} is`));
    });
  }
});

describe("terms of work", function () {
  it("have the type of the contract, and survive a copy", function () {
    const abi = new Interface(IWorkMarket__factory.abi).getFunction("taskIdOf");
    expect(
      `tuple${abi?.inputs[0]
        ?.format("full")
        .replace(/^tuple|terms$/g, "")
        .trim()}`,
    ).to.equal(WORK_TERMS_TYPE);
    const terms = createWorkTask(base);
    expect(toWorkTerms(terms)).to.deep.equal(terms);
  });

  it("have the id of chain, market and terms", function () {
    const terms = createWorkTask(base);
    const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "address", WORK_TERMS_TYPE], [1, OWNER, terms]);
    expect(workTaskId(1, OWNER, terms)).to.equal(keccak256(encoded));
    expect(workTaskId(2, OWNER, terms)).not.to.equal(workTaskId(1, OWNER, terms));
  });
});

import { expect } from "chai";

import { AbiCoder, concat, id, keccak256, Wallet } from "ethers";

import {
  attestationSigner,
  signAttestation,
  type Attestation,
} from "../../../packages/sdk/src/benchmark/attestation.ts";
import { laneRoot } from "../../../packages/sdk/src/benchmark/lane-root.ts";
import { sampleLanes } from "../../../packages/sdk/src/benchmark/sample-lanes.ts";
import { findWrongLane, requireDigests } from "../../../packages/sdk/src/benchmark/verify-lanes.ts";
import { computeLane } from "../../../packages/sdk/src/benchmark/workload.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const SEED = id("seed");
const compute = async (seed: string, lanes: readonly number[]): Promise<string[]> =>
  Promise.resolve(lanes.map((lane) => computeLane(seed, lane, 1)));

// findWrongLane
// ├── it finds nothing in digests that hold
// ├── it finds the lane whose digest was changed, whichever it is
// └── it sees only the lanes of the sample
describe("findWrongLane", function () {
  const lanes = [0, 1, 2, 3, 4, 5];
  let digests: string[];

  before(async function () {
    digests = await compute(SEED, lanes);
  });

  const flip = (flipped: number): string[] =>
    digests.map((digest, lane) =>
      lane === flipped ? `0x${digest.at(2) === "0" ? "1" : "0"}${digest.slice(3)}` : digest,
    );

  it("finds nothing in digests that hold", async function () {
    expect(await findWrongLane(SEED, digests, lanes, compute)).to.equal(undefined);
  });

  it("finds the one lane that was changed", async function () {
    for (const lane of lanes) expect(await findWrongLane(SEED, flip(lane), lanes, compute)).to.equal(lane);
  });

  it("sees only the lanes of the sample, and every lane of another seed", async function () {
    expect(await findWrongLane(SEED, flip(3), [1, 5], compute)).to.equal(undefined);
    expect(await findWrongLane(id("other"), digests, [4], compute)).to.equal(4);
  });
});

// requireDigests
// ├── it takes the digests that the result commits to
// ├── it refuses too few and too many
// └── it refuses digests with another root, also the right ones in another order
describe("requireDigests", function () {
  const digests = ["a", "b", "c"].map(id);
  const result = laneRoot(digests);

  const rootOf = async (list: readonly string[]): Promise<string> => Promise.resolve(laneRoot(list));

  it("takes the digests that the result commits to, in either case of its digits", async function () {
    await requireDigests(digests, { lanes: 3, result }, rootOf);
    await requireDigests(digests, { lanes: 3, result: `0x${result.slice(2).toUpperCase()}` }, rootOf);
  });

  it("refuses another number, and another root", async function () {
    const short = () => requireDigests(digests.slice(1), { lanes: 3, result }, rootOf);
    await expectCorexError(short, "BENCHMARK_WRONG_COUNT", /has 3 lanes, got 2 digests/);
    const long = () => requireDigests([...digests, id("d")], { lanes: 3, result }, rootOf);
    await expectCorexError(long, "BENCHMARK_WRONG_COUNT", /has 3 lanes, got 4 digests/);
    const turned = () => requireDigests(digests.toReversed(), { lanes: 3, result }, rootOf);
    await expectCorexError(turned, "BENCHMARK_WRONG_ROOT", new RegExp(`the node answered ${result}`));
  });
});

// sampleLanes
// ├── it chooses distinct lanes that exist, in ascending order, all when there are few
// ├── it is the same whenever it is asked
// ├── it changes with the secret and with everything about the measurement
// └── it misses a fraction f with probability (1 - f)^samples
describe("sampleLanes", function () {
  const input = { secret: Buffer.alloc(32, 7), node: 1n, nonce: 2n, result: id("result"), lanes: 1_000, samples: 8 };

  it("chooses distinct lanes that exist, in ascending order", function () {
    const lanes = sampleLanes(input);
    expect(lanes).to.have.lengthOf(8);
    expect(new Set(lanes).size).to.equal(8);
    expect(lanes.every((lane) => Number.isInteger(lane) && lane >= 0 && lane < 1_000)).to.equal(true);
    expect(lanes).to.deep.equal(lanes.toSorted((a, b) => a - b));
    expect(sampleLanes({ ...input, lanes: 3 })).to.deep.equal([0, 1, 2]);
  });

  it("is the same whenever it is asked, and another for every other measurement, result or attestor", function () {
    expect(sampleLanes(input)).to.deep.equal(sampleLanes({ ...input, result: input.result.toUpperCase() }));
    const others = [
      { ...input, node: 2n },
      { ...input, nonce: 3n },
      { ...input, result: id("another") },
      { ...input, lanes: 1_001 },
      { ...input, secret: Buffer.alloc(32, 8) },
    ];
    const all = [input, ...others].map((each) => sampleLanes(each).join());
    expect(new Set(all).size).to.equal(6);
  });

  it("misses a fifth that was left out with the probability that is promised", function () {
    const trials = 3_000;
    let missed = 0;
    for (let nonce = 0n; nonce < trials; nonce += 1n) {
      if (sampleLanes({ ...input, nonce }).every((lane) => lane >= 200)) missed += 1;
    }
    // (4/5)^8 = 0.168 over 3,000 deterministic trials: within four standard deviations of 0.0068.
    expect(missed / trials).to.be.within(0.14, 0.196);
  });
});

// signAttestation
// ├── it signs the EIP-712 digest of the attestation under the registry's domain
// └── it signs another digest when any value changes
describe("signAttestation", function () {
  const wallet = new Wallet(`0x${"42".repeat(32)}`);
  const domain = { chainId: 31_337, benchmarkRegistry: `0x${"0a".repeat(20)}` };
  const attestation: Attestation = { node: 5n, nonce: 9n, result: id("result"), valid: true };

  it("signs the digest that the registry computes", async function () {
    const coder = AbiCoder.defaultAbiCoder();
    const domainHash = keccak256(
      coder.encode(
        ["bytes32", "bytes32", "bytes32", "uint256", "address"],
        [
          id("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
          id("Corex BenchmarkRegistry"),
          id("1"),
          domain.chainId,
          domain.benchmarkRegistry,
        ],
      ),
    );
    const structHash = keccak256(
      coder.encode(
        ["bytes32", "uint32", "uint32", "bytes32", "bool"],
        [id("Attestation(uint32 node,uint32 nonce,bytes32 result,bool valid)"), 5, 9, attestation.result, true],
      ),
    );
    const digest = keccak256(concat(["0x1901", domainHash, structHash]));
    const signed = await signAttestation(wallet, domain, attestation);
    expect(signed.attestor).to.equal(wallet.address);
    expect(signed.signature).to.equal(wallet.signingKey.sign(digest).serialized);
    expect(attestationSigner(domain, signed)).to.equal(wallet.address);
  });

  it("binds every value, the chain and the registry", async function () {
    const { signature } = await signAttestation(wallet, domain, attestation);
    const changes: Partial<Attestation>[] = [{ node: 6n }, { nonce: 8n }, { result: id("x") }, { valid: false }];
    for (const change of changes) {
      expect(attestationSigner(domain, { signature, attestation: { ...attestation, ...change } })).not.to.equal(
        wallet.address,
      );
    }
    expect(attestationSigner({ ...domain, chainId: 1 }, { signature, attestation })).not.to.equal(wallet.address);
    const elsewhere = { ...domain, benchmarkRegistry: wallet.address };
    expect(attestationSigner(elsewhere, { signature, attestation })).not.to.equal(wallet.address);
  });
});

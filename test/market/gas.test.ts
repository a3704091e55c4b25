import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";

import { provenStep } from "../support/market/proven.ts";
import { deployStaked, joinMany, leaveOnly } from "../support/market/stake.ts";
import { decide, deploySuite, loadFixture, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

/** Gas of whole transactions: execution, intrinsic cost and calldata. */
const TARGETS = { publish: 185_000n, register: 200_000n } as const;
/** What the moves of a fragment may cost; measured figures are in docs/gas.md. */
const ASSIGN_BOUND = 130_000n;
const BONDED_BOUND = 175_000n;
const SILENT_BOUND = 450_000n;
const SUBMIT_BOUND = 450_000n;
const FIRST_SUBMIT_BOUND = 660_000n;
const FREE_BOUND = 180_000n;
const MISS_BOUND = 420_000n;
const PRINT = process.env["COREX_GAS"] !== undefined;

async function gasOf(call: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await call).wait())?.gasUsed ?? 0n;
}

function report(operation: string, gas: bigint): bigint {
  if (PRINT) process.stdout.write(`      gas ${operation}: ${gas}\n`);
  return gas;
}

// Gas of whole transactions, with the targets that hold. COREX_GAS=1 prints every figure.
describe("Gas", function () {
  it("publishes any number of fragments for at most 185k, 48k of them for the history of votes", async function () {
    const suite = await loadFixture(deploySuite);
    const { owner } = suite;
    const feePerFragment = 512n * 10n ** 12n;
    const publish = async (chains: number, steps: number, nonce: bigint) => {
      const task = await LinearTask.create(suite, { owner, chains, steps, nonce, feePerFragment });
      return report(`publish, ${chains} x ${steps} fragments`, await gasOf(task.publish()));
    };
    await publish(1, 1, 0n); // the very first deposit also opens two slots of the escrow, once for all
    const [one, many] = [await publish(1, 1, 1n), await publish(64, 20, 2n)];
    expect(one).to.be.at.most(TARGETS.publish);
    expect(many).to.be.at.most(TARGETS.publish);
    expect(many - one).to.be.below(100n); // non-zero calldata bytes
  });

  it("publishes 64 x 1,000 network fragments for the cost of one", async function () {
    const suite = await loadFixture(deploySuite);
    const { admin } = suite;
    const costs: bigint[] = [];
    for (const [chains, steps] of [
      [1, 1],
      [64, 1_000],
    ] as const) {
      const task = await LinearTask.create(suite, { owner: admin, network: true, chains, steps });
      costs.push(report(`publishNetwork, ${chains} x ${steps} fragments`, await gasOf(task.publish())));
    }
    expect((costs[1] ?? 0n) - (costs[0] ?? 0n)).to.be.below(100n); // non-zero calldata bytes
  });

  it("draws, assigns, verifies, settles and pays a fragment, first and later", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, operators, owner } = suite;
    await leaveOnly(suite, operators[0]); // one node: few proofs
    const task = await LinearTask.create(suite, { owner, steps: 2, nonce: 4_242n });
    await task.publish();
    for (const step of ["first of a chain and of the epoch", "later"]) {
      await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
      const assigned = report(`assign, ${step}`, await gasOf(market.assign(task.terms, 0)));
      const submitted = report(`submit, ${step}`, await gasOf(task.submit(0)));
      expect(assigned).to.be.below(ASSIGN_BOUND);
      expect(submitted).to.be.below(step === "later" ? SUBMIT_BOUND : FIRST_SUBMIT_BOUND);
    }
  });

  it("gives back, misses and bonds a fragment within bounds", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, operators, owner } = suite;
    await leaveOnly(suite, operators[0]);
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1, feePerFragment: 10n ** 19n });
    await task.publish();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    expect(report("assign, with bond", await gasOf(market.assign(task.terms, 0)))).to.be.below(BONDED_BOUND);
    const refusal = market.connect(operators[0].signer).refuse(task.terms, 0);
    expect(report("refuse, with bond", await gasOf(refusal))).to.be.below(FREE_BOUND);
    await task.assign(0);
    await time.increase(601);
    const miss = gasOf(market.reassign(task.terms, 0));
    expect(report("reassign, with a slash", await miss)).to.be.below(MISS_BOUND);
  });

  it("looks at sixteen nodes and takes four out at most, when everybody fell silent", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    await joinMany(suite, 37);
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1 });
    await task.publish();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await time.increase(3_601);
    const gas = gasOf(market.assign(task.terms, 0));
    expect(report("assign, 40 silent nodes", await gas)).to.be.below(SILENT_BOUND);
    expect((await market.cursorOf(task.id, 0)).node).to.equal(0n);
  });

  it("verifies a proof for little more than its precompiles cost", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    const gas = report(
      "verify alone, with 21,000 and calldata",
      await proofVerifier.verify.estimateGas(circuit, proof, inputs),
    );
    const precompiles = 181_000n + 6n * (6_000n + 150n);
    expect(gas).to.be.below(precompiles + 60_000n);
  });

  it("registers a node for at most 200k", async function () {
    const { nodeRegistry, signer } = await loadFixture(deploySuite);
    const gas = report(
      "register a node",
      await gasOf(nodeRegistry.connect(signer(9)).register(signer(10), 1, "ipfs://node")),
    );
    expect(gas).to.be.at.most(TARGETS.register);
  });
});

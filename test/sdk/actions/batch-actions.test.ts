import { expect } from "chai";

import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { findInvalidProofs } from "../../../packages/sdk/src/actions/find-invalid-proofs.ts";
import { readSettledSteps } from "../../../packages/sdk/src/actions/read-settled-steps.ts";
import type { Sender } from "../../../packages/sdk/src/actions/sender.ts";
import { readSubmissionDomain, signSubmission } from "../../../packages/sdk/src/actions/sign-submission.ts";
import { submitBatchIntent, submitFragmentBatch } from "../../../packages/sdk/src/actions/submit-fragment-batch.ts";
import type { CorexContracts } from "../../../packages/sdk/src/contracts/connect.ts";
import { bisectInvalid } from "../../../packages/sdk/src/proof/bisect-invalid.ts";
import { ForgedTask } from "../../support/market/forged-task.ts";
import { deploySuite, ethers, loadFixture, type Signer } from "../../support/market/suite.ts";
import { forgeMany, registerTrapdoor } from "../../support/market/trapdoor.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

async function deployForged() {
  const suite = await deploySuite();
  return { ...suite, trapdoor: await registerTrapdoor(suite) };
}

/** A task with four assigned fragments, and a stranger as the SDK sees it. */
async function assigned() {
  const suite = await loadFixture(deployForged);
  const { market, proofVerifier, stranger, owner, trapdoor } = suite;
  const task = await ForgedTask.create(suite, { owner, circuit: trapdoor, chains: 4 });
  await task.publish();
  const prepared = await task.prepare(0, 1, 2, 3);
  const contracts = { taskMarket: market, proofVerifier } as unknown as CorexContracts;
  const sender: Sender = {
    address: stranger.address,
    provider: ethers.provider,
    async send({ to, data }) {
      const receipt = await (await stranger.sendTransaction({ to, data })).wait();
      if (receipt === null) throw new Error("not mined");
      return receipt;
    },
  };
  const context: ActionContext = { contracts, sender };
  const terms = { ...task.terms, ...bigints(task.terms) };
  return { ...suite, ...prepared, task, terms, contracts, context, circuit: trapdoor };
}

function bigints({ fragmentDuration, steps, shardsPerChain, chains, device, minTier }: ForgedTask["terms"]) {
  return {
    fragmentDuration: BigInt(fragmentDuration),
    steps: BigInt(steps),
    shardsPerChain: BigInt(shardsPerChain),
    chains: BigInt(chains),
    device: BigInt(device),
    minTier: BigInt(minTier),
  };
}

describe("submitFragmentBatch", function () {
  it("submits what operators signed, and says what each fragment earned", async function () {
    const { contracts, context, terms, task, operators, submissions, nodeRegistry } = await assigned();
    const { chainId } = await ethers.provider.getNetwork();
    const domain = await readSubmissionDomain(contracts, chainId);
    const relays = await Promise.all(
      submissions.map(async (submission, index) =>
        signSubmission(operators[index] as Signer, domain, task.id, submission),
      ),
    );
    const intent = submitBatchIntent(
      task.id,
      submissions.map(({ chain, step }) => ({ chain, step: Number(step) })),
    );
    expect(intent).to.equal(`submit-batch:${task.id}:0.0,1.0,2.0,3.0`);
    const { result, receipt } = await submitFragmentBatch(context, terms, submissions, relays, intent);
    expect(result.map(({ chain, step }) => [chain, step])).to.deep.equal([0, 1, 2, 3].map((chain) => [chain, 0]));
    for (const [index, { node, paid, fee, points }] of result.entries()) {
      expect(node).to.equal(await nodeRegistry.nodeOf(operators[index] as Signer));
      expect([paid, fee]).to.deep.equal([95n * 10n ** 14n, 5n * 10n ** 14n]);
      expect(points).to.be.above(0n);
    }
    // The events are those of single submissions: whoever follows a chain needs not know of batches.
    const range = { task: task.id, chain: 2, fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber };
    const settled = await readSettledSteps(contracts, ethers.provider, range);
    expect(settled).to.have.length(1);
  });

  it("fails before it is sent, with the code of the reason", async function () {
    const { context, terms, submissions, relays } = await assigned();
    await expectCorexError(
      () => submitFragmentBatch(context, terms, submissions, relays.slice(1), "i"),
      "CHAIN_TASKMARKET_RELAYCOUNT",
      /relays: 3, submissions: 4/,
      "after-change",
    );
    await expectCorexError(
      () => submitFragmentBatch(context, terms, submissions, relays.with(1, { ...relays[1]!, signature: "0x" }), "i"),
      "CHAIN_TASKMARKET_NOTSIGNED",
      /chain: 1/,
      "after-change",
    );
    const bad = submissions.with(3, { ...submissions[3]!, proof: submissions[2]!.proof });
    await expectCorexError(
      () => submitFragmentBatch(context, terms, bad, relays, "i"),
      "CHAIN_PROOFVERIFIER_INVALIDBATCH",
      /count: 4/,
      "after-change",
    );
  });
});

describe("findInvalidProofs", function () {
  it("names every bad proof of a batch, whatever is wrong with it, and none of a good one", async function () {
    const { contracts, circuit } = await assigned();
    const { proofs, statements } = forgeMany(9);
    const good = proofs.map((proof, index) => ({ proof, signals: statements[index]! }));
    expect(await findInvalidProofs(contracts, circuit, good)).to.deep.equal([]);
    expect(await findInvalidProofs(contracts, circuit, [])).to.deep.equal([]);
    const bad = good
      .with(0, { ...good[0]!, proof: good[1]!.proof })
      .with(4, { ...good[4]!, proof: { ...good[4]!.proof, c: [1n, 1n] } })
      .with(8, { ...good[8]!, signals: good[8]!.signals.with(2, 2n ** 256n - 1n) });
    expect(await findInvalidProofs(contracts, circuit, bad)).to.deep.equal([0, 4, 8]);
  });

  it("does not take a question that failed for an answer", async function () {
    const { contracts } = await assigned();
    const { proofs, statements } = forgeMany(2);
    const list = proofs.map((proof, index) => ({ proof, signals: statements[index]! }));
    await expectCorexError(
      () => findInvalidProofs(contracts, `0x${"11".repeat(32)}`, list),
      "CHAIN_CIRCUITREGISTRY_UNKNOWNCIRCUIT",
      /circuit/,
    );
    await expectCorexError(
      () => findInvalidProofs(contracts, `0x${"11".repeat(32)}`, [list[0]!, { ...list[1]!, signals: [1n] }]),
      "PROOF_SIGNAL_COUNT",
      /6 and 1/,
    );
  });
});

describe("bisectInvalid", function () {
  it("finds any set of bad proofs, never asks about more than it may, and asks once when all hold", async function () {
    for (const count of [1, 2, 7, 64]) {
      for (const bad of [[], [0], [count - 1], [0, count - 1], Array.from({ length: count }, (_, index) => index)]) {
        let questions = 0;
        const verify = (from: number, to: number): Promise<boolean> => {
          questions += 1;
          expect(to - from).to.be.within(1, 16);
          return Promise.resolve(!bad.some((index) => index >= from && index < to));
        };
        expect(await bisectInvalid(count, verify, 16)).to.deep.equal([...new Set(bad)].sort((a, b) => a - b));
        if (bad.length === 0) expect(questions).to.equal(Math.ceil(count / 16));
      }
    }
  });
});

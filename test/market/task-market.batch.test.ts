import { expect } from "chai";

import { fails, picture, start } from "../support/market/batches.ts";
import { rerandomise } from "../support/market/proven.ts";
import { networkHelpers, time, type Signer } from "../support/market/suite.ts";
import type { Submission } from "../support/market/task.ts";

const PAID = 95n * 10n ** 14n; // 95 % of 0.01 CXT
const FEE = 5n * 10n ** 14n;

// TaskMarket.submitBatch
// ├── when there are neither no relays nor as many as submissions
// │   └── it reverts with TaskMarketRelayCount(relays, submissions)
// ├── when there is no submission
// │   └── it reverts with ProofVerifierBatchSize(count, maximum)
// ├── when an operator other than the caller did not sign exactly this submission for this market
// │   └── it reverts with TaskMarketNotSigned(operator, chain)
// ├── when any fragment would be refused by submit
// │   └── it reverts as submit does, and nothing of the batch is settled
// ├── when a chain comes up twice
// │   └── it reverts with TaskMarketWrongStep(step, openStep) or FragmentsNotAssigned(step)
// ├── when any proof proves something else
// │   └── it reverts with ProofVerifierInvalidBatch(circuit, count)
// └── it settles every fragment as submit does, whoever the caller is
describe("TaskMarket.submitBatch", function () {
  it("settles four fragments of three nodes for a stranger: each node is paid, credited and freed", async function () {
    const context = await start();
    const {
      market,
      escrow,
      scheduler,
      reputation,
      nodeRegistry,
      rewardDistributor,
      relayer,
      task,
      operators,
      submissions,
      relays,
    } = context;
    const before = await picture(context);
    const payouts = await Promise.all(
      operators.map(async (operator) => (await nodeRegistry.get(await nodeRegistry.nodeOf(operator))).payout),
    );
    const call = relayer.submitBatch(task.terms, submissions, relays);
    await call;
    for (const [index, submission] of submissions.entries()) {
      const node = await nodeRegistry.nodeOf(operators[index] as Signer);
      const { newWeights, gradient, batch, loss, chain, artifact } = submission;
      await expect(call)
        .to.emit(market, "FragmentSettled")
        .withArgs(
          task.id,
          chain,
          0n,
          node,
          [newWeights, gradient, batch, loss, node],
          artifact,
          PAID,
          FEE,
          (n: bigint) => n > 0n,
        );
      await expect(call).to.emit(escrow, "Released").withArgs(task.id, payouts[index], PAID);
      expect(await market.headOf(task.id, chain)).to.equal(newWeights);
      expect((await market.cursorOf(task.id, chain)).step).to.equal(1n);
      expect((await scheduler.weightOf(node)).open).to.equal(0n);
    }
    await expect(call)
      .to.emit(escrow, "Released")
      .withArgs(task.id, await escrow.feeRouter(), 4n * FEE);
    expect(await escrow.heldFor(task.id)).to.equal(before.held - 4n * (PAID + FEE));
    expect((await market.stateOf(task.id)).settled).to.equal(4n);
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
    for (const operator of new Set(operators)) {
      const node = await nodeRegistry.nodeOf(operator);
      const count = BigInt(operators.filter(({ address }) => address === operator.address).length);
      const index = operators.indexOf(operator);
      expect((await reputation.conductOf(node)).completed).to.equal((before.conduct[index] ?? 0n) + count);
      expect((await rewardDistributor.accountOf(node)).computePoints).to.be.above(before.points[index] ?? 0n);
      expect(await escrow.owedTo(payouts[index] as string)).to.equal(count * PAID);
    }
  });

  it("leaves the same as the same submissions one by one", async function () {
    const context = await start();
    const { market, relayer, task, operators, submissions, relays } = context;
    const snapshot = await networkHelpers.takeSnapshot();
    const now = (await time.latest()) + 10;
    for (const [index, submission] of submissions.entries()) {
      await time.setNextBlockTimestamp(now + index);
      await market.connect(operators[index]).submit(task.terms, submission);
    }
    const alone = await picture(context);
    await snapshot.restore();
    await time.setNextBlockTimestamp(now);
    await relayer.submitBatch(task.terms, submissions, relays);
    const together = await picture(context);
    // Time and ticket of the next draw differ: the batch is one block.
    expect({ ...together, cursors: [] }).to.deep.equal({ ...alone, cursors: [] });
    expect(together.cursors.map(([step, node]) => [step, node])).to.deep.equal(
      alone.cursors.map(([step, node]) => [step, node]),
    );
  });

  it("reverts for a number of relays that is neither none nor that of the submissions, and for no submission", async function () {
    const { market, proofVerifier, relayer, task, submissions, relays } = await start();
    for (const wrong of [relays.slice(1), [...relays, relays[0] as (typeof relays)[0]]]) {
      await expect(relayer.submitBatch(task.terms, submissions, wrong))
        .to.be.revertedWithCustomError(market, "TaskMarketRelayCount")
        .withArgs(BigInt(wrong.length), 4n);
    }
    await expect(relayer.submitBatch(task.terms, [], []))
      .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierBatchSize")
      .withArgs(0n, 64n);
  });

  it("settles all or nothing: one bad proof, and which one is not said", async function () {
    const context = await start();
    const { proofVerifier, relayer, task, submissions, relays } = context;
    const before = await picture(context);
    for (const index of submissions.keys()) {
      const good = submissions[index] as Submission;
      const other = submissions[(index + 1) % 4] as Submission;
      const bad = submissions.with(index, { ...good, proof: other.proof });
      await expect(relayer.submitBatch(task.terms, bad, relays))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidBatch")
        .withArgs(task.terms.circuit, 4n);
    }
    expect(await picture(context)).to.deep.equal(before);
    await relayer.submitBatch(task.terms, submissions, relays);
  });

  it("names an input that is not in the field by its place in the batch", async function () {
    const { proofVerifier, task, operators, submissions, relayer } = await start();
    const alias = { ...(submissions[2] as Submission), loss: 2n ** 256n - 1n };
    const relays = await Promise.all(
      submissions.map(async (submission, index) =>
        task.relay(index === 2 ? alias : submission, operators[index] as Signer),
      ),
    );
    await expect(relayer.submitBatch(task.terms, submissions.with(2, alias), relays))
      .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInputNotInField")
      .withArgs(6n * 2n + 4n, 2n ** 256n - 1n);
  });

  it("reverts when a chain comes up twice, with the same proof or another one of the same statement", async function () {
    const context = await start();
    const { market, relayer, task, submissions, relays } = context;
    const before = await picture(context);
    const [first, relay] = [submissions[0] as Submission, relays[0] as (typeof relays)[0]];
    const again = { ...first, proof: rerandomise(first.proof, 5n) };
    for (const second of [first, again]) {
      await expect(relayer.submitBatch(task.terms, [...submissions, second], [...relays, relay]))
        .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
        .withArgs(0n, 1n);
    }
    await expect(
      relayer.submitBatch(
        task.terms,
        [first, { ...again, step: 1n }],
        [relay, await task.relay({ ...again, step: 1n }, context.operators[0] as Signer)],
      ),
    )
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(1n);
    expect(await picture(context)).to.deep.equal(before);
  });

  it("does not credit a re-randomised proof a second time (FM-25)", async function () {
    const { market, relayer, task, submissions, relays } = await start();
    await relayer.submitBatch(task.terms, submissions, relays);
    const again = submissions.map((submission) => ({ ...submission, proof: rerandomise(submission.proof, 3n) }));
    await expect(relayer.submitBatch(task.terms, again, relays))
      .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
      .withArgs(0n, 1n);
  });

  it("reverts once the deadline of a fragment has passed, and takes it in the last second", async function () {
    const { market, relayer, task, submissions, relays } = await start();
    const { deadline } = await market.cursorOf(task.id, 0);
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(relayer.submitBatch(task.terms, submissions, relays))
      .to.be.revertedWithCustomError(market, "FragmentsDeadlinePassed")
      .withArgs(deadline, deadline + 1n);
    await snapshot.restore();
    await time.setNextBlockTimestamp(deadline);
    await relayer.submitBatch(task.terms, submissions, relays);
  });

  it("settles fragments in flight of a cancelled task, and completes a task with its last ones", async function () {
    const { market, escrow, owner, relayer, task, submissions, relays } = await start();
    await market.connect(owner).cancel(task.terms);
    await expect(relayer.submitBatch(task.terms, submissions, relays)).to.not.emit(market, "TaskCompleted");
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    const single = await start({ steps: 1 });
    await expect(single.relayer.submitBatch(single.task.terms, single.submissions, single.relays))
      .to.emit(single.market, "TaskCompleted")
      .withArgs(single.task.id);
    await expect(single.relayer.submitBatch(single.task.terms, single.submissions, single.relays))
      .to.be.revertedWithCustomError(single.market, "MarketWrongStatus")
      .withArgs(single.task.id, 3n);
  });

  it("credits network fragments from the pool alone", async function () {
    const context = await start({ network: true });
    const { market, escrow, relayer, task, submissions, relays } = context;
    const call = relayer.submitBatch(task.terms, submissions, relays);
    await expect(call).to.emit(market, "FragmentSettled");
    await expect(call).to.not.emit(escrow, "Released");
    const after = await picture(context);
    expect(after.points.every((points) => points > 0n)).to.equal(true);
  });

  it("reverts as a whole for a caller with too little gas, whatever the amount", async function () {
    const context = await start();
    const { relayer, task, submissions, relays } = context;
    const before = await picture(context);
    const needed = await relayer.submitBatch.estimateGas(task.terms, submissions, relays);
    for (const tenths of [3n, 5n, 7n, 8n, 9n]) {
      const gasLimit = (needed * tenths) / 10n;
      expect(await fails(relayer.submitBatch(task.terms, submissions, relays, { gasLimit }))).to.equal(true);
    }
    expect(await picture(context)).to.deep.equal(before);
  });
});

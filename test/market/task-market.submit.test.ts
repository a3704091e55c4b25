import { expect } from "chai";
import { ZeroHash } from "ethers";

import { observe } from "../support/market/books.ts";
import { lastTicket } from "../support/market/draw.ts";
import { extendTranscript, hashOf } from "../support/market/hashes.ts";
import { BPS, deploySuite, loadFixture, networkHelpers, time, type Signer } from "../support/market/suite.ts";
import { ARTIFACT, LinearTask } from "../support/market/task.ts";

const PAID = 95n * 10n ** 14n; // 95 % of 0.01 CXT
const FEE = 5n * 10n ** 14n;

/** A task whose first fragment of chain 0 is assigned. */
async function assigned(options: { steps?: number } = {}) {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  const operator = await task.assign(0);
  return { ...suite, suite, task, operator };
}

/** The operators that the fragment was not drawn to. */
function others(all: readonly { signer: Signer }[], operator: Signer): Signer[] {
  return all.map(({ signer }) => signer).filter(({ address }) => address !== operator.address);
}

// TaskMarket.submit
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── given the task is completed
// │   └── it reverts with MarketWrongStatus(task, Completed)
// ├── when the chain is not one of the task's
// │   └── it reverts with TaskMarketUnknownChain(chain, chains)
// ├── when the caller operates no node
// │   └── it reverts with NodeRegistryUnknownOperator(caller)
// ├── when the step is not the open one
// │   └── it reverts with TaskMarketWrongStep(step, openStep)
// ├── given the fragment is not assigned
// │   └── it reverts with FragmentsNotAssigned(step)
// ├── given the deadline passed
// │   └── it reverts with FragmentsDeadlinePassed(deadline, timestamp)
// ├── when the fragment is another node's
// │   └── it reverts with MarketNotAssignee(caller, assignee)
// ├── when the heads of the chains are not those of the terms
// │   └── it reverts with TaskMarketWrongInitialHeads(given, expected)
// ├── when the step did not start from the head
// │   └── it reverts with MarketStaleHead(weights, head)
// ├── when the shard is not the one of this step
// │   └── it reverts with MarketShardNotInRoot(index, batch)
// ├── when the proof does not prove it (see proof-verifier.test.ts and the regression tests)
// └── it moves the chain, pays the node, credits points and emits FragmentSettled
describe("TaskMarket.submit", function () {
  it("reverts for terms that were never published", async function () {
    const { market, task, operator } = await assigned();
    const terms = { ...task.terms, nonce: 7n };
    await expect(market.connect(operator).submit(terms, await task.claim(0, operator.address)))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(await market.taskIdOf(terms), 0n);
  });

  it("reverts for a chain beyond the last", async function () {
    const { market, task, operator } = await assigned();
    const claim = await task.claim(0, operator.address);
    await expect(market.connect(operator).submit(task.terms, { ...claim, chain: 2 }))
      .to.be.revertedWithCustomError(market, "TaskMarketUnknownChain")
      .withArgs(2n, 2n);
  });

  it("reverts for a caller without a node", async function () {
    const { market, nodeRegistry, stranger, task, operator } = await assigned();
    await expect(market.connect(stranger).submit(task.terms, await task.claim(0, operator.address)))
      .to.be.revertedWithCustomError(nodeRegistry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
  });

  it("reverts for a step that is not open, before or after", async function () {
    const { market, task, operator } = await assigned();
    const claim = await task.claim(0, operator.address);
    for (const step of [1n, 2n, 2n ** 32n - 1n]) {
      await expect(market.connect(operator).submit(task.terms, { ...claim, step }))
        .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
        .withArgs(step, 0n);
    }
  });

  it("reverts while the fragment is not assigned", async function () {
    const { market, task, operator } = await assigned();
    await expect(market.connect(operator).submit(task.terms, await task.claim(1, operator.address)))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(0n);
  });

  it("reverts for every node but the assignee", async function () {
    const { market, nodeRegistry, operators, task, operator } = await assigned();
    const assignee = await nodeRegistry.nodeOf(operator);
    for (const foreign of others(operators, operator)) {
      await expect(market.connect(foreign).submit(task.terms, await task.claim(0, foreign.address)))
        .to.be.revertedWithCustomError(market, "MarketNotAssignee")
        .withArgs(await nodeRegistry.nodeOf(foreign), assignee);
    }
  });

  it("accepts at the deadline and reverts a second later", async function () {
    const { suite, market, task, operator } = await assigned();
    const submission = await task.submission(0, operator.address);
    const { deadline } = await market.cursorOf(task.id, 0);
    const before = await observe(suite, task);
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(market.connect(operator).submit(task.terms, submission))
      .to.be.revertedWithCustomError(market, "FragmentsDeadlinePassed")
      .withArgs(deadline, deadline + 1n);
    expect(await observe(suite, task)).to.deep.equal(before);
    await snapshot.restore();
    await time.setNextBlockTimestamp(deadline);
    await expect(market.connect(operator).submit(task.terms, submission)).to.emit(market, "FragmentSettled");
  });

  it("reverts when the heads are not those of the terms: changed, cut, extended or missing", async function () {
    const { market, task, operator } = await assigned();
    const claim = await task.claim(0, operator.address);
    const [first = 0n, second = 0n] = task.heads;
    for (const initialHeads of [[second, first], [first], [first, second, 0n], []]) {
      await expect(market.connect(operator).submit(task.terms, { ...claim, initialHeads }))
        .to.be.revertedWithCustomError(market, "TaskMarketWrongInitialHeads")
        .withArgs(hashOf("uint256[]", initialHeads), task.terms.initialWeights);
    }
  });

  it("reverts when the terms hash fewer heads than chains, so that no chain starts from nothing", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    const whole = await LinearTask.create(suite, { owner });
    const initialHeads = whole.heads.slice(0, 1);
    const task = await LinearTask.create(suite, { owner, initialWeights: hashOf("uint256[]", initialHeads) });
    await task.publish();
    const operator = await task.assign(1);
    const claim = await task.claim(1, operator.address);
    await expect(market.connect(operator).submit(task.terms, { ...claim, initialHeads }))
      .to.be.revertedWithCustomError(market, "TaskMarketWrongInitialHeads")
      .withArgs(task.terms.initialWeights, task.terms.initialWeights);
  });

  it("reverts when the step did not start from the head: at first, and later", async function () {
    const { market, task, operator } = await assigned();
    const claim = await task.claim(0, operator.address);
    const [head = 0n, otherChain = 0n] = task.heads;
    for (const weights of [otherChain, head + 1n, 0n]) {
      await expect(market.connect(operator).submit(task.terms, { ...claim, weights }))
        .to.be.revertedWithCustomError(market, "MarketStaleHead")
        .withArgs(weights, head);
    }
    await task.submit(0);
    const next = await task.assign(0);
    const later = await task.claim(0, next.address);
    await expect(market.connect(next).submit(task.terms, { ...later, weights: head, initialHeads: [...task.heads] }))
      .to.be.revertedWithCustomError(market, "MarketStaleHead")
      .withArgs(head, claim.newWeights);
  });

  it("reverts when the shard is another step's, another chain's, or none of the task's", async function () {
    const { market, task, operator } = await assigned();
    const claim = await task.claim(0, operator.address);
    const foreign = await task.claim(1, operator.address);
    const leaf = task.shardProof(1)[0] ?? ZeroHash;
    for (const change of [
      { batch: foreign.batch, shardProof: foreign.shardProof },
      { batch: foreign.batch },
      { batch: claim.batch + 1n },
      { shardProof: [] },
      { shardProof: claim.shardProof.slice(1) },
      { shardProof: [...claim.shardProof, ZeroHash] },
      { batch: BigInt(leaf), shardProof: claim.shardProof.slice(1) }, // an inner node in place of a leaf
    ]) {
      await expect(market.connect(operator).submit(task.terms, { ...claim, ...change }))
        .to.be.revertedWithCustomError(market, "MarketShardNotInRoot")
        .withArgs(0n, change.batch ?? claim.batch);
    }
  });

  it("moves the chain, pays the node, credits points and tells everything", async function () {
    const { suite, market, escrow, nodeRegistry, rewardDistributor, operators, task, operator } = await assigned();
    const { reputation } = suite;
    const node = await nodeRegistry.nodeOf(operator);
    const submission = await task.submission(0, operator.address);
    const { newWeights, gradient, batch, loss } = submission;
    const record = { newWeights, gradient, batch, loss, node };
    const before = await observe(suite, task);
    const score = await reputation.scoreOf(node);

    const call = market.connect(operator).submit(task.terms, submission);
    await call;
    const [at, ticket] = [BigInt(await time.latest()), await lastTicket()];
    const { maxRewardPerPoint, matchBps } = await rewardDistributor.terms();
    const points = (PAID * matchBps) / BPS / maxRewardPerPoint; // the fee binds, not the work
    await expect(call)
      .to.emit(market, "FragmentSettled")
      .withArgs(task.id, 0n, 0n, node, Object.values(record), ARTIFACT, PAID, FEE, points);
    const index = operators.findIndex(({ node: candidate }) => candidate === node);
    await expect(call).to.emit(escrow, "Released").withArgs(task.id, operators[index]?.payout, PAID);
    await expect(call).to.emit(escrow, "Released").withArgs(task.id, suite.feeRouter, FEE);
    await expect(call).to.not.emit(market, "TaskCompleted");

    const after = await observe(suite, task);
    const owed = [...before.owed];
    owed[2] = (owed[2] ?? 0n) + FEE;
    owed[3 + index] = (owed[3 + index] ?? 0n) + PAID;
    expect(after).to.deep.equal({
      ...before,
      state: { ...before.state, assigned: 0n, settled: 1n },
      cursors: [
        {
          step: 1n,
          node: 0n,
          missed: 0n,
          ticket,
          requestedAt: at,
          deadline: 0n,
          waited: 0n,
          attempt: 0n,
          bonded: false,
          refused: false,
        },
        before.cursors[1],
      ],
      heads: [newWeights, 0n],
      transcripts: [extendTranscript(ZeroHash, record), ZeroHash],
      held: before.held - PAID - FEE,
      owed,
      points: after.points,
      load: before.load.with(index, 0n),
      conduct: after.conduct,
    });
    // The whole time but a second was left: full quality, 2 % of what is missing to one.
    const completed = BigInt(before.conduct[index]?.["completed"] as bigint) + 1n;
    expect(after.conduct[index]?.["completed"]).to.equal(completed);
    expect(after.conduct[index]?.["score"]).to.be.closeTo(score + (10n ** 18n - score) / 50n, 10n ** 11n);
    expect(after.points[index]?.["computePoints"]).to.equal(points);
  });

  it("completes the task with its last fragment, and nothing can be submitted afterwards", async function () {
    const { suite, market, escrow, operators, task } = await assigned({ steps: 1 });
    await task.submit(0);
    const last = await task.assign(1);
    const submission = await task.submission(1, last.address);
    const call = market.connect(last).submit(task.terms, submission);
    await expect(call).to.emit(market, "TaskCompleted").withArgs(task.id);
    expect((await market.stateOf(task.id)).status).to.equal(3n);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    expect(await escrow.owedTo(suite.feeRouter)).to.equal(2n * FEE);
    const owed = await Promise.all(operators.map(async ({ payout }) => escrow.owedTo(payout)));
    expect(owed.reduce((sum, amount) => sum + amount, 0n)).to.equal(2n * PAID);
    await expect(market.connect(last).submit(task.terms, submission))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 3n);
  });

  it("takes the open step alone once all steps of the chain are settled", async function () {
    const { market, task, operator } = await assigned({ steps: 1 });
    const submission = await task.submission(0, operator.address);
    await task.submit(0);
    await expect(market.connect(operator).submit(task.terms, submission))
      .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
      .withArgs(0n, 1n);
    await expect(market.connect(operator).submit(task.terms, { ...submission, step: 1n }))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(1n);
  });

  it("pays a node that was suspended or left after the draw", async function () {
    const { market, nodeRegistry, task, operator } = await assigned();
    await nodeRegistry.suspend(await nodeRegistry.nodeOf(operator));
    await task.submit(0);
    const next = await task.assign(0);
    await nodeRegistry.connect(next).exit();
    await task.submit(0);
    expect((await market.stateOf(task.id)).settled).to.equal(2n);
  });
});

import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { lastTicket } from "../support/market/draw.ts";
import { deploySuite, loadFixture, mine, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

async function assigned() {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner });
  await task.publish();
  const operator = await task.assign(0);
  const { node, deadline } = await suite.market.cursorOf(task.id, 0);
  return { ...suite, suite, task, operator, node, deadline };
}

// TaskMarket.reassign
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── when the chain is not one of the task's
// │   └── it reverts with TaskMarketUnknownChain(chain, chains)
// ├── given the fragment is not assigned
// │   └── it reverts with FragmentsNotAssigned(step)
// ├── given the deadline has not passed
// │   └── it reverts with FragmentsDeadlineNotPassed(deadline, timestamp)
// ├── given the task is active
// │   └── it frees the fragment, remembers the node and emits FragmentMissed
// └── given the task was cancelled
//     └── it refunds the reserve and emits ReserveRefunded
describe("TaskMarket.reassign", function () {
  it("reverts for terms that were never published", async function () {
    const { market, task } = await assigned();
    const terms = { ...task.terms, nonce: 9n };
    await expect(market.reassign(terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(await market.taskIdOf(terms), 0n);
  });

  it("reverts for a chain beyond the last", async function () {
    const { market, task } = await assigned();
    await expect(market.reassign(task.terms, 2))
      .to.be.revertedWithCustomError(market, "TaskMarketUnknownChain")
      .withArgs(2n, 2n);
  });

  it("reverts while the fragment is free, so nobody can renew a draw that is not theirs to renew", async function () {
    const { market, task } = await assigned();
    await expect(market.reassign(task.terms, 1))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(0n);
  });

  it("reverts at the deadline, for the owner and for the node itself", async function () {
    const { suite, market, owner, operator, task, deadline } = await assigned();
    const before = await observe(suite, task);
    await time.setNextBlockTimestamp(deadline);
    await expect(market.connect(owner).reassign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsDeadlineNotPassed")
      .withArgs(deadline, deadline);
    expect(await observe(suite, task)).to.deep.equal(before);
    await time.setNextBlockTimestamp(deadline + 1n);
    await market.connect(operator).reassign(task.terms, 0);
  });

  it("frees the fragment a second after the deadline and remembers who missed it", async function () {
    const { suite, market, operators, stranger, task, node, deadline } = await assigned();
    const before = await observe(suite, task);
    await time.setNextBlockTimestamp(deadline + 1n);
    const call = market.connect(stranger).reassign(task.terms, 0);
    await expect(call).to.emit(market, "FragmentMissed").withArgs(task.id, 0n, 0n, node, 0n);
    await expect(call).to.not.emit(market, "ReserveRefunded");
    const ticket = await lastTicket();
    const index = operators.findIndex((candidate) => candidate.node === node);
    const after = await observe(suite, task);
    expect(after).to.deep.equal({
      ...before,
      state: { ...before.state, assigned: 0n },
      load: before.load.with(index, 0n),
      conduct: after.conduct,
      cursors: [
        {
          step: 0n,
          node: 0n,
          missed: node,
          ticket,
          requestedAt: deadline + 1n,
          deadline: 0n,
          waited: deadline + 1n - BigInt(before.cursors[0]?.["requestedAt"] as bigint),
          attempt: 1n,
          bonded: false,
          refused: false,
        },
        before.cursors[1],
      ],
    });
    // A miss costs reputation, 5 % of the score, whatever the node staked.
    expect(after.conduct[index]?.["missed"]).to.equal(1n);
    expect(await suite.reputation.scoreOf(node)).to.be.lessThan(485n * 10n ** 15n);
    for (const other of [0, 1, 2].filter((candidate) => candidate !== index)) {
      expect(after.conduct[other]).to.deep.equal(before.conduct[other]);
    }
  });

  it("reverts when called twice", async function () {
    const { market, task } = await assigned();
    await time.increase(601);
    await market.reassign(task.terms, 0);
    await expect(market.reassign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(0n);
  });

  it("draws another node while there is one, and forgets the miss with the next step", async function () {
    const { market, nodeRegistry, task, node } = await assigned();
    await time.increase(601);
    await market.reassign(task.terms, 0);
    const next = await task.assign(0);
    expect(await nodeRegistry.nodeOf(next)).to.not.equal(node);
    await task.submit(0);
    const cursor = await market.cursorOf(task.id, 0);
    expect([cursor.step, cursor.missed, cursor.attempt]).to.deep.equal([1n, 0n, 0n]);
  });

  it("does not let the late node submit between its deadline and the reassignment, nor after", async function () {
    const { market, task, operator, deadline, node } = await assigned();
    const submission = await task.submission(0, operator.address);
    await time.increaseTo(deadline + 1n);
    await expect(market.connect(operator).submit(task.terms, submission)).to.be.revertedWithCustomError(
      market,
      "FragmentsDeadlinePassed",
    );
    await market.reassign(task.terms, 0);
    await expect(market.connect(operator).submit(task.terms, submission))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(0n);
    await task.assign(0);
    const { node: assignee } = await market.cursorOf(task.id, 0);
    await expect(market.connect(operator).submit(task.terms, submission))
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(node, assignee);
  });

  it("refunds the reserve of a cancelled task, once", async function () {
    const { suite, market, escrow, owner, task, node } = await assigned();
    await market.connect(owner).cancel(task.terms);
    await time.increase(601);
    const before = await observe(suite, task);
    const call = market.reassign(task.terms, 0);
    const fee = task.terms.feePerFragment;
    const back = fee - (fee * 500n) / 10_000n; // the protocol fee of a fragment that somebody missed is kept
    await expect(call).to.emit(market, "FragmentMissed").withArgs(task.id, 0n, 0n, node, 0n);
    await expect(call).to.emit(market, "ReserveRefunded").withArgs(task.id, 0n, back);
    await expect(call).to.emit(escrow, "Released").withArgs(task.id, owner, back);
    const after = await observe(suite, task);
    expect(after.held).to.equal(before.held - fee);
    expect(after.owed[0]).to.equal((before.owed[0] ?? 0n) + back);
    await expect(market.reassign(task.terms, 0)).to.be.revertedWithCustomError(market, "FragmentsNotAssigned");
    await mine(8);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 2n);
  });

  it("refunds nothing for a network task, which holds nothing", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, admin } = suite;
    const task = await LinearTask.create(suite, { owner: admin, network: true });
    await task.publish();
    await task.assign(0);
    await market.cancel(task.terms);
    await time.increase(601);
    await expect(market.reassign(task.terms, 0)).to.not.emit(market, "ReserveRefunded");
    expect(await escrow.owedTo(admin)).to.equal(0n);
    expect((await market.stateOf(task.id)).assigned).to.equal(1n); // chain 1: its draw is decided
  });
});

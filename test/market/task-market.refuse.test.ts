import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { lastTicket } from "../support/market/draw.ts";
import { deploySuite, loadFixture, time } from "../support/market/suite.ts";
import { leaveOnly, operatorOf } from "../support/market/stake.ts";
import { LinearTask } from "../support/market/task.ts";

async function assigned(options: { network?: boolean } = {}) {
  const suite = await loadFixture(deploySuite);
  const owner = options.network === true ? suite.admin : suite.owner;
  const task = await LinearTask.create(suite, { owner, ...options });
  await task.publish();
  const operator = await task.assign(0);
  const { node, deadline } = await suite.market.cursorOf(task.id, 0);
  return { ...suite, suite, task, operator, node, deadline, lastSecond: deadline - 300n };
}

// TaskMarket.refuse
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── when the chain is not one of the task's
// │   └── it reverts with TaskMarketUnknownChain(chain, chains)
// ├── given the fragment is free, or another node's
// │   └── it reverts with MarketNotAssignee(caller, assignee)
// ├── given less than half of the time is left
// │   └── it reverts with FragmentsTooLateToRefuse(lastSecond, timestamp)
// ├── given the task is active
// │   ├── it frees the fragment, costs nothing yet, and emits FragmentRefused
// │   └── once the next node did it: it costs 1 % of the score
// └── given the task was cancelled: see task-market.cancel.test.ts
describe("TaskMarket.refuse", function () {
  it("reverts for terms that were never published", async function () {
    const { market, operator, task } = await assigned();
    const terms = { ...task.terms, nonce: 9n };
    await expect(market.connect(operator).refuse(terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(await market.taskIdOf(terms), 0n);
  });

  it("reverts for a chain beyond the last", async function () {
    const { market, operator, task } = await assigned();
    await expect(market.connect(operator).refuse(task.terms, 2))
      .to.be.revertedWithCustomError(market, "TaskMarketUnknownChain")
      .withArgs(2n, 2n);
  });

  it("reverts for everybody but the assignee: owner, stranger and other nodes", async function () {
    const { suite, market, owner, admin, stranger, operators, task, node } = await assigned();
    const before = await observe(suite, task);
    for (const caller of [owner, admin, stranger]) {
      await expect(market.connect(caller).refuse(task.terms, 0))
        .to.be.revertedWithCustomError(market, "MarketNotAssignee")
        .withArgs(0n, node);
    }
    for (const other of operators.filter((candidate) => candidate.node !== node)) {
      await expect(market.connect(other.signer).refuse(task.terms, 0))
        .to.be.revertedWithCustomError(market, "MarketNotAssignee")
        .withArgs(other.node, node);
    }
    expect(await observe(suite, task)).to.deep.equal(before);
  });

  it("reverts while the fragment is free, also for a caller without a node, whose node would be the free one's", async function () {
    const { market, operator, stranger, task, node } = await assigned();
    await expect(market.connect(operator).refuse(task.terms, 1))
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(node, 0n);
    await expect(market.connect(stranger).refuse(task.terms, 1))
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(0n, 0n);
  });

  it("reverts a second after half of the time", async function () {
    const { suite, market, operator, task, lastSecond } = await assigned();
    const before = await observe(suite, task);
    await time.setNextBlockTimestamp(lastSecond + 1n);
    await expect(market.connect(operator).refuse(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsTooLateToRefuse")
      .withArgs(lastSecond, lastSecond + 1n);
    expect(await observe(suite, task)).to.deep.equal(before);
  });

  it("frees the fragment in the last second of the first half, and remembers who gave it back", async function () {
    const { suite, market, operators, operator, slasher, task, node, lastSecond } = await assigned();
    const before = await observe(suite, task);
    await time.setNextBlockTimestamp(lastSecond);
    const call = market.connect(operator).refuse(task.terms, 0);
    await expect(call).to.emit(market, "FragmentRefused").withArgs(task.id, 0n, 0n, node);
    await expect(call).to.not.emit(market, "ReserveRefunded");
    const ticket = await lastTicket();
    const index = operators.findIndex((candidate) => candidate.node === node);
    const after = await observe(suite, task);
    const waited = lastSecond - BigInt(before.cursors[0]?.["requestedAt"] as bigint);
    const freed = {
      node: 0n,
      missed: node,
      ticket,
      requestedAt: lastSecond,
      deadline: 0n,
      waited,
      attempt: 1n,
      refused: true,
    };
    expect(after).to.deep.equal({
      ...before,
      state: { ...before.state, assigned: 0n },
      cursors: [{ ...before.cursors[0], ...freed }, before.cursors[1]],
      load: before.load.with(index, 0n),
    });
    expect((await slasher.lastOffenceOf(node))[0]).to.equal(0n); // no offence
  });

  it("costs 1 % of the score once the next node did the fragment: it could be done", async function () {
    const { market, operator, reputation, task, node } = await assigned();
    const score = await reputation.scoreOf(node);
    await market.connect(operator).refuse(task.terms, 0);
    expect((await reputation.conductOf(node)).refused).to.equal(0n);
    await task.assign(0);
    await task.submit(0);
    const { refused, missed } = await reputation.conductOf(node);
    expect([refused, missed]).to.deep.equal([1n, 0n]);
    expect(await reputation.scoreOf(node)).to.be.closeTo((score * 99n) / 100n, 10n ** 13n);
    // It is forgotten with the step.
    const cursor = await market.cursorOf(task.id, 0);
    expect([cursor.missed, cursor.refused]).to.deep.equal([0n, false]);
  });

  it("costs nothing when the next node cannot do it either: the owner hides its data", async function () {
    const { market, operator, reputation, task, node } = await assigned();
    await market.connect(operator).refuse(task.terms, 0);
    const next = await task.assign(0);
    await market.connect(next).refuse(task.terms, 0);
    await task.assign(0);
    await time.increase(601);
    await market.reassign(task.terms, 0);
    expect((await market.cursorOf(task.id, 0)).refused).to.equal(false); // the last one missed it
    expect((await reputation.conductOf(node)).refused).to.equal(0n);
  });

  it("reverts when called twice", async function () {
    const { market, operator, task, node } = await assigned();
    await market.connect(operator).refuse(task.terms, 0);
    await expect(market.connect(operator).refuse(task.terms, 0))
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(node, 0n);
  });

  it("draws another node while there is one; only the last is drawn again", async function () {
    const { suite, market, nodeRegistry, operator, task, node } = await assigned();
    await market.connect(operator).refuse(task.terms, 0);
    const next = await task.assign(0);
    expect(await nodeRegistry.nodeOf(next)).to.not.equal(node);
    await leaveOnly(suite, operatorOf(suite, node));
    await market.connect(next).refuse(task.terms, 0);
    expect((await task.assign(0)).address).to.equal(operator.address);
    // Alone, it is drawn again whatever it gave back: a task never stalls for want of another.
    await market.connect(operator).refuse(task.terms, 0);
    expect((await task.assign(0)).address).to.equal(operator.address);
  });

  it("does not let the node submit what it gave back", async function () {
    const { market, operator, task } = await assigned();
    const claim = await task.claim(0, operator.address);
    await market.connect(operator).refuse(task.terms, 0);
    await expect(market.connect(operator).submit(task.terms, claim))
      .to.be.revertedWithCustomError(market, "FragmentsNotAssigned")
      .withArgs(0n);
  });

  it("works for network tasks, and for a node that was suspended or left meanwhile", async function () {
    const { market, nodeRegistry, reputation, operator, task, node } = await assigned({ network: true });
    await nodeRegistry.suspend(node);
    await market.connect(operator).refuse(task.terms, 0);
    expect((await reputation.conductOf(node)).refused).to.equal(0n);
    const next = await task.assign(0);
    await nodeRegistry.connect(next).exit();
    await expect(market.connect(next).refuse(task.terms, 0)).to.emit(market, "FragmentRefused");
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
  });
});

describe("A node that refuses everything", function () {
  it("loses weight by each refusal of what others do, and stalls nobody: the next draw goes to another", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, scheduler, reputation, owner, operators } = suite;
    const [, lazy] = operators;
    const weights = [(await scheduler.weightOf(lazy.node)).weight];
    // Until it was drawn twice; it has a third of the weights.
    for (let nonce = 1n; weights.length < 3; nonce++) {
      const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1, nonce });
      await task.publish();
      const first = await task.assign(0);
      await market.connect(first).refuse(task.terms, 0); // costs those nothing whose fragments nobody does
      if (first.address !== lazy.address) continue;
      expect((await task.assign(0)).address).to.not.equal(lazy.address);
      await task.submit(0);
      expect((await market.stateOf(task.id)).status).to.equal(3n);
      weights.push((await scheduler.weightOf(lazy.node)).weight);
    }
    expect((await reputation.conductOf(lazy.node)).refused).to.equal(2n);
    // Weight is proportional to the score, which fell by 1 % each time, from one half.
    expect(weights).to.deep.equal([25_000n, 24_750n, 24_500n]);
  });
});

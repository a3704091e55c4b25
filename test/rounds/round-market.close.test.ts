import { expect } from "chai";

import { decide, mine, nextPeriod, time } from "../support/market/suite.ts";
import { deployRounds, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, RoundTask, type RoundOptions } from "../support/rounds/task.ts";

async function published(options: Omit<RoundOptions, "owner"> = {}) {
  const suite = await loadFixture(deployRounds);
  const task = await RoundTask.create(suite, { owner: suite.owner, lanes: 3n, quorum: 2n, heldOut: 0n, ...options });
  await task.publish();
  const { openedAt } = await suite.rounds.stateOf(task.id);
  return {
    ...suite,
    suite,
    task,
    fee: task.terms.feePerGradient,
    over: openedAt + task.terms.roundDuration,
    close: suite.rounds.connect(suite.stranger).closeRound,
    /** A beat of all nodes: the round's time is longer than they may be silent. */
    beat: async () => {
      for (const { signer } of suite.operators) await suite.nodeRegistry.connect(signer).heartbeat();
    },
  };
}

/** A round of three lanes of which two are settled, and lane 2 was missed once. */
async function missedOnce() {
  const given = await published();
  await given.task.work(0);
  await given.task.work(1);
  await given.task.assign(2);
  await time.increase(601);
  await given.rounds.reassign(given.task.terms, 2);
  return given;
}

// RoundMarket.closeRound
// ├── when the terms were never published, or the task is cancelled
// │   └── it reverts with MarketWrongStatus(task, status)
// ├── given the round is settled already
// │   └── it reverts with RoundMarketNotOpen(0, round, phase)
// ├── given the round's time is not over
// │   └── it reverts with RoundMarketRoundNotOver(deadline, timestamp)
// ├── given fewer lanes than the quorum are settled
// │   └── it reverts with RoundMarketNoQuorum(settled, quorum)
// ├── given a missing lane is assigned, in time or late
// │   └── it reverts with RoundMarketLaneBinding(lane, node, ticket)
// ├── given the first draw of a missing lane is decided
// │   └── it reverts with RoundMarketLaneBinding(lane, 0, ticket)
// ├── given a missing lane was missed or given back
// │   └── it drops it, keeps its protocol fee and refunds the rest, whoever calls
// └── given the draw of a missing lane is not decided
//     └── it drops it and refunds the whole fee
describe("RoundMarket.closeRound", function () {
  it("reverts for unknown and for cancelled tasks", async function () {
    const { rounds, owner, task, close } = await published();
    const other = { ...task.terms, nonce: 9n };
    await expect(close(other))
      .to.be.revertedWithCustomError(rounds, "MarketWrongStatus")
      .withArgs(await rounds.taskIdOf(other), 0n);
    await rounds.connect(owner).cancel(task.terms);
    await expect(close(task.terms)).to.be.revertedWithCustomError(rounds, "MarketWrongStatus").withArgs(task.id, 2n);
  });

  it("reverts when the round is settled, and before its time is over", async function () {
    const { rounds, task, over, close } = await published();
    await time.setNextBlockTimestamp(over);
    await expect(close(task.terms))
      .to.be.revertedWithCustomError(rounds, "RoundMarketRoundNotOver")
      .withArgs(over, over);
    await task.workLanes();
    await expect(close(task.terms)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen").withArgs(0n, 0n, 1n);
  });

  it("reverts below the quorum, however long the round waits", async function () {
    const { rounds, task, over, close } = await published();
    await task.work(1);
    await time.increaseTo(over + 86_400n);
    await expect(close(task.terms)).to.be.revertedWithCustomError(rounds, "RoundMarketNoQuorum").withArgs(1n, 2n);
  });

  it("waits for an assigned lane, also when it is late: somebody reassigns it first", async function () {
    const { rounds, task, over, beat, close } = await published();
    await task.work(0);
    await task.work(1);
    await time.increaseTo(over - 60n);
    await beat();
    const operator = await task.assign(2);
    const { node, ticket, deadline } = await rounds.cursorOf(task.id, 2);
    for (const at of [over + 1n, deadline + 1n]) {
      await time.increaseTo(at);
      await expect(close(task.terms))
        .to.be.revertedWithCustomError(rounds, "RoundMarketLaneBinding")
        .withArgs(2n, node, ticket);
    }
    expect(operator.address).to.not.equal("");
    await rounds.reassign(task.terms, 2);
    await expect(close(task.terms)).to.emit(rounds, "RoundClosed");
  });

  it("pays the assigned lane that delivers after the round's time", async function () {
    const { rounds, task, over, beat, close } = await published();
    await task.work(0);
    await task.work(1);
    await time.increaseTo(over - 60n);
    await beat();
    await task.assign(2);
    await time.increaseTo(over + 10n);
    await expect(close(task.terms)).to.be.revertedWithCustomError(rounds, "RoundMarketLaneBinding");
    await expect(task.submit(2)).to.emit(rounds, "PhaseOpened");
    expect((await rounds.stateOf(task.id)).settled).to.equal(7n);
  });

  it("waits for a decided first draw: nobody may drop the lane that another node won (INV-RND-6)", async function () {
    const { suite, rounds, task, over, close, owner } = await published();
    await task.work(0);
    await task.work(1);
    const { ticket } = await rounds.cursorOf(task.id, 2);
    await decide(suite, ticket);
    await time.increaseTo(over + 1n);
    for (const caller of [rounds.connect(owner).closeRound, close]) {
      await expect(caller(task.terms))
        .to.be.revertedWithCustomError(rounds, "RoundMarketLaneBinding")
        .withArgs(2n, 0n, ticket);
    }
  });

  it("drops a missed lane: its protocol fee is kept, the rest refunded at once", async function () {
    const { rounds, roundEscrow, task, fee, over, close, owner, feeRouter } = await missedOnce();
    await time.increaseTo(over + 1n);
    const [held, owed, toRouter] = [
      await roundEscrow.heldFor(task.id),
      await roundEscrow.owedTo(owner),
      await roundEscrow.owedTo(feeRouter),
    ];
    const kept = fee / 20n;
    const call = close(task.terms);
    await expect(call)
      .to.emit(rounds, "RoundClosed")
      .withArgs(task.id, 0n, 3n, fee - kept, kept);
    await expect(call).to.emit(rounds, "PhaseOpened");
    expect(await roundEscrow.heldFor(task.id)).to.equal(held - fee);
    expect(await roundEscrow.owedTo(owner)).to.equal(owed + fee - kept);
    expect(await roundEscrow.owedTo(feeRouter)).to.equal(toRouter + kept);
    const { gradients, shares } = await rounds.gradientsOf(task.id);
    expect(gradients.slice(0, 3)).to.deep.equal([10_000n, 10_001n, 0n]);
    expect(shares.slice(0, 3)).to.deep.equal([128n, 128n, 0n]);
    // The lane is gone, and the next round has it again.
    await expect(rounds.assign(task.terms, 2)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen");
    await task.work(APPLY_FRAGMENT);
    await task.work(2);
    expect((await rounds.gradientsOf(task.id)).gradients[2]).to.equal(10_102n);
  });

  it("drops a lane that was given back, and whose redraw is decided, for the protocol fee", async function () {
    const { suite, rounds, task, fee, over, close } = await published();
    await task.work(0);
    await task.work(1);
    const operator = await task.assign(2);
    await rounds.connect(operator).refuse(task.terms, 2);
    const node = await suite.nodeRegistry.nodeOf(operator);
    const conduct = (await suite.reputation.conductOf(node)).toString();
    await decide(suite, (await rounds.cursorOf(task.id, 2)).ticket);
    await time.increaseTo(over + 1n);
    await expect(close(task.terms))
      .to.emit(rounds, "RoundClosed")
      .withArgs(task.id, 0n, 3n, fee - fee / 20n, fee / 20n);
    // Refusing the dropped lane cost its node nothing: nobody did it.
    expect((await suite.reputation.conductOf(node)).toString()).to.equal(conduct);
  });

  it("refunds the whole fee of a lane whose draw is not decided", async function () {
    const { suite, rounds, task, fee, over, close } = await published();
    await task.work(0);
    await task.work(1);
    await time.increaseTo(over + 1n);
    // Nobody took the first draw while it was good: whoever renews it knows nothing of the next.
    await nextPeriod(suite);
    await expect(rounds.assign(task.terms, 2)).to.emit(rounds, "DrawRenewed");
    await expect(close(task.terms)).to.emit(rounds, "RoundClosed").withArgs(task.id, 0n, 3n, fee, 0n);
    await mine(2);
  });

  it("never drops an apply or an evaluation", async function () {
    const { rounds, task, over, close } = await published();
    await task.workLanes();
    await task.assign(APPLY_FRAGMENT);
    await time.increaseTo(over + 86_400n);
    await expect(close(task.terms)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen").withArgs(0n, 0n, 1n);
  });
});

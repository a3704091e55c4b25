import { expect } from "chai";

import { BPS, decide, mine, nextPeriod, time } from "../support/market/suite.ts";
import { operatorOf } from "../support/market/stake.ts";
import { CXT } from "../support/market/suite.ts";
import { deployRounds, deployStakedRounds, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, RoundTask, type RoundOptions } from "../support/rounds/task.ts";

async function published(options: Omit<RoundOptions, "owner"> = {}) {
  const suite = await loadFixture(deployRounds);
  const task = await RoundTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task, fee: task.terms.feePerGradient, cancel: suite.rounds.connect(suite.owner).cancel };
}

// RoundMarket.reassign, RoundMarket.refuse
// ├── given the fragment is not assigned
// │   └── they revert with FragmentsNotAssigned, MarketNotAssignee
// ├── before the deadline, or in the second half of the time
// │   └── they revert with FragmentsDeadlineNotPassed, FragmentsTooLateToRefuse
// ├── reassign frees the fragment, records the miss and slashes the bond
// └── refuse frees the fragment; the next node that does it is paid, and earns no match
describe("RoundMarket.reassign and refuse", function () {
  it("revert while nobody has the fragment, for another caller, too early and too late", async function () {
    const { rounds, task, stranger, operators } = await published();
    await expect(rounds.reassign(task.terms, 0)).to.be.revertedWithCustomError(rounds, "FragmentsNotAssigned");
    await expect(rounds.connect(operators[0].signer).refuse(task.terms, 0)).to.be.revertedWithCustomError(
      rounds,
      "MarketNotAssignee",
    );
    const operator = await task.assign(0);
    const { node, deadline } = await rounds.cursorOf(task.id, 0);
    await expect(rounds.connect(stranger).refuse(task.terms, 0))
      .to.be.revertedWithCustomError(rounds, "MarketNotAssignee")
      .withArgs(0n, node);
    await time.setNextBlockTimestamp(deadline);
    await expect(rounds.reassign(task.terms, 0))
      .to.be.revertedWithCustomError(rounds, "FragmentsDeadlineNotPassed")
      .withArgs(deadline, deadline);
    await expect(rounds.connect(operator).refuse(task.terms, 0)).to.be.revertedWithCustomError(
      rounds,
      "FragmentsTooLateToRefuse",
    );
  });

  it("frees a late fragment of every phase and draws it again without the node", async function () {
    const { rounds, task, scheduler } = await published({ rounds: 1n, lanes: 1n, heldOut: 1n });
    for (const fragment of [0, APPLY_FRAGMENT, FIRST_EVALUATION]) {
      await task.assign(fragment);
      const before = await rounds.cursorOf(task.id, fragment);
      await time.increaseTo(before.deadline + 1n);
      await expect(rounds.reassign(task.terms, fragment))
        .to.emit(rounds, "FragmentMissed")
        .withArgs(task.id, fragment, before.step, before.node, 0n);
      const after = await rounds.cursorOf(task.id, fragment);
      expect([after.node, after.missed, after.attempt, after.step]).to.deep.equal([0n, before.node, 1n, before.step]);
      expect((await scheduler.weightOf(before.node)).open).to.equal(0n);
      await task.work(fragment);
    }
    expect((await rounds.stateOf(task.id)).status).to.equal(3n);
  });

  it("slashes the bond of a staked node that is late, and lets go that of one that delivers or gives back", async function () {
    const suite = await loadFixture(deployStakedRounds);
    const { rounds, vault, owner } = suite;
    const fee = 10n * CXT;
    const task = await RoundTask.create(suite, { owner, feePerGradient: fee, rounds: 1n, lanes: 3n, heldOut: 0n });
    await task.publish();
    const held = async (node: bigint) => (await vault.stakeDataOf(node)).held;
    await task.assign(0);
    const first = await rounds.cursorOf(task.id, 0);
    expect([first.bonded, await held(first.node)]).to.deep.equal([true, fee / 2n]);
    await task.submit(0);
    expect(await held(first.node)).to.equal(0n);
    const operator = await task.assign(1);
    const second = await rounds.cursorOf(task.id, 1);
    await rounds.connect(operator).refuse(task.terms, 1);
    expect(await held(second.node)).to.equal(0n);
    await task.assign(2);
    const third = await rounds.cursorOf(task.id, 2);
    const staked = await vault.stakeOf(third.node);
    await time.increaseTo(third.deadline + 1n);
    await expect(rounds.reassign(task.terms, 2))
      .to.emit(rounds, "FragmentMissed")
      .withArgs(task.id, 2n, 0n, third.node, fee / 2n);
    expect(await vault.stakeOf(third.node)).to.equal(staked - fee / 2n);
    expect(await held(third.node)).to.equal(0n);
    expect(operatorOf(suite, third.node).node).to.equal(third.node);
  });

  it("pays, and does not match, a fragment that somebody gave back", async function () {
    const { suite, rounds, task, rewardDistributor } = await published({ lanes: 1n });
    const points = async (node: bigint) => (await rewardDistributor.accountOf(node)).computePoints;
    // What nobody gave back is matched.
    const other = await RoundTask.create(suite, { owner: suite.owner, nonce: 7n });
    await other.publish();
    const matched = await suite.nodeRegistry.nodeOf(await other.assign(0));
    const none = await points(matched);
    await other.submit(0);
    expect((await points(matched)) > none).to.equal(true);
    const operator = await task.assign(0);
    await expect(rounds.connect(operator).refuse(task.terms, 0)).to.emit(rounds, "FragmentRefused");
    const second = await task.assign(0);
    const node = await suite.nodeRegistry.nodeOf(second);
    const before = await points(node);
    await expect(task.submit(0)).to.emit(rounds, "FragmentSettled");
    expect(await points(node)).to.equal(before);
    expect((await rounds.stateOf(task.id)).phase).to.equal(1n);
  });
});

// RoundMarket.cancel
// ├── when the caller is not the owner, or the task is not active
// │   └── it reverts with MarketNotOwner, MarketWrongStatus
// ├── given no draw is decided
// │   └── it refunds everything unsettled
// ├── given fragments are assigned or decided
// │   └── it keeps their fees until they are settled, missed, given back or drawn to nobody
// ├── given a lane was missed
// │   └── its protocol fee is kept
// └── in every phase what is open can still be paid, and opens nothing
describe("RoundMarket.cancel", function () {
  it("is the owner's alone, once, and refunds everything while no draw is decided", async function () {
    const { rounds, roundEscrow, owner, stranger, task, cancel } = await published();
    await expect(rounds.connect(stranger).cancel(task.terms))
      .to.be.revertedWithCustomError(rounds, "MarketNotOwner")
      .withArgs(stranger, owner);
    const other = await RoundTask.create(task.suite, { owner, nonce: 1n });
    await other.publish();
    await expect(cancel(other.terms)).to.emit(rounds, "TaskCancelled").withArgs(other.id, other.totalFee, 0n);
    expect(await roundEscrow.owedTo(owner)).to.equal(other.totalFee);
    await expect(cancel(other.terms)).to.be.revertedWithCustomError(rounds, "MarketWrongStatus").withArgs(other.id, 2n);
    await mine(3);
    await expect(rounds.assign(other.terms, 0))
      .to.be.revertedWithCustomError(rounds, "MarketWrongStatus")
      .withArgs(other.id, 2n);
  });

  it("keeps the fees of assigned and of decided lanes; they are still done and paid", async function () {
    const { suite, rounds, roundEscrow, stranger, task, fee, cancel } = await published({ lanes: 3n });
    await task.work(0);
    await task.assign(1);
    const refunded = task.totalFee - 3n * fee;
    await expect(cancel(task.terms))
      .to.emit(rounds, "TaskCancelled")
      .withArgs(task.id, refunded, 2n * fee);
    expect((await rounds.stateOf(task.id)).reserved).to.equal(6n);
    await expect(rounds.assign(task.terms, 0)).to.be.revertedWithCustomError(rounds, "MarketWrongStatus");
    await expect(task.submit(1)).to.emit(rounds, "FragmentSettled");
    await rounds.connect(stranger).assign(task.terms, 2);
    const call = task.submit(2);
    await expect(call).to.emit(rounds, "FragmentSettled");
    // All lanes are settled, and nothing is opened.
    await expect(call).to.not.emit(rounds, "PhaseOpened");
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
    const { phase, reserved } = await rounds.stateOf(task.id);
    expect([phase, reserved]).to.deep.equal([0n, 0n]);
    expect(suite.operators.length).to.equal(3);
  });

  it("refunds a reserve that is missed, given back or drawn to nobody, less the protocol fee of the first two", async function () {
    const { suite, rounds, roundEscrow, task, fee, cancel, owner } = await published({ lanes: 3n });
    await task.assign(0);
    const operator = await task.assign(1);
    await cancel(task.terms);
    const kept = (fee * 500n) / BPS;
    const owed = await roundEscrow.owedTo(owner);
    await expect(rounds.connect(operator).refuse(task.terms, 1))
      .to.emit(rounds, "ReserveRefunded")
      .withArgs(task.id, 1n, fee - kept);
    await nextPeriod(suite);
    await expect(rounds.assign(task.terms, 2)).to.emit(rounds, "ReserveRefunded").withArgs(task.id, 2n, fee);
    await time.increase(601);
    await expect(rounds.reassign(task.terms, 0))
      .to.emit(rounds, "ReserveRefunded")
      .withArgs(task.id, 0n, fee - kept);
    expect(await roundEscrow.owedTo(owner)).to.equal(owed + 3n * fee - 2n * kept);
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
    await mine(8);
    for (const lane of [0, 1, 2]) {
      await expect(rounds.assign(task.terms, lane)).to.be.revertedWithCustomError(rounds, "MarketWrongStatus");
    }
  });

  it("keeps the protocol fee of a lane that was missed: publishing again is not free (INV-RND-6)", async function () {
    const { rounds, roundEscrow, feeRouter, task, fee, cancel } = await published({ lanes: 1n, quorum: 1n });
    await task.assign(0);
    await time.increase(601);
    await rounds.reassign(task.terms, 0);
    const kept = fee / 20n;
    await expect(cancel(task.terms))
      .to.emit(rounds, "TaskCancelled")
      .withArgs(task.id, task.totalFee - kept, 0n);
    expect(await roundEscrow.owedTo(feeRouter)).to.equal(kept);
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("pays a step in flight, which moves the head and opens nothing", async function () {
    const { rounds, roundEscrow, task, cancel } = await published();
    await task.workLanes();
    await task.assign(APPLY_FRAGMENT);
    await cancel(task.terms);
    expect(await roundEscrow.heldFor(task.id)).to.equal(task.terms.feePerApply);
    const call = task.submit(APPLY_FRAGMENT);
    await expect(call).to.emit(rounds, "FragmentSettled");
    await expect(call).to.not.emit(rounds, "PhaseOpened");
    expect(await rounds.headOf(task.id)).to.equal(90_000n);
    const { status, round } = await rounds.stateOf(task.id);
    expect([status, round]).to.deep.equal([2n, 0n]);
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("pays an evaluation in flight, and completes nothing", async function () {
    const { suite, rounds, roundEscrow, task, cancel } = await published({ rounds: 1n });
    await task.workLanes();
    await task.work(APPLY_FRAGMENT);
    const { openTicket } = await rounds.stateOf(task.id);
    await task.assign(FIRST_EVALUATION);
    await decide(suite, openTicket);
    await cancel(task.terms);
    expect(await roundEscrow.heldFor(task.id)).to.equal(2n * task.terms.feePerEvaluation);
    await task.submit(FIRST_EVALUATION);
    await rounds.assign(task.terms, FIRST_EVALUATION + 1);
    const call = task.submit(FIRST_EVALUATION + 1);
    await expect(call).to.not.emit(rounds, "TaskCompleted");
    expect((await rounds.stateOf(task.id)).status).to.equal(2n);
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
  });
});

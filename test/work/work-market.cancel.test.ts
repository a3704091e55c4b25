import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { BPS, CXT, decide, mine, nextPeriod, time } from "../support/market/suite.ts";
import { deployStakedWork, deployWork, loadFixture } from "../support/work/suite.ts";
import { Kind, WorkTask, type WorkOptions } from "../support/work/task.ts";

async function published(options: Omit<WorkOptions, "owner"> = {}, deploy = deployWork) {
  const suite = await loadFixture(deploy);
  const task = await WorkTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  const unit = task.terms.feePerFragment + task.reserve;
  return {
    ...suite,
    suite,
    task,
    unit,
    fee: task.terms.feePerFragment,
    cancel: suite.work.connect(suite.owner).cancel,
  };
}

// WorkMarket.reassign, WorkMarket.refuse
// ├── given the fragment is not assigned, or another's
// │   └── they revert with FragmentsNotAssigned, MarketNotAssignee
// ├── before the deadline, or in the second half of the time
// │   └── they revert with FragmentsDeadlineNotPassed, FragmentsTooLateToRefuse
// └── they free the fragment for a draw without the node; a miss costs the bond
describe("WorkMarket.reassign and refuse", function () {
  it("revert while nobody has the fragment, for another caller, too early and too late", async function () {
    const { work, task, stranger, operators } = await published();
    await expect(work.reassign(task.terms, 0)).to.be.revertedWithCustomError(work, "FragmentsNotAssigned");
    await expect(work.connect(operators[0].signer).refuse(task.terms, 0)).to.be.revertedWithCustomError(
      work,
      "MarketNotAssignee",
    );
    const operator = await task.assign(0);
    const { node, deadline } = await work.cursorOf(task.id, 0);
    await expect(work.connect(stranger).refuse(task.terms, 0))
      .to.be.revertedWithCustomError(work, "MarketNotAssignee")
      .withArgs(0n, node);
    await time.setNextBlockTimestamp(deadline);
    await expect(work.reassign(task.terms, 0))
      .to.be.revertedWithCustomError(work, "FragmentsDeadlineNotPassed")
      .withArgs(deadline, deadline);
    await expect(work.connect(operator).refuse(task.terms, 0)).to.be.revertedWithCustomError(
      work,
      "FragmentsTooLateToRefuse",
    );
  });

  it("free the fragment; a staked node that is late loses the bond, one that gives back does not", async function () {
    const { work, scheduler, vault, task, fee } = await published({}, deployStakedWork);
    await task.assign(0);
    const late = await work.cursorOf(task.id, 0);
    const staked = await vault.stakeOf(late.node);
    await time.increaseTo(late.deadline + 1n);
    await expect(work.reassign(task.terms, 0))
      .to.emit(work, "FragmentMissed")
      .withArgs(task.id, 0n, late.node, fee / 2n);
    expect(await vault.stakeOf(late.node)).to.equal(staked - fee / 2n);
    const freed = await work.cursorOf(task.id, 0);
    expect([freed.node, freed.missed, freed.attempt, freed.bonded]).to.deep.equal([0n, late.node, 1n, false]);
    expect((await vault.stakeDataOf(late.node)).held).to.equal(0n);
    expect((await scheduler.weightOf(late.node)).open).to.equal(0n);
    const operator = await task.assign(0);
    const { node } = await work.cursorOf(task.id, 0);
    await expect(work.connect(operator).refuse(task.terms, 0))
      .to.emit(work, "FragmentRefused")
      .withArgs(task.id, 0n, node);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect((await work.cursorOf(task.id, 0)).refused).to.equal(true);
  });
});

// WorkMarket.cancel
// ├── when the caller is not the owner, or the task is not active
// │   └── it reverts with MarketNotOwner, MarketWrongStatus
// ├── given no draw is decided
// │   └── it refunds everything, jackpots included
// ├── given fragments are assigned, submitted or decided
// │   └── it keeps what is reserved for them until they are paid, rejected, missed, given back or drawn to nobody
// ├── given a fragment was missed
// │   └── its protocol fee is kept
// └── with the last fragment in flight the jackpots are refunded
describe("WorkMarket.cancel", function () {
  it("is the owner's alone, once, and refunds everything while no draw is decided", async function () {
    const { work, workEscrow, stranger, owner, task, cancel } = await published({ plants: 1n, jackpot: CXT });
    await expect(work.connect(stranger).cancel(task.terms))
      .to.be.revertedWithCustomError(work, "MarketNotOwner")
      .withArgs(stranger, owner);
    const other = await WorkTask.create(task.suite, { owner, nonce: 1n, plants: 1n, jackpot: CXT });
    await other.publish();
    await expect(cancel(other.terms)).to.emit(work, "TaskCancelled").withArgs(other.id, other.deposit, 0n);
    expect(await workEscrow.owedTo(owner)).to.equal(other.deposit);
    await expect(cancel(other.terms)).to.be.revertedWithCustomError(work, "MarketWrongStatus").withArgs(other.id, 2n);
    const { dropped, jackpots, cancelHorizon } = await work.stateOf(other.id);
    expect([dropped, jackpots, cancelHorizon > 0n]).to.deep.equal([4n, 0n, true]);
    await mine(3);
    await expect(work.assign(other.terms, 0))
      .to.be.revertedWithCustomError(work, "WorkMarketNotOpen")
      .withArgs(other.id, 0n);
  });

  it("keeps what is in flight: submitted, assigned and decided; each is still done (INV-WRK-6)", async function () {
    const { suite, work, workEscrow, stranger, task, unit, cancel, owner } = await published({
      plants: 1n,
      jackpot: CXT,
    });
    await task.work(0);
    await task.assign(1);
    await nextPeriod(suite);
    // Fragment 3 is requested anew, and not decided.
    await work.assign(task.terms, 3);
    await expect(cancel(task.terms))
      .to.emit(work, "TaskCancelled")
      .withArgs(task.id, unit, 3n * unit + CXT);
    expect((await work.resultOf(task.id, 3)).isFinal).to.equal(true);
    await task.submit(1);
    await suite.asReview.accept(task.terms, 0, BPS);
    await suite.asReview.reject(task.terms, 1, false, ZeroAddress, 0, true);
    expect(await workEscrow.heldFor(task.id)).to.equal(unit + CXT);
    const owed = await workEscrow.owedTo(owner);
    // Decided long ago, its entropy is expired: nobody is drawn, and the jackpot goes back with it.
    const call = work.connect(stranger).assign(task.terms, 2);
    await expect(call).to.emit(work, "FragmentDropped").withArgs(task.id, 2n, unit);
    await expect(call).to.not.emit(work, "TaskCompleted");
    expect((await workEscrow.owedTo(owner)) - owed).to.equal(unit + CXT);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
    const { status, settled, dropped } = await work.stateOf(task.id);
    expect([status, settled, dropped]).to.deep.equal([2n, 1n, 3n]);
  });

  it("lets a decided draw be taken and done after it", async function () {
    const { suite, work, workEscrow, task, unit, cancel } = await published();
    await decide(suite, (await work.cursorOf(task.id, 0)).ticket);
    await mine(1);
    await expect(cancel(task.terms))
      .to.emit(work, "TaskCancelled")
      .withArgs(task.id, 0n, 4n * unit);
    await task.work(0);
    await suite.asReview.accept(task.terms, 0, BPS);
    expect((await work.stateOf(task.id)).settled).to.equal(1n);
    expect(await workEscrow.heldFor(task.id)).to.equal(3n * unit);
  });

  it("refunds a reserve that is missed or given back, less the protocol fee", async function () {
    const { suite, work, workEscrow, feeRouter, task, unit, fee, cancel, owner } = await published();
    await task.assign(0);
    const operator = await task.assign(1);
    await cancel(task.terms);
    const kept = (fee * 500n) / BPS;
    const [owed, router] = [await workEscrow.owedTo(owner), await workEscrow.owedTo(feeRouter)];
    await expect(work.connect(operator).refuse(task.terms, 1))
      .to.emit(work, "FragmentDropped")
      .withArgs(task.id, 1n, unit - kept);
    await time.increase(601);
    await expect(work.reassign(task.terms, 0))
      .to.emit(work, "FragmentDropped")
      .withArgs(task.id, 0n, unit - kept);
    expect((await workEscrow.owedTo(owner)) - owed).to.equal(2n * (unit - kept));
    expect((await workEscrow.owedTo(feeRouter)) - router).to.equal(2n * kept);
    await nextPeriod(suite);
    for (const fragment of [2, 3]) await work.assign(task.terms, fragment);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("keeps the protocol fee of a fragment that was missed: publishing again is not free", async function () {
    const { work, workEscrow, feeRouter, task, fee, cancel } = await published({ fragments: 1n });
    await task.assign(0);
    await time.increase(601);
    await work.reassign(task.terms, 0);
    await expect(cancel(task.terms))
      .to.emit(work, "TaskCancelled")
      .withArgs(task.id, task.deposit - fee / 20n, 0n);
    expect(await workEscrow.owedTo(feeRouter)).to.equal(fee / 20n);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("leaves a paid fragment paid, and its verifiers what they got", async function () {
    const { suite, workEscrow, task, unit, cancel } = await published(
      { kind: Kind.Features, fragments: 2n },
      deployStakedWork,
    );
    const node = await task.work(0);
    await suite.asReview.payVerifiers(task.terms, 0, [node], []);
    await suite.asReview.accept(task.terms, 0, BPS);
    await nextPeriod(suite);
    await suite.work.assign(task.terms, 1);
    await expect(cancel(task.terms)).to.emit(suite.work, "TaskCancelled").withArgs(task.id, unit, 0n);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
    await expect(suite.asReview.reject(task.terms, 0, true, ZeroAddress, 0, false)).to.be.revertedWithCustomError(
      suite.work,
      "WorkMarketNothingSubmitted",
    );
  });
});

// WorkMarket.post
// ├── when the caller is not the owner, the task does not run or has no such fragment
// │   └── it reverts with MarketNotOwner, MarketWrongStatus, WorkMarketUnknownFragment
// ├── when the note is empty or too long
// │   └── it reverts with WorkMarketNoteSize(length, maximum)
// └── it emits the note
describe("WorkMarket.post", function () {
  it("leaves a note of the owner, up to 1,024 bytes", async function () {
    const { work, task, owner, stranger, cancel } = await published();
    const mine = work.connect(owner);
    await expect(work.connect(stranger).post(task.terms, 0, "0x01")).to.be.revertedWithCustomError(
      work,
      "MarketNotOwner",
    );
    await expect(mine.post(task.terms, 4, "0x01")).to.be.revertedWithCustomError(work, "WorkMarketUnknownFragment");
    for (const length of [0, 1_025]) {
      await expect(mine.post(task.terms, 0, `0x${"ab".repeat(length)}`))
        .to.be.revertedWithCustomError(work, "WorkMarketNoteSize")
        .withArgs(length, 1_024n);
    }
    const note = `0x${"ab".repeat(1_024)}`;
    await expect(mine.post(task.terms, 3, note))
      .to.emit(work, "NoticePosted")
      .withArgs(task.id, 3n, note);
    await cancel(task.terms);
    await expect(mine.post(task.terms, 0, "0x01")).to.be.revertedWithCustomError(work, "MarketWrongStatus");
  });
});

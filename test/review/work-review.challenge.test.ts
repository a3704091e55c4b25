import { expect } from "chai";

import { CXT, deployReview, loadFixture, Stage, time, Verdict, WRONG } from "../support/review/suite.ts";
import { abstains, accepts, plantOf, rejects, split, Work, type WorkOptions } from "../support/review/work.ts";

const BOND = 10n * CXT;

async function spared(result?: string, options: WorkOptions = {}) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, options);
  const worker = await work.spared(0, result);
  return { ...suite, suite, work, worker, review: suite.review.connect(suite.challenger) };
}

/** A result that chance spared, that was challenged, and on which verifiers vote as `voter` says, to its end. */
async function challenged(voter: typeof accepts, result?: string) {
  const given = await spared(result);
  await given.review.challenge(given.work.terms, 0);
  await given.review.audit(given.work.terms, 0);
  const seats = await given.work.sit(voter);
  await given.review.decide(given.work.terms, 0);
  return { ...given, seats };
}

// WorkReview.challenge
// ├── given it is not decided
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── given verifiers judged it
// │   └── it reverts with WorkReviewWrongVerdict(verdict)
// ├── when the time to contest is over
// │   └── it reverts with WorkReviewTooLate(until, timestamp)
// ├── given a committee sat on another result of the fragment
// │   └── it takes the bond: one committee is left, always
// ├── when the challenger cannot pay the bond
// │   └── it reverts, and the result stays spared
// └── it takes the bond, and a committee is to sit, whoever calls
//     ├── accepted: the bond is the node's
//     ├── rejected: the bond goes back, with a part of what the node loses
//     ├── not verified: the bond goes back
//     └── revealed as a plant: the bond goes back
describe("WorkReview.challenge", function () {
  it("reverts while nothing is decided, and twice", async function () {
    const { review, work } = await spared();
    await work.deliver(1);
    await expect(review.challenge(work.terms, 1))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 1n, Stage.None);
    await review.challenge(work.terms, 0);
    await expect(review.challenge(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.None);
  });

  it("reverts for what verifiers judged", async function () {
    const { review, work } = await spared();
    await work.judged(accepts, 1);
    await expect(review.challenge(work.terms, 1))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongVerdict")
      .withArgs(Verdict.Accepted);
  });

  it("reverts after the last second, and not at it", async function () {
    const { review, work } = await spared();
    const { contestUntil } = await work.review();
    await time.increaseTo(contestUntil);
    await expect(review.challenge(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewTooLate")
      .withArgs(contestUntil, contestUntil + 1n);
  });

  it("reverts for a challenger without CXT", async function () {
    const { suite, work, stranger } = await spared();
    await expect(suite.review.connect(stranger).challenge(work.terms, 0)).to.be.revertedWithCustomError(
      suite.token,
      "ERC20InsufficientAllowance",
    );
    expect(await work.review()).to.include({ stage: Stage.Decided, forced: false });
  });

  it("finds a committee left for every spared result, and drops a fragment without (INV-REV-4)", async function () {
    const { suite, work, review, arbiter, owner } = await spared();
    // Twice accepted, and twice wrong before the court.
    for (const sitting of [1n, 2n]) {
      await review.challenge(work.terms, 0);
      await review.audit(work.terms, 0);
      await work.sit(accepts);
      await review.decide(work.terms, 0);
      expect((await work.review()).sittings).to.equal(sitting);
      await suite.review.connect(arbiter).contest(work.terms, 0, owner);
      await suite.review.connect(arbiter).rule(work.terms, 0, false);
      if (sitting === 1n) await work.spared(0);
    }
    expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
  });

  it("takes the bond and has a committee sit without chance", async function () {
    const { review, work, workEscrow, token, challenger } = await spared();
    const before = await token.balanceOf(challenger);
    const held = await workEscrow.heldFor(work.id);
    await expect(review.challenge(work.terms, 0)).to.emit(review, "Challenged").withArgs(work.id, 0n, challenger, BOND);
    expect(before - (await token.balanceOf(challenger))).to.equal(BOND);
    expect(await workEscrow.heldFor(work.id)).to.equal(held + BOND);
    expect(await work.review()).to.include({
      stage: Stage.None,
      verdict: Verdict.None,
      forced: true,
      challenger: challenger.address,
    });
    await expect(review.audit(work.terms, 0)).to.emit(review, "Audited").withArgs(work.id, 0n, 10_000n, 1n);
  });

  it("cannot be finalised around: a challenged result waits for its verdict", async function () {
    const { review, work } = await spared();
    await review.challenge(work.terms, 0);
    await time.increase(86_400);
    await expect(review.finalise(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.None);
  });

  it("owes the bond to the node when the result is accepted", async function () {
    const { work, worker, workEscrow, challenger, suite } = await challenged(accepts);
    await work.finalise();
    const { protocolFeeBps } = await suite.work.stateOf(work.id);
    const fee = work.terms.feePerFragment;
    const paid = fee - (fee * protocolFeeBps + 9_999n) / 10_000n;
    expect(await workEscrow.owedTo(worker.payout)).to.equal(paid + BOND);
    expect(await workEscrow.owedTo(challenger)).to.equal(0n);
  });

  it("gives the bond back, and a reward, when it is rejected", async function () {
    const { work, worker, workEscrow, challenger, slasher, vault } = await challenged(rejects, WRONG);
    await work.finalise();
    expect(await workEscrow.owedTo(challenger)).to.equal(BOND);
    // 5 % of 12,000 CXT are slashed; a fifth of that, at most ten bonds, is the challenger's.
    expect((await vault.stakeDataOf(worker.node)).slashed).to.equal(600n * CXT);
    expect(await slasher.owedTo(challenger)).to.equal(100n * CXT);
    expect(await workEscrow.owedTo(worker.payout)).to.equal(0n);
  });

  it("gives the bond back when no committee could tell", async function () {
    const { review, work, worker, workEscrow, challenger, slasher } = await challenged(split(1, accepts, abstains));
    await review.audit(work.terms, 0);
    await work.sit(abstains);
    await review.decide(work.terms, 0);
    await work.finalise();
    expect(await workEscrow.owedTo(challenger)).to.equal(BOND);
    expect(await slasher.owedTo(challenger)).to.equal(0n);
    expect(await workEscrow.owedTo(worker.payout)).to.equal(0n);
  });

  it("gives the bond back when the owner reveals a plant: the challenger was right", async function () {
    const plant = plantOf(0);
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [plant] });
    const worker = await work.spared(0, plant.result);
    await suite.review.connect(suite.challenger).challenge(work.terms, 0);
    await suite.review.audit(work.terms, 0);
    await work.sit(rejects);
    await suite.review.decide(work.terms, 0);
    await work.reveal(plant);
    await work.finalise();
    expect(await suite.workEscrow.owedTo(suite.challenger)).to.equal(BOND);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.be.above(0n);
  });

  it("holds the bonds of all challengers beside what the owner deposited", async function () {
    const { suite, work, review, workEscrow, owner } = await spared();
    await review.challenge(work.terms, 0);
    await suite.work.connect(owner).cancel(work.terms);
    const { feePerFragment, feePerVerifier } = work.terms;
    const other = await suite.work.resultOf(work.id, 1);
    const inFlight = other[2] ? 1n : 2n;
    expect(await workEscrow.heldFor(work.id)).to.equal(inFlight * (feePerFragment + 6n * feePerVerifier) + BOND);
  });
});

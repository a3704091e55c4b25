import { expect } from "chai";

import {
  CXT,
  deployReview,
  Kind,
  loadFixture,
  RIGHT,
  Stage,
  time,
  Verdict,
  Vote,
  WRONG,
} from "../support/review/suite.ts";
import {
  abstains,
  accepts,
  rejects,
  silent,
  split,
  Work,
  type Voter,
  type WorkOptions,
} from "../support/review/work.ts";

async function judged(voter: Voter, options: WorkOptions = {}, result?: string) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, options);
  const worker = await work.judged(voter, 0, result);
  return { ...suite, suite, work, worker, review: suite.review.connect(suite.stranger) };
}

/** A result of a circuit, whose node could prove it, on which verifiers voted. */
async function provable(voter: Voter) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, { proved: true });
  const worker = await work.judged(voter, 0, await work.claimed());
  return { ...suite, suite, work, worker, claim: await work.claim(worker.signer.address) };
}

/** What a node gets of the fee of its fragment. */
async function paidOf({
  suite,
  work,
}: {
  suite: Awaited<ReturnType<typeof deployReview>>;
  work: Work;
}): Promise<bigint> {
  const { protocolFeeBps } = await suite.work.stateOf(work.id);
  return work.terms.feePerFragment - (work.terms.feePerFragment * protocolFeeBps + 9_999n) / 10_000n;
}

// WorkReview.prove
// ├── given it is not decided, or accepted
// │   └── it reverts with WorkReviewWrongStage(..) or WorkReviewWrongVerdict(verdict)
// ├── when the caller is not the operator of the node
// │   └── it reverts with WorkReviewNotParty(caller)
// ├── when the time to contest is over
// │   └── it reverts with WorkReviewTooLate(until, timestamp)
// ├── when the proof is of another claim, or the task has no circuit
// │   └── it reverts as the market says
// └── it is accepted for good, whole, and verifiers who rejected it are punished
describe("WorkReview.prove", function () {
  it("proves a rejected result right: it is paid, and verifiers pay", async function () {
    const given = await provable(rejects);
    const { suite, work, worker, claim, workEscrow, committee, vault, review } = given;
    const before = await workEscrow.owedTo(worker.payout);
    await expect(review.connect(worker.signer).prove(work.terms, 0, claim))
      .to.emit(review, "Finalised")
      .withArgs(work.id, 0n, true, false, false);
    expect((await workEscrow.owedTo(worker.payout)) - before).to.equal(await paidOf(given));
    for (const { verifier } of await committee.seatsOf(1n)) {
      expect((await vault.stakeDataOf(verifier)).slashed).to.equal(240n * CXT);
    }
    expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
    expect(await work.review()).to.include({ stage: Stage.None, sittings: 1n });
  });

  it("proves a result that nobody could verify", async function () {
    const { work, worker, claim, review, suite, vault, committee } = await provable(silent);
    await expect(review.connect(worker.signer).prove(work.terms, 0, claim)).to.be.revertedWithCustomError(
      review,
      "WorkReviewWrongStage",
    );
    await review.audit(work.terms, 0);
    await work.sit(abstains);
    await review.decide(work.terms, 0);
    await review.connect(worker.signer).prove(work.terms, 0, claim);
    expect((await suite.work.resultOf(work.id, 0))[1]).to.equal(worker.node);
    for (const { verifier } of await committee.seatsOf(2n)) {
      // Nobody who abstained is punished; who was silent in the first committee lost one percent then.
      expect((await vault.stakeDataOf(verifier)).slashed % (120n * CXT)).to.equal(0n);
    }
  });

  it("reverts for everybody else, too late, twice, and for what is accepted", async function () {
    const { work, worker, claim, review, stranger, owner } = await provable(rejects);
    for (const caller of [stranger, owner]) {
      await expect(review.connect(caller).prove(work.terms, 0, claim))
        .to.be.revertedWithCustomError(review, "WorkReviewNotParty")
        .withArgs(caller.address);
    }
    const { contestUntil } = await work.review();
    await time.increaseTo(contestUntil);
    await expect(review.connect(worker.signer).prove(work.terms, 0, claim))
      .to.be.revertedWithCustomError(review, "WorkReviewTooLate")
      .withArgs(contestUntil, contestUntil + 1n);
    const other = await provable(accepts);
    await expect(other.review.connect(other.worker.signer).prove(other.work.terms, 0, other.claim))
      .to.be.revertedWithCustomError(other.review, "WorkReviewWrongVerdict")
      .withArgs(Verdict.Accepted);
  });

  it("reverts for another claim, a proof of another operator, and without a circuit", async function () {
    const { work, worker, review, suite, claim, stranger } = await provable(rejects);
    const own = review.connect(worker.signer);
    await expect(
      own.prove(work.terms, 0, await work.claim(worker.signer.address, 0, 6n)),
    ).to.be.revertedWithCustomError(suite.work, "WorkMarketWrongClaim");
    await expect(own.prove(work.terms, 0, await work.claim(stranger.address))).to.be.revertedWithCustomError(
      suite.proofVerifier,
      "ProofVerifierInvalidProof",
    );
    const plain = await judged(rejects);
    await expect(
      plain.suite.review.connect(plain.worker.signer).prove(plain.work.terms, 0, claim),
    ).to.be.revertedWithCustomError(plain.suite.work, "WorkMarketWrongVerification");
  });
});

// WorkReview.approve
// ├── given it is not decided, or not accepted
// │   └── it reverts with WorkReviewWrongStage(..) or WorkReviewWrongVerdict(verdict)
// ├── when the caller is not the owner
// │   └── it reverts with WorkReviewNotParty(caller)
// ├── given chance spared it: others may still challenge it
// │   └── it reverts with WorkReviewNotAudited(task, fragment)
// └── it is final, and paid
describe("WorkReview.approve", function () {
  it("pays what verifiers accepted at once", async function () {
    const given = await judged(split(2, accepts, rejects));
    const { review, work, owner, worker, workEscrow, vault, committee } = given;
    const left = await workEscrow.owedTo(owner);
    await expect(review.connect(owner).approve(work.terms, 0))
      .to.emit(review, "Finalised")
      .withArgs(work.id, 0n, true, false, false);
    expect(await workEscrow.owedTo(worker.payout)).to.equal(await paidOf(given));
    // What the second committee would have cost is the owner's again.
    expect((await workEscrow.owedTo(owner)) - left).to.equal(12n * CXT);
    const [, , rejecter] = await committee.seatsOf(1n);
    expect((await vault.stakeDataOf(rejecter?.verifier ?? 0n)).slashed).to.equal(240n * CXT);
  });

  it("reverts for anybody else, and for what is not accepted", async function () {
    const { review, work, worker, stranger, owner, suite } = await judged(accepts);
    for (const caller of [stranger, worker.signer]) {
      await expect(review.connect(caller).approve(work.terms, 0))
        .to.be.revertedWithCustomError(review, "WorkReviewNotParty")
        .withArgs(caller.address);
    }
    await work.judged(rejects, 1);
    await expect(review.connect(owner).approve(work.terms, 1))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongVerdict")
      .withArgs(Verdict.Rejected);
    await review.connect(owner).approve(work.terms, 0);
    await expect(review.connect(owner).approve(work.terms, 0)).to.be.revertedWithCustomError(
      suite.work,
      "WorkMarketNothingSubmitted",
    );
  });

  it("takes from nobody the time to challenge what chance spared", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite);
    await work.spared();
    await expect(suite.review.connect(suite.owner).approve(work.terms, 0))
      .to.be.revertedWithCustomError(suite.review, "WorkReviewNotAudited")
      .withArgs(work.id, 0n);
  });
});

// WorkReview.concede
// ├── given it is not decided, or accepted
// │   └── it reverts with WorkReviewWrongStage(..) or WorkReviewWrongVerdict(verdict)
// ├── when the caller is not the operator of the node
// │   └── it reverts with WorkReviewNotParty(caller)
// ├── given a plant of the task is hidden, while it could be revealed (work-review.attacks.test.ts)
// │   └── it reverts with WorkReviewTooEarly(until, timestamp)
// └── it is final: the node is punished if it was rejected, and the fragment drawn again
describe("WorkReview.concede", function () {
  it("ends a rejected result before its time", async function () {
    const { review, work, worker, suite, vault, slasher, workEscrow } = await judged(
      split(2, rejects, accepts),
      {},
      WRONG,
    );
    await expect(review.connect(worker.signer).concede(work.terms, 0))
      .to.emit(review, "Finalised")
      .withArgs(work.id, 0n, false, false, false)
      .and.to.emit(suite.work, "ResultRejected")
      .withArgs(work.id, 0n, worker.node, true, true);
    expect((await slasher.lastOffenceOf(worker.node)).offence).to.equal(2n);
    expect((await vault.stakeDataOf(worker.node)).slashed).to.equal(600n * CXT);
    expect((await vault.stakeDataOf(worker.node)).held).to.equal(0n);
    expect(await workEscrow.owedTo(worker.payout)).to.equal(0n);
    // Another node does it, and is paid.
    const next = await work.judged(accepts, 0, RIGHT);
    expect(next.node).to.not.equal(worker.node);
    await work.finalise();
    expect((await suite.work.resultOf(work.id, 0))[1]).to.equal(next.node);
  });

  it("ends a result that nobody could verify, without a punishment", async function () {
    const { review, work, worker, suite, vault } = await judged(silent);
    await review.audit(work.terms, 0);
    await work.sit(abstains);
    await review.decide(work.terms, 0);
    await expect(review.connect(worker.signer).concede(work.terms, 0))
      .to.emit(suite.work, "ResultRejected")
      .withArgs(work.id, 0n, worker.node, false, false);
    expect((await vault.stakeDataOf(worker.node)).slashed).to.equal(0n);
  });

  it("reverts for anybody else, and for what is accepted", async function () {
    const { review, work, owner, stranger } = await judged(rejects);
    for (const caller of [owner, stranger]) {
      await expect(review.connect(caller).concede(work.terms, 0))
        .to.be.revertedWithCustomError(review, "WorkReviewNotParty")
        .withArgs(caller.address);
    }
    const accepted = await judged(accepts);
    await expect(accepted.suite.review.connect(accepted.worker.signer).concede(accepted.work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongVerdict")
      .withArgs(Verdict.Accepted);
  });
});

// WorkReview.finalise
// ├── given it is not decided, nor planted, nor disputed
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── when it can be contested, or the court can rule
// │   └── it reverts with WorkReviewTooEarly(until, timestamp)
// ├── accepted: it is paid by its quality, and verifiers who rejected it are punished
// ├── rejected: its node is punished, and verifiers who accepted it; drawn again while a committee is left, else dropped
// └── not verified: dropped, nobody is punished
describe("WorkReview.finalise", function () {
  it("reverts before anything is decided, and at the last second to contest", async function () {
    const { review, work } = await judged(accepts);
    await work.audited(1);
    await expect(review.finalise(work.terms, 1))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 1n, Stage.Voting);
    const { contestUntil } = await work.review();
    await time.setNextBlockTimestamp(contestUntil);
    await expect(review.finalise(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewTooEarly")
      .withArgs(contestUntil, contestUntil);
  });

  it("pays labels by what verifiers found them worth", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { kind: Kind.Labelling });
    for (const fragment of [0, 1]) await work.deliver(fragment);
    await suite.review.audit(work.terms, 0);
    await work.sit(() => ({ vote: Vote.Accept, score: 80n }));
    await suite.review.decide(work.terms, 0);
    await work.windowOver();
    const { node, punctuality } = await work.delivery();
    expect(punctuality).to.equal(10_000n);
    const settled = await suite.work.queryFilter(suite.work.filters.FragmentSettled());
    expect(settled).to.deep.equal([]);
    await suite.review.finalise(work.terms, 0);
    const [event] = await suite.work.queryFilter(suite.work.filters.FragmentSettled());
    expect([event?.args.node, event?.args.quality]).to.deep.equal([node, 8_000n]);
  });

  it("drops a fragment whose second result is rejected too, and refunds what is left", async function () {
    const { work, suite, worker } = await judged(rejects, {}, WRONG);
    await work.finalise();
    const second = await work.judged(rejects, 0, WRONG);
    expect(second.node).to.not.equal(worker.node);
    await expect(work.finalise())
      .to.emit(suite.work, "ResultRejected")
      .withArgs(work.id, 0n, second.node, true, false)
      .and.to.emit(suite.work, "FragmentDropped");
  });

  it("drops what nobody could verify, and punishes no verdict", async function () {
    const { review, work, suite, vault, worker } = await judged(split(1, rejects, abstains));
    await review.audit(work.terms, 0);
    const seats = await work.sit(split(1, rejects, abstains));
    await review.decide(work.terms, 0);
    await expect(work.finalise()).to.emit(suite.review, "Finalised").withArgs(work.id, 0n, false, false, false);
    for (const { node } of [...seats, worker]) {
      expect((await vault.stakeDataOf(node)).slashed).to.equal(0n);
      expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    }
  });

  it("does not come twice: the result is gone from the market (INV-REV-1)", async function () {
    const { work, review, suite } = await judged(accepts);
    await work.finalise();
    await expect(review.finalise(work.terms, 0))
      .to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted")
      .withArgs(work.id, 0n);
  });
});

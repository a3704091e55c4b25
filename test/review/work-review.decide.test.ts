import { expect } from "chai";

import {
  CXT,
  deployReview,
  Kind,
  loadFixture,
  Phase,
  Stage,
  time,
  Verdict,
  Vote,
  workerOf,
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

async function audited(options: WorkOptions = {}) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, options);
  const worker = await work.audited();
  return { ...suite, suite, work, worker, review: suite.review.connect(suite.stranger) };
}

/** Decides a case in which verifiers voted as `voter` says; returns what each of them was owed by it. */
async function decidedBy(voter: Voter, options: WorkOptions = {}) {
  const given = await audited(options);
  const seats = await given.work.sit(voter);
  const until = BigInt((await time.latest()) + 1) + given.work.terms.challengeDuration;
  const decision = given.review.decide(given.work.terms, 0);
  await decision;
  const owed: bigint[] = [];
  for (const { payout } of seats) owed.push(await given.workEscrow.owedTo(payout));
  return { ...given, seats, decision, owed, until };
}

// WorkReview.decide
// ├── given no case is open
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── given the case is not over
// │   └── it reverts: verifiers are still to be drawn, to commit or to reveal
// ├── given the case is concluded already, by anyone
// │   └── it takes its outcome
// ├── given most accept, or most reject
// │   └── it records the verdict, pays who judged, a quarter to who abstained, nothing to the silent
// ├── given the first committee does not verify
// │   └── it lets its verifiers go, and another is to sit
// ├── given the second does not either
// │   └── the result is decided as not verified
// └── given labels
//     └── it records the lower median of the scores
describe("WorkReview.decide", function () {
  it("reverts without a case, and twice", async function () {
    const { suite, work, review } = await audited();
    await expect(review.decide(work.terms, 1)).to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted");
    await work.sit(accepts);
    await review.decide(work.terms, 0);
    await expect(review.decide(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.Decided);
  });

  it("reverts while verifiers may be drawn, may commit or may reveal", async function () {
    const { work, review, committee } = await audited();
    await expect(review.decide(work.terms, 0)).to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly");
    const seats = await work.draw();
    await expect(review.decide(work.terms, 0)).to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly");
    for (const { node, signer } of seats) {
      const commitment = await committee.commitmentOf(1n, node, Vote.Accept, 0n, `0x${"1".repeat(64)}`);
      await committee.connect(signer).commit(1n, commitment);
    }
    // All committed: the call would open the revealing, and nothing more.
    await expect(review.decide(work.terms, 0)).to.be.revertedWithCustomError(review, "WorkReviewTooEarly");
    expect((await work.review()).stage).to.equal(Stage.Voting);
  });

  it("takes the outcome of a case that somebody concluded before", async function () {
    const { work, review, committee, stranger } = await audited();
    await work.sit(accepts);
    await committee.connect(stranger).conclude(1n);
    await expect(review.decide(work.terms, 0)).to.emit(review, "Decided");
    expect((await work.review()).verdict).to.equal(Verdict.Accepted);
  });

  it("records Accepted and pays every verifier its fee", async function () {
    const { work, review, decision, owed, until, worker, workEscrow, suite } = await decidedBy(accepts);
    await expect(decision).to.emit(review, "Decided").withArgs(work.id, 0n, Verdict.Accepted, 100n, until);
    await expect(decision)
      .to.emit(suite.work, "VerifiersPaid")
      .withArgs(work.id, 0n, 3n, 0n, 12n * CXT);
    expect(owed).to.deep.equal([4n * CXT, 4n * CXT, 4n * CXT]);
    expect(await work.review()).to.include({ stage: Stage.Decided, verdict: Verdict.Accepted, contestUntil: until });
    expect(await workEscrow.owedTo(worker.payout)).to.equal(0n);
    expect(await suite.work.verificationLeftOf(work.terms, 0)).to.equal(12n * CXT);
  });

  it("records Rejected by two of three, and pays all three for a verdict", async function () {
    const { work, review, decision, owed, until } = await decidedBy(split(2, rejects, accepts));
    await expect(decision).to.emit(review, "Decided").withArgs(work.id, 0n, Verdict.Rejected, 0n, until);
    expect(owed).to.deep.equal([4n * CXT, 4n * CXT, 4n * CXT]);
  });

  it("pays an abstention a quarter, and silence nothing but its penalty", async function () {
    const voter = split(3, accepts, (node, seat) => (seat === 3 ? abstains(node, seat) : "silent"));
    const { work, decision, owed, suite, seats, slasher, vault } = await decidedBy(voter, { verifiers: 5n });
    await expect(decision)
      .to.emit(suite.work, "VerifiersPaid")
      .withArgs(work.id, 0n, 3n, 1n, 13n * CXT);
    expect(owed).to.deep.equal([4n * CXT, 4n * CXT, 4n * CXT, CXT, 0n]);
    const { node } = workerOf(suite, seats[4]?.node ?? 0n);
    expect((await slasher.lastOffenceOf(node)).offence).to.equal(5n);
    expect((await vault.stakeDataOf(node)).slashed).to.equal(120n * CXT);
  });

  it("has another committee sit when the first does not verify, and lets its stake go", async function () {
    const { work, review, decision, seats, vault, committee } = await decidedBy(split(1, accepts, abstains));
    await expect(decision).to.emit(review, "Decided").withArgs(work.id, 0n, Verdict.Unverified, 0n, 0n);
    await expect(decision).to.emit(committee, "CaseClosed").withArgs(1n, 0n);
    expect(await work.review()).to.include({ stage: Stage.None, forced: true, sittings: 1n });
    for (const { node } of seats) expect((await vault.stakeDataOf(node)).held).to.equal(0n);
  });

  it("decides that it is not verified after the second, which stays open until the result is final", async function () {
    const { work, review, suite, committee } = await decidedBy(silent);
    await review.audit(work.terms, 0);
    await work.sit(abstains);
    await expect(review.decide(work.terms, 0)).to.emit(review, "Decided");
    expect(await work.review()).to.include({ stage: Stage.Decided, verdict: Verdict.Unverified, sittings: 2n });
    expect((await committee.caseOf(2n)).phase).to.equal(Phase.Concluded);
    // Three quarters of a fee of 24 CXT for two committees: 21 CXT are the owner's again.
    expect(await suite.work.verificationLeftOf(work.terms, 0)).to.equal(21n * CXT);
  });

  it("verifies nothing when nobody qualifies in time: two draws, no fee, no offence", async function () {
    const { work, review, suite, committee, nodeRegistry } = await audited();
    for (const sitting of [1n, 2n]) {
      await time.increase(6 * 3_600 + 1);
      await review.decide(work.terms, 0);
      if (sitting === 1n) await review.audit(work.terms, 0);
    }
    expect(await work.review()).to.include({ stage: Stage.Decided, verdict: Verdict.Unverified, sittings: 2n });
    expect((await committee.caseOf(2n)).seats).to.equal(0n);
    expect(await suite.work.verificationLeftOf(work.terms, 0)).to.equal(24n * CXT);
    expect(await nodeRegistry.nodeCount()).to.equal(12n);
  });
});

describe("WorkReview.decide, of labels", function () {
  it("records the lower median", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { kind: Kind.Labelling, verifiers: 5n });
    for (const fragment of [0, 1]) await work.deliver(fragment);
    const scores = [95n, 61n, 70n, 20n, 88n];
    const voter: Voter = (_, seat) => {
      const score = scores[seat] ?? 0n;
      return { vote: score >= 60n ? Vote.Accept : Vote.Reject, score };
    };
    await suite.review.audit(work.terms, 0);
    await work.sit(voter);
    await expect(suite.review.decide(work.terms, 0)).to.emit(suite.review, "Decided");
    expect(await work.review()).to.include({ verdict: Verdict.Accepted, score: 70n });
    await suite.review.audit(work.terms, 1);
    await work.sit(() => ({ vote: Vote.Reject, score: 59n }), 1);
    await suite.review.decide(work.terms, 1);
    expect(await work.review(1)).to.include({ verdict: Verdict.Rejected, score: 59n });
  });
});

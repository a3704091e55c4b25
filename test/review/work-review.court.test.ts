import { expect } from "chai";

import type { Proof } from "../support/market/task.ts";
import { CXT, deployReview, loadFixture, Stage, Subject, time, Verdict, Vote, Kind } from "../support/review/suite.ts";
import { abstains, accepts, rejects, silent, split, Work, type Voter } from "../support/review/work.ts";

const MAX_DISPUTE = 9n * 86_400n;

async function judged(voter: Voter) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite);
  const worker = await work.judged(voter);
  const seats = (await suite.committee.seatsOf(1n)).map(({ verifier }) => verifier);
  return { ...suite, suite, work, worker, seats, court: suite.review.connect(suite.arbiter) };
}

/** A result that no committee could verify. */
async function unverified() {
  const given = await judged(silent);
  await given.suite.review.audit(given.work.terms, 0);
  await given.work.sit(abstains);
  await given.suite.review.decide(given.work.terms, 0);
  return given;
}

/** What each of `nodes` was slashed. */
async function slashedOf(
  { vault }: Awaited<ReturnType<typeof deployReview>>,
  nodes: readonly bigint[],
): Promise<bigint[]> {
  const slashed: bigint[] = [];
  for (const node of nodes) slashed.push((await vault.stakeDataOf(node)).slashed / CXT);
  return slashed;
}

// WorkReview.contest
// ├── when the caller is not the arbiter
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── given it is neither decided nor planted
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── when the time to contest is over
// │   └── it reverts with WorkReviewTooLate(until, timestamp)
// ├── when the claimant has no part in it
// │   └── it reverts with WorkReviewNotParty(claimant)
// └── it is before the court, which has nine days; nobody else can end it before
describe("WorkReview.contest", function () {
  it("reverts for everybody but the arbiter", async function () {
    const { suite, work, owner, admin, worker } = await judged(accepts);
    for (const caller of [owner, admin, worker.signer]) {
      await expect(suite.review.connect(caller).contest(work.terms, 0, owner))
        .to.be.revertedWithCustomError(suite.review, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("reverts before a verdict, after its time, and twice", async function () {
    const { court, work, owner } = await judged(accepts);
    await work.audited(1);
    await expect(court.contest(work.terms, 1, owner))
      .to.be.revertedWithCustomError(court, "WorkReviewWrongStage")
      .withArgs(work.id, 1n, Stage.Voting);
    const { contestUntil } = await work.review();
    await time.increaseTo(contestUntil - 1n);
    await court.contest(work.terms, 0, owner);
    await expect(court.contest(work.terms, 0, owner))
      .to.be.revertedWithCustomError(court, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.Disputed);
    const other = await judged(accepts);
    const until = (await other.work.review()).contestUntil;
    await time.increaseTo(until);
    await expect(court.contest(other.work.terms, 0, owner))
      .to.be.revertedWithCustomError(court, "WorkReviewTooLate")
      .withArgs(until, until + 1n);
  });

  it("takes an acceptance from the owner alone", async function () {
    const { court, work, owner, worker, stranger } = await judged(accepts);
    for (const claimant of [worker.signer.address, worker.payout, stranger.address]) {
      await expect(court.contest(work.terms, 0, claimant))
        .to.be.revertedWithCustomError(court, "WorkReviewNotParty")
        .withArgs(claimant);
    }
    const until = BigInt((await time.latest()) + 1) + MAX_DISPUTE;
    const [subject, node] = await court.contest.staticCall(work.terms, 0, owner);
    expect([subject, node]).to.deep.equal([Subject.Acceptance, worker.node]);
    await expect(court.contest(work.terms, 0, owner))
      .to.emit(court, "Contested")
      .withArgs(work.id, 0n, Subject.Acceptance, owner);
    expect(await work.review()).to.include({ stage: Stage.Disputed, before: Stage.Decided, contestUntil: until });
  });

  it("takes a verdict from operator and payout address of the node", async function () {
    for (const verdict of [async () => judged(rejects), unverified]) {
      const { court, work, owner, worker, seats, suite } = await verdict();
      const verifier = suite.workers.find(({ node }) => node === seats[0]);
      for (const claimant of [owner.address, verifier?.signer.address ?? ""]) {
        await expect(court.contest(work.terms, 0, claimant)).to.be.revertedWithCustomError(court, "WorkReviewNotParty");
      }
      for (const claimant of [worker.signer.address, worker.payout]) {
        const [subject] = await court.contest.staticCall(work.terms, 0, claimant);
        expect(subject).to.equal(Subject.Verdict);
      }
    }
  });

  it("keeps the result from everybody but the court", async function () {
    const { court, work, owner, worker, suite, stranger } = await judged(rejects);
    await court.contest(work.terms, 0, worker.signer);
    const { review } = suite;
    const claim = { batch: 0n, loss: 0n, correct: 0n, shardProof: [], proof: emptyProof() };
    for (const call of [
      review.connect(worker.signer).concede,
      review.connect(owner).approve,
      review.connect(stranger).challenge,
      review.connect(stranger).audit,
      review.connect(stranger).decide,
    ]) {
      await expect(call(work.terms, 0))
        .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
        .withArgs(work.id, 0n, Stage.Disputed);
    }
    await expect(review.connect(worker.signer).prove(work.terms, 0, claim)).to.be.revertedWithCustomError(
      review,
      "WorkReviewWrongStage",
    );
    // A plant can be revealed there; this result is none.
    await expect(
      review.connect(owner).revealPlant(work.terms, 0, `0x${"1".repeat(64)}`, []),
    ).to.be.revertedWithCustomError(review, "WorkReviewNotPlanted");
    await expect(review.finalise(work.terms, 0)).to.be.revertedWithCustomError(review, "WorkReviewTooEarly");
  });
});

// WorkReview.rule
// ├── when the caller is not the arbiter
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── given it is not disputed
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── when its time is over
// │   └── it reverts with WorkReviewTooLate(until, timestamp), and the verdict stands
// ├── right: it is accepted, whatever the verdict was, and who rejected it is punished
// ├── not right, and accepted before: it is rejected, its node and who accepted it are punished
// └── not right, and rejected or not verified before: the verdict stands
describe("WorkReview.rule", function () {
  it("reverts for everybody but the arbiter, and for what is not disputed", async function () {
    const { suite, court, work, owner } = await judged(accepts);
    await expect(suite.review.connect(owner).rule(work.terms, 0, true))
      .to.be.revertedWithCustomError(court, "AccessManagedUnauthorized")
      .withArgs(owner);
    await expect(court.rule(work.terms, 0, true))
      .to.be.revertedWithCustomError(court, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.Decided);
  });

  it("accepts a rejected result that is right: nobody loses but who rejected it", async function () {
    const { suite, court, work, worker, seats, workEscrow } = await judged(split(2, rejects, accepts));
    await court.contest(work.terms, 0, worker.signer);
    await expect(court.rule(work.terms, 0, true))
      .to.emit(court, "Finalised")
      .withArgs(work.id, 0n, true, false, true);
    expect(await slashedOf(suite, [worker.node, ...seats])).to.deep.equal([0n, 240n, 240n, 0n]);
    expect(await workEscrow.owedTo(worker.payout)).to.be.above(18n * CXT);
    expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
  });

  it("rejects an accepted result that is wrong: its node and who accepted it lose", async function () {
    const { suite, court, work, worker, seats, owner } = await judged(split(2, accepts, rejects));
    await court.contest(work.terms, 0, owner);
    await expect(court.rule(work.terms, 0, false))
      .to.emit(court, "Finalised")
      .withArgs(work.id, 0n, false, false, true)
      .and.to.emit(suite.work, "ResultRejected")
      .withArgs(work.id, 0n, worker.node, true, true);
    expect(await slashedOf(suite, [worker.node, ...seats])).to.deep.equal([600n, 240n, 240n, 0n]);
  });

  it("rejects a spared result that is wrong, which no verifier judged", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite);
    const worker = await work.spared();
    const court = suite.review.connect(suite.arbiter);
    await court.contest(work.terms, 0, suite.owner);
    await expect(court.rule(work.terms, 0, false)).to.emit(suite.work, "ResultRejected");
    expect(await slashedOf(suite, [worker.node])).to.deep.equal([600n]);
    expect(await work.review()).to.include({ stage: Stage.None, sittings: 0n });
  });

  it("leaves an accepted result accepted, and a rejected one rejected", async function () {
    const upheld = await judged(accepts);
    await upheld.court.contest(upheld.work.terms, 0, upheld.owner);
    await expect(upheld.court.rule(upheld.work.terms, 0, true)).to.emit(upheld.suite.work, "FragmentSettled");
    const { suite, court, work, worker, seats } = await judged(rejects);
    await court.contest(work.terms, 0, worker.payout);
    await court.rule(work.terms, 0, false);
    expect(await slashedOf(suite, [worker.node, ...seats])).to.deep.equal([600n, 0n, 0n, 0n]);
  });

  it("punishes nobody when a court does not find a result right that nobody could verify", async function () {
    const { suite, court, work, worker } = await unverified();
    await court.contest(work.terms, 0, worker.signer);
    await expect(court.rule(work.terms, 0, false))
      .to.emit(suite.work, "ResultRejected")
      .withArgs(work.id, 0n, worker.node, false, false);
    expect(await slashedOf(suite, [worker.node])).to.deep.equal([0n]);
  });

  it("pays a result that nobody could verify when the court finds it right", async function () {
    const { suite, court, work, worker, workEscrow } = await unverified();
    const before = await workEscrow.owedTo(worker.payout);
    await court.contest(work.terms, 0, worker.signer);
    await court.rule(work.terms, 0, true);
    expect((await workEscrow.owedTo(worker.payout)) - before).to.be.above(18n * CXT);
    expect((await suite.work.resultOf(work.id, 0))[1]).to.equal(worker.node);
  });

  it("pays labels that verifiers rejected and the court accepts by the least that is accepted", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { kind: Kind.Labelling });
    for (const fragment of [0, 1]) await work.deliver(fragment);
    await suite.review.audit(work.terms, 0);
    await work.sit(() => ({ vote: Vote.Reject, score: 12n }));
    await suite.review.decide(work.terms, 0);
    const { node } = await work.delivery();
    const court = suite.review.connect(suite.arbiter);
    const worker = suite.workers.find((candidate) => candidate.node === node);
    await court.contest(work.terms, 0, worker?.signer ?? "");
    await court.rule(work.terms, 0, true);
    const [settled] = await suite.work.queryFilter(suite.work.filters.FragmentSettled());
    expect(settled?.args.quality).to.equal(6_000n);
  });

  it("comes too late after its time: the verdict stands, by anyone's call", async function () {
    const { suite, court, work, owner, stranger, worker } = await judged(accepts);
    await court.contest(work.terms, 0, owner);
    const { contestUntil } = await work.review();
    await time.increaseTo(contestUntil);
    await expect(court.rule(work.terms, 0, false))
      .to.be.revertedWithCustomError(court, "WorkReviewTooLate")
      .withArgs(contestUntil, contestUntil + 1n);
    await time.increaseTo(contestUntil + 1n);
    await expect(suite.review.connect(stranger).finalise(work.terms, 0))
      .to.emit(court, "Finalised")
      .withArgs(work.id, 0n, true, false, false);
    expect((await suite.work.resultOf(work.id, 0))[1]).to.equal(worker.node);
    expect((await work.review()).verdict).to.equal(Verdict.None);
  });
});

/** The shape of a proof that is never looked at. */
function emptyProof(): Proof {
  return {
    a: [0n, 0n],
    b: [
      [0n, 0n],
      [0n, 0n],
    ],
    c: [0n, 0n],
  };
}

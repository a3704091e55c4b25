import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";
import {
  CXT,
  decide,
  deployReview,
  Kind,
  loadFixture,
  mine,
  RIGHT,
  Stage,
  time,
  Verdict,
} from "../support/review/suite.ts";
import { rejects, silent, Work, type WorkOptions } from "../support/review/work.ts";

async function published(options: WorkOptions = {}) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, options);
  return { ...suite, suite, work, review: suite.review.connect(suite.stranger), committee: suite.committee };
}

/** The rate that the specification asks for, in basis points. */
function rateOf(scoreBps: bigint): bigint {
  if (scoreBps <= 5_000n) return 10_000n;
  return 1_000n + ((10_000n - scoreBps) * 9_000n + 4_999n) / 5_000n;
}

// WorkReview.audit
// ├── when nothing is submitted, or nobody published the terms
// │   └── it reverts with WorkMarketNothingSubmitted(task, fragment)
// ├── given it is under review
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── given chance decides and its entropy is not known
// │   └── it reverts with WorkReviewEntropyPending(ticket)
// ├── given chance spares it
// │   └── it is accepted as it is, until somebody contests it
// ├── given chance chooses it
// │   └── it opens a case of exactly these terms
// ├── given the entropy expired
// │   └── it opens a case, whatever chance would have said
// ├── given the result is without a bond
// │   └── it opens a case without waiting for entropy
// ├── given another committee has to sit
// │   └── it opens the second case; of a fragment whose first result was rejected too
// └── given labels of a pair
//     ├── while the other node may still submit it reverts with WorkReviewPairOpen(sibling, until)
//     └── it opens a case once the other is there, is final, or had its time
describe("WorkReview.audit", function () {
  it("reverts when nothing is submitted, for any fragment and any terms", async function () {
    const { work, review, suite } = await published();
    for (const [terms, fragment] of [
      [work.terms, 0],
      [work.terms, 64],
      [{ ...work.terms, nonce: 9n }, 0],
    ] as const) {
      await expect(review.audit(terms, fragment))
        .to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted")
        .withArgs(await suite.work.taskIdOf(terms), fragment);
    }
    await work.assign();
    await expect(review.audit(work.terms, 0)).to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted");
  });

  it("reverts twice: chance is asked once", async function () {
    const { work, review } = await published();
    await work.spared();
    await expect(review.audit(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.Decided);
    await work.audited(1);
    await expect(review.audit(work.terms, 1))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 1n, Stage.Voting);
  });

  it("waits for the entropy of the submission", async function () {
    const { work, review } = await published();
    await work.deliver();
    const { ticket } = await work.delivery();
    await expect(review.audit(work.terms, 0))
      .to.be.revertedWithCustomError(review, "WorkReviewEntropyPending")
      .withArgs(ticket);
  });

  it("accepts what chance spares, for as long as nobody contests it", async function () {
    const { work, review } = await published();
    const { node } = await work.deliver(0, RIGHT, "spared");
    const { scoreBps } = await work.delivery();
    const until = BigInt((await time.latest()) + 1) + work.terms.challengeDuration;
    await expect(review.audit(work.terms, 0))
      .to.emit(review, "Audited")
      .withArgs(work.id, 0n, rateOf(scoreBps), 0n)
      .and.to.emit(review, "Decided")
      .withArgs(work.id, 0n, Verdict.Accepted, 100n, until);
    expect(await work.review()).to.include({
      stage: Stage.Decided,
      verdict: Verdict.Accepted,
      audited: false,
      forced: false,
      sittings: 0n,
      caseId: 0n,
      contestUntil: until,
    });
    expect((await work.delivery()).node).to.equal(node);
  });

  it("opens a case of the result when chance chooses it", async function () {
    const { work, review, committee, owner } = await published();
    const { node } = await work.deliver(0, RIGHT, "audited");
    const { scoreBps } = await work.delivery();
    await expect(review.audit(work.terms, 0)).to.emit(review, "Audited").withArgs(work.id, 0n, rateOf(scoreBps), 1n);
    expect(await work.review()).to.include({ stage: Stage.Voting, audited: true, sittings: 1n, caseId: 1n });
    const opened = await committee.caseOf(1n);
    expect([opened.subject, opened.owner, opened.executor]).to.deep.equal([RIGHT, owner.address, node]);
    expect([opened.kind, opened.size, opened.acceptScore, opened.voteDuration]).to.deep.equal([0n, 3n, 0n, 600n]);
    expect(opened.client).to.equal(review.target);
  });

  it("spares nobody whose entropy expired: no node waits until chance is over", async function () {
    const { work, review } = await published();
    await work.deliver(0, RIGHT, "spared");
    await mine(40);
    await expect(review.audit(work.terms, 0)).to.emit(review, "Audited");
    expect(await work.review()).to.include({ stage: Stage.Voting, audited: true });
  });

  it("audits every result of a network task, which has no bond", async function () {
    const { work, review } = await published({ network: true });
    await work.deliver();
    expect((await work.delivery()).bond).to.equal(0n);
    expect(await review.auditRateOf(work.id, work.terms, 0)).to.equal(10_000n);
    await expect(review.audit(work.terms, 0)).to.emit(review, "Audited").withArgs(work.id, 0n, 10_000n, 1n);
  });

  it("seats a second committee, without chance, when the first did not verify", async function () {
    const { work, review } = await published();
    await work.judged(silent);
    expect(await work.review()).to.include({ stage: Stage.None, forced: true, sittings: 1n });
    await expect(review.audit(work.terms, 0)).to.emit(review, "Audited").withArgs(work.id, 0n, 10_000n, 2n);
    expect(await work.review()).to.include({ stage: Stage.Voting, sittings: 2n, caseId: 2n });
  });

  it("counts sittings by fragment: the second result of one has one committee left (INV-REV-4)", async function () {
    const { work, suite } = await published();
    await work.judged(rejects);
    await work.finalise();
    expect(await work.review()).to.include({ stage: Stage.None, sittings: 1n, caseId: 0n, audited: false });
    await work.judged(silent);
    // The one committee that was left did not verify it: there is no third.
    expect(await work.review()).to.include({ stage: Stage.Decided, verdict: Verdict.Unverified, sittings: 2n });
    await work.finalise();
    expect(await suite.work.resultOf(work.id, 0)).to.deep.equal([`0x${"0".repeat(64)}`, 0n, true]);
  });

  describe("given labels of a pair", function () {
    it("waits for the other node, but not for ever", async function () {
      const { work, review } = await published({ kind: Kind.Labelling });
      await work.deliver(0);
      const until = (await work.delivery()).submittedAt + work.terms.fragmentDuration + work.terms.voteDuration;
      await time.setNextBlockTimestamp(until);
      await expect(review.audit(work.terms, 0))
        .to.be.revertedWithCustomError(review, "WorkReviewPairOpen")
        .withArgs(1n, until);
      await time.increaseTo(until + 1n);
      await expect(review.audit(work.terms, 0)).to.emit(review, "Audited").withArgs(work.id, 0n, 10_000n, 1n);
    });

    it("waits a day at most, however long the terms are", async function () {
      const options = { kind: Kind.Labelling, fragmentDuration: 7n * 86_400n, voteDuration: 43_200n };
      const { work, review } = await published(options);
      await work.deliver(1);
      const until = (await work.delivery(1)).submittedAt + 86_400n;
      await expect(review.audit(work.terms, 1))
        .to.be.revertedWithCustomError(review, "WorkReviewPairOpen")
        .withArgs(0n, until);
      await time.increaseTo(until + 1n);
      await expect(review.audit(work.terms, 1)).to.emit(review, "Audited");
    });

    it("opens both cases as soon as both are there", async function () {
      const { work, review } = await published({ kind: Kind.Labelling });
      await work.deliver(0);
      await work.deliver(1);
      for (const fragment of [0, 1]) await expect(review.audit(work.terms, fragment)).to.emit(review, "Audited");
    });

    it("does not wait for a pair that is final", async function () {
      const { work, review, suite, owner } = await published({ kind: Kind.Labelling, fragmentDuration: 86_400n });
      await work.deliver(0);
      await suite.work.connect(owner).cancel(work.terms);
      const [, , dropped] = await suite.work.resultOf(work.id, 1);
      if (!dropped) {
        // Its draw was decided when the owner cancelled: somebody gets it, and gives it back.
        const worker = await work.assign(1);
        await suite.work.connect(worker.signer).refuse(work.terms, 1);
      }
      await expect(review.audit(work.terms, 0)).to.emit(review, "Audited");
    });
  });
});

// WorkReview.auditRateOf
// ├── when nothing is submitted it reverts with WorkMarketNothingSubmitted(task, fragment)
// ├── it follows the reputation when the result was submitted, and nothing later
// └── of labels it is always all
describe("WorkReview.auditRateOf", function () {
  it("reverts when nothing is submitted", async function () {
    const { work, review, suite } = await published();
    await expect(review.auditRateOf(work.id, work.terms, 0))
      .to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted")
      .withArgs(work.id, 0n);
  });

  it("is that of the submission, whatever the node does later", async function () {
    const { work, review, suite } = await published();
    await work.deliver(0);
    const { scoreBps, node } = await work.delivery();
    expect(scoreBps).to.be.within(8_900n, 9_100n);
    expect(await review.auditRateOf(work.id, work.terms, 0)).to.equal(rateOf(scoreBps));
    await suite.accessManager.grantRole(ROLES.MARKET, suite.admin, 0);
    for (let done = 0; done < 20; done++) await suite.reputation.recordCompleted(node, CXT);
    expect(await suite.reputation.scoreOf(node)).to.be.above(93n * 10n ** 16n);
    expect(await review.auditRateOf(work.id, work.terms, 0)).to.equal(rateOf(scoreBps));
  });

  it("is all of labels, of the best node", async function () {
    const { work, review } = await published({ kind: Kind.Labelling });
    await work.deliver(0);
    expect(await review.auditRateOf(work.id, work.terms, 0)).to.equal(10_000n);
  });
});

// A spared and a chosen result of the same node cost the same committee: none is drawn before chance chose.
describe("WorkReview: chance", function () {
  it("chooses about as often as the rate says", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { fragments: 64n });
    let chosen = 0;
    let expected = 0;
    for (let fragment = 0; fragment < 64; fragment++) {
      await work.deliver(fragment);
      await decide(suite, (await work.delivery(fragment)).ticket);
      expected += Number(await suite.review.auditRateOf(work.id, work.terms, fragment)) / 10_000;
      await suite.review.audit(work.terms, fragment);
      if ((await work.review(fragment)).stage === Stage.Voting) chosen++;
    }
    // 64 draws of about 28 %: five standard deviations are 18.
    expect(chosen).to.be.within(Math.ceil(expected - 18), Math.floor(expected + 18));
  });
});

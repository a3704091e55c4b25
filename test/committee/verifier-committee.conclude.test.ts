import { expect } from "chai";

import {
  abstain,
  accept,
  commitAs,
  conclude,
  deployCommittee,
  drawCase,
  ethers,
  HOLD,
  Kind,
  loadFixture,
  openCase,
  Outcome,
  Phase,
  quiet,
  reject,
  revealAs,
  seatOf,
  silent,
  sit,
  STAKE,
  stakeOf,
  time,
  Vote,
  VOTE_DURATION,
} from "./support/committee.ts";

// VerifierCommittee.conclude
// ├── when the case waits for its draw: it reverts with VerifierCommitteeTooEarly until the window is over, then Unverified
// ├── when committing is not over: it reverts with VerifierCommitteeTooEarly(case, deadline, now)
// ├── when all committed: it opens revealing
// ├── when nobody committed in time: it concludes in one call
// ├── when the time of both phases is over: it concludes in one call
// ├── when not all revealed and the time is not over: it reverts with VerifierCommitteeTooEarly(case, deadline, now)
// ├── when it is concluded or unknown: it reverts with VerifierCommitteeWrongPhase(case, phase)
// ├── it stores the outcome and emits CaseConcluded, whoever calls
// └── it punishes the silent and lets them go, once
describe("VerifierCommittee.conclude", function () {
  describe("when the case waits for its draw", function () {
    it("is Unverified after the window, not before, and holds nothing", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, stranger } = suite;
      const caseId = await openCase(suite);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline);
      await expect(committee.connect(stranger).conclude(caseId))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly")
        .withArgs(caseId, deadline, deadline);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(committee.connect(stranger).conclude(caseId))
        .to.emit(committee, "CaseConcluded")
        .withArgs(caseId, Outcome.Unverified, 0, 0, 0);
      expect((await committee.caseOf(caseId)).phase).to.equal(Phase.Concluded);
      expect(await committee.seatsOf(caseId)).to.have.lengthOf(0);
    });
  });

  describe("when committing is not over", function () {
    it("reverts with VerifierCommitteeTooEarly(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId } = await drawCase(suite);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline);
      await expect(committee.conclude(caseId))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly")
        .withArgs(caseId, deadline, deadline);
    });
  });

  describe("when all committed", function () {
    it("opens revealing, and concludes when all revealed", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, stranger } = suite;
      const { caseId, seats } = await drawCase(suite);
      for (const seat of seats) await commitAs(suite, caseId, seat, accept);
      const now = (await time.latest()) + 3;
      await time.setNextBlockTimestamp(now);
      await expect(committee.connect(stranger).conclude(caseId))
        .to.emit(committee, "RevealOpened")
        .withArgs(caseId, now + VOTE_DURATION);
      for (const seat of seats) await revealAs(suite, caseId, seat, accept);
      await expect(committee.connect(stranger).conclude(caseId))
        .to.emit(committee, "CaseConcluded")
        .withArgs(caseId, Outcome.Accepted, 100, 3, 0);
    });
  });

  describe("when nobody committed in time", function () {
    it("concludes in one call as Unverified, never Accepted", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId } = await sit(suite, [silent, silent, silent]);
      await expect(committee.conclude(caseId))
        .to.emit(committee, "CaseConcluded")
        .withArgs(caseId, Outcome.Unverified, 0, 0, 0);
    });
  });

  describe("when the time of both phases is over", function () {
    it("concludes in one call", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await drawCase(suite);
      for (const seat of seats) await commitAs(suite, caseId, seat, accept);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline + BigInt(VOTE_DURATION) + 1n);
      await expect(committee.conclude(caseId))
        .to.emit(committee, "CaseConcluded")
        .withArgs(caseId, Outcome.Unverified, 0, 0, 0);
    });
  });

  describe("when not all revealed and the time is not over", function () {
    it("reverts with VerifierCommitteeTooEarly(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId } = await sit(suite, [accept, accept, quiet]);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline);
      await expect(committee.conclude(caseId))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly")
        .withArgs(caseId, deadline, deadline);
    });
  });

  describe("when it is concluded or unknown", function () {
    it("reverts with VerifierCommitteeWrongPhase(case, phase)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId } = await conclude(suite, [accept, accept, silent]);
      for (const [id, phase] of [
        [caseId, Phase.Concluded],
        [caseId + 1n, Phase.None],
      ] as const) {
        await expect(committee.conclude(id))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongPhase")
          .withArgs(id, phase);
      }
    });
  });

  it("stores the outcome that the verdicts come to", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const label = (score: number) => ({ vote: score >= 70 ? Vote.Accept : Vote.Reject, score });
    const labels = { kind: Kind.Labelling, acceptScore: 70 };
    const cases = [
      [[accept, accept, reject], {}, Outcome.Accepted, 100n],
      [[accept, reject, reject], {}, Outcome.Rejected, 0n],
      [[accept, reject, abstain], {}, Outcome.Unverified, 0n],
      [[accept, abstain, abstain], {}, Outcome.Unverified, 0n],
      [[accept, accept, silent], {}, Outcome.Accepted, 100n],
      [[accept, accept, reject], { kind: Kind.Training }, Outcome.Accepted, 100n],
      [[accept, accept, accept, reject, reject], { kind: Kind.Training }, Outcome.Unverified, 0n],
      [[label(90), label(71), label(10)], labels, Outcome.Accepted, 71n],
      [[label(90), label(60), label(10)], labels, Outcome.Rejected, 60n],
      [[label(90), label(60), abstain], labels, Outcome.Rejected, 60n],
    ] as const;
    for (const [says, changes, outcome, score] of cases) {
      const { caseId } = await conclude(suite, says, changes);
      const found = await committee.caseOf(caseId);
      expect([found.outcome, found.score]).to.deep.equal([outcome, score]);
    }
  });

  it("punishes the silent and lets them go, and holds the others", async function () {
    const suite = await loadFixture(deployCommittee);
    const { slasher } = suite;
    const { caseId, seats } = await sit(suite, [accept, silent, silent, quiet, accept]);
    const [first, second, third, sealed] = seats;
    if (first === undefined || second === undefined || third === undefined || sealed === undefined) {
      throw new Error("too few were drawn");
    }
    await time.increase(2 * VOTE_DURATION);
    const conclusion = suite.committee.conclude(caseId);
    for (const { node } of [second, third]) {
      await expect(conclusion)
        .to.emit(slasher, "Punished")
        .withArgs(
          node,
          5n,
          suite.committee,
          STAKE,
          STAKE / 100n,
          ((STAKE / 100n) * 7n) / 10n,
          ((STAKE / 100n) * 3n) / 10n,
          ethers.ZeroAddress,
          0,
        );
      expect(await stakeOf(suite, node)).to.deep.equal({
        tokens: (STAKE * 99n) / 100n,
        held: 0n,
        slashed: STAKE / 100n,
      });
      expect((await suite.committee.recordOf(node)).silent).to.equal(1n);
      expect((await seatOf(suite, caseId, node)).held).to.equal(0n);
    }
    for (const { node } of [first, sealed]) {
      expect(await stakeOf(suite, node)).to.deep.equal({ tokens: STAKE, held: HOLD, slashed: 0n });
      expect((await seatOf(suite, caseId, node)).held).to.equal(HOLD);
    }
  });
});

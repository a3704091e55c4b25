import { expect } from "chai";

import {
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
  Phase,
  quiet,
  reject,
  revealAs,
  saltOf,
  seatOf,
  silent,
  sit,
  STAKE,
  time,
  Vote,
  VOTE_DURATION,
} from "./support/committee.ts";

// VerifierCommittee.commit
// ├── when the case does not commit: it reverts with VerifierCommitteeWrongPhase(case, phase)
// ├── when the time is over: it reverts with VerifierCommitteeTooLate(case, deadline, now)
// ├── when the commitment is zero: it reverts with VerifierCommitteeEmptyCommitment(case)
// ├── when the caller has no node, or its node no seat: it reverts with VerifierCommitteeNoSeat(case, node)
// ├── when it committed already: it reverts with VerifierCommitteeAlreadyCommitted(case, node)
// └── it seals the commitment and emits VerdictCommitted
describe("VerifierCommittee.commit", function () {
  describe("when the case does not commit", function () {
    it("reverts with VerifierCommitteeWrongPhase(case, phase)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers } = suite;
      const [verifier] = verifiers;
      const caseId = await openCase(suite);
      for (const [id, phase] of [
        [caseId, Phase.Drawing],
        [caseId + 1n, Phase.None],
      ] as const) {
        await expect(committee.connect(verifier?.signer).commit(id, ethers.id("x")))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongPhase")
          .withArgs(id, phase);
      }
    });
  });

  describe("when the time is over", function () {
    it("reverts with VerifierCommitteeTooLate(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await drawCase(suite);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(committee.connect(seats[0]?.signer).commit(caseId, ethers.id("x")))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooLate")
        .withArgs(caseId, deadline, deadline + 1n);
    });
  });

  describe("when the commitment is zero", function () {
    it("reverts with VerifierCommitteeEmptyCommitment(case)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { caseId, seats } = await drawCase(suite);
      await expect(suite.committee.connect(seats[0]?.signer).commit(caseId, ethers.ZeroHash))
        .to.be.revertedWithCustomError(suite.committee, "VerifierCommitteeEmptyCommitment")
        .withArgs(caseId);
    });
  });

  describe("when the caller has no seat", function () {
    it("reverts with VerifierCommitteeNoSeat(case, node)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers, stranger, executor } = suite;
      const { caseId, seats } = await drawCase(suite);
      const other = verifiers.find((verifier) => !seats.includes(verifier));
      for (const [signer, node] of [
        [stranger, 0n],
        [executor.signer, 0n],
        [other?.signer, other?.node],
      ] as const) {
        await expect(committee.connect(signer).commit(caseId, ethers.id("x")))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeNoSeat")
          .withArgs(caseId, node);
      }
    });
  });

  describe("when it committed already", function () {
    it("reverts with VerifierCommitteeAlreadyCommitted(case, node)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { caseId, seats } = await drawCase(suite);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      await commitAs(suite, caseId, first, accept);
      await expect(commitAs(suite, caseId, first, reject))
        .to.be.revertedWithCustomError(suite.committee, "VerifierCommitteeAlreadyCommitted")
        .withArgs(caseId, first.node);
    });
  });

  it("seals the commitment and emits VerdictCommitted, up to the last second", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const { caseId, seats } = await drawCase(suite);
    const [first] = seats;
    if (first === undefined) throw new Error("nobody was drawn");
    const commitment = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(
        ["uint256", "address", "uint256", "uint32", "uint8", "uint8", "bytes32"],
        [31_337, committee.target, caseId, first.node, Vote.Accept, 0, saltOf(first.node)],
      ),
    );
    await time.setNextBlockTimestamp((await committee.caseOf(caseId)).deadline);
    await expect(commitAs(suite, caseId, first, accept))
      .to.emit(committee, "VerdictCommitted")
      .withArgs(caseId, first.node, commitment);
    expect((await seatOf(suite, caseId, first.node)).commitment).to.equal(commitment);
    expect((await committee.caseOf(caseId)).committed).to.equal(1n);
  });
});

// VerifierCommittee.reveal
// ├── when committing is not over: it reverts with VerifierCommitteeTooEarly(case, deadline, now)
// ├── when the case is drawn or concluded: it reverts with VerifierCommitteeWrongPhase(case, phase)
// ├── when the time is over: it reverts with VerifierCommitteeTooLate(case, deadline, now)
// ├── when vote and score do not fit: it reverts with VerifierCommitteeInvalidVote(vote, score)
// ├── when the verifier did not commit: it reverts with VerifierCommitteeNotCommitted(case, node)
// ├── when it revealed already: it reverts with VerifierCommitteeAlreadyRevealed(case, node)
// ├── when it is not what was committed: it reverts with VerifierCommitteeWrongReveal(case, computed, committed)
// ├── when all committed, or the time to commit is over: the first reveal opens the phase by itself
// └── it counts the verdict and emits VerdictRevealed
describe("VerifierCommittee.reveal", function () {
  describe("when committing is not over", function () {
    it("reverts with VerifierCommitteeTooEarly(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await drawCase(suite);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      await commitAs(suite, caseId, first, accept);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline);
      await expect(revealAs(suite, caseId, first, accept))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooEarly")
        .withArgs(caseId, deadline, deadline);
    });
  });

  describe("when the case is concluded", function () {
    it("reverts with VerifierCommitteeWrongPhase(case, phase)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { caseId, seats } = await conclude(suite, [accept, accept, accept]);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      await expect(revealAs(suite, caseId, first, accept))
        .to.be.revertedWithCustomError(suite.committee, "VerifierCommitteeWrongPhase")
        .withArgs(caseId, Phase.Concluded);
    });
  });

  describe("when the time is over", function () {
    it("reverts with VerifierCommitteeTooLate(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await sit(suite, [accept, quiet, accept]);
      const second = seats[1];
      if (second === undefined) throw new Error("nobody was drawn");
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(revealAs(suite, caseId, second, accept))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooLate")
        .withArgs(caseId, deadline, deadline + 1n);
    });
  });

  describe("when vote and score do not fit", function () {
    it("reverts with VerifierCommitteeInvalidVote(vote, score)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await sit(suite, [quiet, quiet, quiet]);
      const labels = await sit(suite, [quiet, quiet, quiet], { kind: Kind.Labelling, acceptScore: 70 });
      const wrong = [
        [caseId, seats, Vote.None, 0],
        [caseId, seats, Vote.Accept, 1],
        [caseId, seats, Vote.Reject, 1],
        [caseId, seats, Vote.Abstain, 1],
        [labels.caseId, labels.seats, Vote.Accept, 69],
        [labels.caseId, labels.seats, Vote.Accept, 101],
        [labels.caseId, labels.seats, Vote.Reject, 70],
        [labels.caseId, labels.seats, Vote.Abstain, 1],
      ] as const;
      for (const [id, [first], vote, score] of wrong) {
        await expect(committee.connect(first?.signer).reveal(id, vote, score, ethers.id("salt")))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeInvalidVote")
          .withArgs(vote, score);
      }
    });
  });

  describe("when the verifier did not commit", function () {
    it("reverts with VerifierCommitteeNotCommitted(case, node)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { caseId, seats } = await sit(suite, [accept, silent, accept]);
      const second = seats[1];
      if (second === undefined) throw new Error("nobody was drawn");
      await expect(revealAs(suite, caseId, second, accept))
        .to.be.revertedWithCustomError(suite.committee, "VerifierCommitteeNotCommitted")
        .withArgs(caseId, second.node);
    });
  });

  describe("when it revealed already", function () {
    it("reverts with VerifierCommitteeAlreadyRevealed(case, node)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { caseId, seats } = await sit(suite, [accept, quiet, accept]);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      await expect(revealAs(suite, caseId, first, accept))
        .to.be.revertedWithCustomError(suite.committee, "VerifierCommitteeAlreadyRevealed")
        .withArgs(caseId, first.node);
    });
  });

  describe("when it is not what was committed", function () {
    it("reverts with VerifierCommitteeWrongReveal(case, computed, committed)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await sit(suite, [quiet, quiet, quiet]);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      const computed = await committee.commitmentOf(caseId, first.node, Vote.Reject, 0, saltOf(first.node));
      const { commitment } = await seatOf(suite, caseId, first.node);
      await expect(revealAs(suite, caseId, first, reject))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongReveal")
        .withArgs(caseId, computed, commitment);
    });
  });

  describe("when all committed", function () {
    it("opens the phase by itself, with the whole time for everybody", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await drawCase(suite);
      for (const seat of seats) await commitAs(suite, caseId, seat, accept);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      const now = (await time.latest()) + 5;
      await time.setNextBlockTimestamp(now);
      await expect(revealAs(suite, caseId, first, accept))
        .to.emit(committee, "RevealOpened")
        .withArgs(caseId, now + VOTE_DURATION)
        .and.to.emit(committee, "VerdictRevealed")
        .withArgs(caseId, first.node, Vote.Accept, 0);
      const { phase, deadline, revealed } = await committee.caseOf(caseId);
      expect([phase, deadline, revealed]).to.deep.equal([Phase.Revealing, BigInt(now + VOTE_DURATION), 1n]);
    });
  });

  describe("when the time to commit is over", function () {
    it("opens the phase by itself, until the time that it would have had anyway", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId, seats } = await drawCase(suite);
      const [first] = seats;
      if (first === undefined) throw new Error("nobody was drawn");
      await commitAs(suite, caseId, first, accept);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline + 100n);
      await expect(revealAs(suite, caseId, first, accept))
        .to.emit(committee, "RevealOpened")
        .withArgs(caseId, deadline + BigInt(VOTE_DURATION));
    });
  });

  it("counts verdict and score", async function () {
    const suite = await loadFixture(deployCommittee);
    const says = [
      { vote: Vote.Accept, score: 80 },
      { vote: Vote.Reject, score: 69 },
      { vote: Vote.Abstain, score: 0 },
    ];
    const { caseId, seats } = await sit(suite, says, { kind: Kind.Labelling, acceptScore: 70 });
    for (const [index, { node }] of seats.entries()) {
      const { vote, score, stake, held } = await seatOf(suite, caseId, node);
      expect([vote, score, stake, held]).to.deep.equal([
        says[index]?.vote,
        BigInt(says[index]?.score ?? 0),
        STAKE,
        HOLD,
      ]);
    }
    const { judged, abstained } = await suite.committee.revealedOf(caseId);
    expect([...judged]).to.deep.equal([seats[0]?.node, seats[1]?.node]);
    expect([...abstained]).to.deep.equal([seats[2]?.node]);
  });
});

import { expect } from "chai";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  EVIDENCE,
  HOUR,
  Kind,
  Ruling,
  SALT,
  Stage,
  commitAll,
  contested,
  deployCourt,
  drawn,
  panelOf,
  pass,
  revealAll,
  type CourtSuite,
} from "./support/court.ts";

const { time, mine } = networkHelpers;

/** A contested dispute whose first jurors are drawn, and one of them. */
async function deployDrawn() {
  const suite = await deployCourt();
  const { dispute } = await contested(suite);
  await drawn(suite, dispute);
  const panel = await panelOf(suite, dispute);
  return { ...suite, dispute, juror: panel[0]!, outsider: suite.owner };
}

/** The commitment of `juror` to `ruling` in round 0. */
const sealed = (suite: CourtSuite, dispute: bigint, juror: { address: string }, ruling: bigint) =>
  suite.arbitration.commitmentOf(dispute, 0, juror.address, ruling, SALT);

// Arbitration.draw
// ├── when nothing is to be drawn it reverts with ArbitrationWrongStage, when it is late with ArbitrationTooLate
// ├── while the entropy is not known it reverts with ArbitrationEntropyPending(dispute, ticket)
// ├── when the entropy expired it asks anew
// ├── when too few jurors are found it asks anew and locks nothing
// └── it draws three votes, none of a party's, locks for each, and lets jurors commit
describe("Arbitration.draw", function () {
  it("reverts in every other stage and when late", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    await expect(arbitration.draw(1))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(1n, 0n);
    const { dispute } = await contested(suite);
    const { deadline, ticket } = await arbitration.disputeOf(dispute);
    await expect(arbitration.draw.staticCall(dispute, { blockTag: "latest" }))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationEntropyPending")
      .withArgs(dispute, ticket);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(arbitration.draw(dispute))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
      .withArgs(dispute, deadline, deadline + 1n);
  });

  it("asks anew when the entropy expired", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    const { dispute } = await contested(suite);
    const { ticket, deadline } = await arbitration.disputeOf(dispute);
    await mine(40);
    await expect(arbitration.draw(dispute)).to.emit(arbitration, "DrawRenewed");
    const after = await arbitration.disputeOf(dispute);
    expect(after.ticket > ticket).to.equal(true);
    expect([after.stage, after.deadline]).to.deep.equal([Stage.Drawing, deadline]);
  });

  it("asks anew and locks nothing when too few jurors are found", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, jurorPool: pool, jurors } = suite;
    for (const juror of jurors) await pool.connect(juror).startLeaving(5_000n * 10n ** 18n);
    const { dispute } = await contested(suite);
    const { ticket } = await arbitration.disputeOf(dispute);
    await time.increase(HOUR);
    await mine(16);
    await arbitration.draw(dispute);
    for (let i = 0; i < 4; i++) {
      await mine(6);
      await arbitration.draw(dispute);
    }
    expect((await arbitration.disputeOf(dispute)).ticket > ticket).to.equal(true);
    expect((await arbitration.panelOf(dispute, 0)).drawn).to.equal(0n);
    for (const juror of jurors) expect((await pool.jurorOf(juror)).locked).to.equal(0n);
  });

  it("draws three votes, locks for each, and lets jurors commit", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, jurorPool: pool } = suite;
    const { dispute } = await contested(suite);
    await drawn(suite, dispute);
    const now = BigInt(await time.latest());
    const data = await arbitration.disputeOf(dispute);
    expect(data.stage).to.equal(Stage.Committing);
    expect(data.deadline <= now + 12n * HOUR).to.equal(true);
    const { size, drawn: votes } = await arbitration.panelOf(dispute, 0);
    expect([size, votes]).to.deep.equal([3n, 3n]);
    let sum = 0n;
    for (const juror of await arbitration.jurorsOf(dispute, 0)) {
      const count = await arbitration.votesOf(dispute, 0, juror);
      expect((await pool.jurorOf(juror)).locked).to.equal(count * 100n * 10n ** 18n);
      sum += count;
    }
    expect(sum).to.equal(3n);
    await expect(arbitration.draw(dispute))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Committing);
  });

  it("INV-ARB-4: never draws a party, however much it has staked", async function () {
    const suite = await loadFixture(deployCourt);
    const {
      arbitration,
      jurorPool: pool,
      claimant,
      respondent,
      owner,
      operator,
      registry,
      otherOperator,
      review,
      node,
    } = suite;
    await registry.connect(operator).setPayout(otherOperator);
    const parties = [claimant, respondent, owner, operator, otherOperator];
    for (const party of parties) await pool.connect(party).stake(20_000n * 10n ** 18n);
    await mine(16);
    await review.getFunction("set")(Kind.Acceptance, node, 10n * 86_400n);
    for (let fragment = 0; fragment < 12; fragment++) {
      const { dispute } = await contested(suite, fragment);
      await drawn(suite, dispute);
      for (const juror of await arbitration.jurorsOf(dispute, 0)) {
        expect(parties.map(({ address }) => address)).to.not.include(juror);
      }
      for (const party of parties) {
        await expect(arbitration.connect(party).commit(dispute, SALT))
          .to.be.revertedWithCustomError(arbitration, "ArbitrationNoVote")
          .withArgs(dispute, 0n, party);
      }
    }
  });
});

// Arbitration.commit
// ├── when it is not the time it reverts with ArbitrationWrongStage or ArbitrationTooLate
// ├── when the commitment is zero it reverts with ArbitrationEmptyCommitment(dispute)
// ├── when the caller was not drawn it reverts with ArbitrationNoVote(dispute, round, caller)
// ├── when it committed already it reverts with ArbitrationAlreadyCommitted
// └── it counts all votes of the caller and emits VoteCommitted
describe("Arbitration.commit", function () {
  it("reverts for a zero commitment, for whoever was not drawn, twice, and late", async function () {
    const suite = await loadFixture(deployDrawn);
    const { arbitration, dispute, juror, outsider } = suite;
    const own = arbitration.connect(juror);
    await expect(own.commit(dispute, ethers.ZeroHash))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationEmptyCommitment")
      .withArgs(dispute);
    await expect(arbitration.connect(outsider).commit(dispute, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationNoVote")
      .withArgs(dispute, 0n, outsider);
    await own.commit(dispute, SALT);
    await expect(own.commit(dispute, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationAlreadyCommitted")
      .withArgs(dispute, 0n, juror);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(own.commit(dispute, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
      .withArgs(dispute, deadline, deadline + 1n);
    await arbitration.advance(dispute);
    await expect(own.commit(dispute, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Revealing);
  });

  it("counts all votes of the caller, in the last second too", async function () {
    const suite = await loadFixture(deployDrawn);
    const { arbitration, dispute, juror } = suite;
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline);
    await expect(arbitration.connect(juror).commit(dispute, SALT))
      .to.emit(arbitration, "VoteCommitted")
      .withArgs(dispute, 0n, juror, SALT);
    const votes = await arbitration.votesOf(dispute, 0, juror);
    expect((await arbitration.panelOf(dispute, 0)).committed).to.equal(votes);
    expect([...(await arbitration.ballotOf(dispute, 0, juror))]).to.deep.equal([SALT, false, Ruling.Undecided]);
  });
});

// Arbitration.reveal
// ├── before the time to commit is over it reverts with ArbitrationWrongStage, unless all committed: then it begins
// ├── when it is late it reverts with ArbitrationTooLate
// ├── when the caller did not commit, or revealed already, it reverts
// ├── when ruling or salt differ, or the commitment is another juror's, it reverts with ArbitrationWrongReveal
// └── it counts all votes of the caller, for their side alone
describe("Arbitration.reveal", function () {
  it("reverts before its time, and begins by itself when all committed or the time to commit is over", async function () {
    const suite = await loadFixture(deployDrawn);
    const { arbitration, dispute, juror } = suite;
    const own = arbitration.connect(juror);
    await own.commit(dispute, await sealed(suite, dispute, juror, Ruling.Claimant));
    const { committed, drawn: votes } = await arbitration.panelOf(dispute, 0);
    const { deadline } = await arbitration.disputeOf(dispute);
    if (committed < votes) {
      await expect(own.reveal(dispute, Ruling.Claimant, SALT))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
        .withArgs(dispute, Stage.Committing);
      await time.increaseTo(deadline);
    }
    await time.setNextBlockTimestamp(deadline + 1_000n);
    const call = own.reveal(dispute, Ruling.Claimant, SALT);
    // Twelve hours from the deadline, not from the call.
    await expect(call)
      .to.emit(arbitration, "RevealOpened")
      .withArgs(dispute, 0n, deadline + 12n * HOUR);
    await expect(call).to.emit(arbitration, "VoteRevealed").withArgs(dispute, 0n, juror, Ruling.Claimant, committed);
    const panel = await arbitration.panelOf(dispute, 0);
    expect([panel.revealed, panel.forClaimant, panel.forRespondent]).to.deep.equal([committed, committed, 0n]);
    await expect(own.reveal(dispute, Ruling.Claimant, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationAlreadyRevealed")
      .withArgs(dispute, 0n, juror);
  });

  it("reverts with ArbitrationWrongReveal, also for a commitment copied from another juror", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    // Some dispute has two jurors at least.
    let dispute = 0n;
    let panel = suite.jurors.slice(0, 0);
    for (let fragment = 0; panel.length < 2; fragment++) {
      ({ dispute } = await contested(suite, fragment));
      await drawn(suite, dispute);
      panel = await panelOf(suite, dispute);
    }
    const [juror, copycat, ...others] = panel as [(typeof panel)[0], (typeof panel)[0], ...typeof panel];
    const commitment = await sealed(suite, dispute, juror, Ruling.Claimant);
    for (const account of panel) await arbitration.connect(account).commit(dispute, commitment);
    for (const [ruling, salt] of [
      [Ruling.Respondent, SALT],
      [Ruling.Undecided, SALT],
      [Ruling.Claimant, EVIDENCE],
    ] as const) {
      const computed = await arbitration.commitmentOf(dispute, 0, juror, ruling, salt);
      await expect(arbitration.connect(juror).reveal(dispute, ruling, salt))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongReveal")
        .withArgs(dispute, computed, commitment);
    }
    for (const account of [copycat, ...others]) {
      await expect(arbitration.connect(account).reveal(dispute, Ruling.Claimant, SALT)).to.be.revertedWithCustomError(
        arbitration,
        "ArbitrationWrongReveal",
      );
    }
    await arbitration.connect(juror).reveal(dispute, Ruling.Claimant, SALT);
  });

  it("reverts for whoever did not commit, and late", async function () {
    const suite = await loadFixture(deployDrawn);
    const { arbitration, dispute, juror, outsider } = suite;
    const { deadline } = await arbitration.disputeOf(dispute);
    await arbitration.connect(juror).commit(dispute, await sealed(suite, dispute, juror, Ruling.Claimant));
    await time.increaseTo(deadline + 1n);
    await arbitration.advance(dispute);
    await expect(arbitration.connect(outsider).reveal(dispute, Ruling.Claimant, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationNotCommitted")
      .withArgs(dispute, 0n, outsider);
    await time.setNextBlockTimestamp(deadline + 12n * HOUR + 1n);
    await expect(arbitration.connect(juror).reveal(dispute, Ruling.Claimant, SALT))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
      .withArgs(dispute, deadline + 12n * HOUR, deadline + 12n * HOUR + 1n);
  });

  it("counts each side and nothing for those who cannot tell", async function () {
    for (const side of [Ruling.Claimant, Ruling.Respondent, Ruling.Undecided]) {
      const suite = await loadFixture(deployDrawn);
      const { arbitration, dispute } = suite;
      await commitAll(suite, dispute, () => side);
      await revealAll(suite, dispute, () => side);
      const panel = await arbitration.panelOf(dispute, 0);
      const expected = [3n, side === Ruling.Claimant ? 3n : 0n, side === Ruling.Respondent ? 3n : 0n];
      expect([panel.revealed, panel.forClaimant, panel.forRespondent]).to.deep.equal(expected);
      await expect(arbitration.advance(dispute)).to.emit(arbitration, "RoundRuled");
      expect((await arbitration.disputeOf(dispute)).ruling).to.equal(side);
    }
  });
});

// Arbitration.advance
// ├── when there is no such dispute, or it is ruled, it reverts with ArbitrationWrongStage
// ├── when nothing is due it reverts with ArbitrationTooEarly(dispute, deadline, now)
// ├── uncontested: for the claimant
// ├── without jurors in time: undecided
// └── with nobody's vote: undecided
describe("Arbitration.advance", function () {
  it("reverts when nothing is due, and for what is unknown or ruled", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    await expect(arbitration.advance(1))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(1n, 0n);
    const { dispute } = await contested(suite);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline);
    await expect(arbitration.advance(dispute))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationTooEarly")
      .withArgs(dispute, deadline, deadline);
    await pass(suite, dispute);
    expect((await arbitration.disputeOf(dispute)).ruling).to.equal(Ruling.Undecided);
    await expect(arbitration.advance(dispute))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Ruled);
  });

  it("does all that is due in one call: from the first vote to the ruling, with everybody silent", async function () {
    const { arbitration, stranger, dispute } = await loadFixture(deployDrawn);
    await time.increase(12n * HOUR + 12n * HOUR + 18n * HOUR + 2n);
    expect(await arbitration.connect(stranger).advance.staticCall(dispute)).to.equal(Stage.Ruled);
    await expect(arbitration.connect(stranger).advance(dispute))
      .to.emit(arbitration, "DisputeRuled")
      .withArgs(dispute, Ruling.Undecided);
  });
});

import { expect } from "chai";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  BOND,
  CXT,
  FEE,
  HOUR,
  INCOHERENCE,
  Ruling,
  SILENCE,
  Stage,
  claimed,
  commitAll,
  contested,
  deployCourt,
  drawn,
  panelOf,
  pass,
  playRound,
  revealAll,
  ruled,
  type CourtSuite,
  type Side,
} from "./support/court.ts";

const { time } = networkHelpers;
const COST = 7n * FEE;

/** A dispute of which the first round was counted for `side`, a moment ago. */
async function appealable(suite: CourtSuite, side: Side) {
  const { dispute } = await contested(suite);
  await playRound(suite, dispute, () => side);
  const { deadline } = await suite.arbitration.disputeOf(dispute);
  return { dispute, half: deadline - 9n * HOUR, deadline };
}

// Arbitration.fundAppeal
// ├── when it cannot be appealed it reverts with ArbitrationWrongStage, for no side with ArbitrationNoSide
// ├── the side that lost funds in the first half, the other until the end, else it reverts with ArbitrationTooLate
// ├── when it is too little it reverts with ArbitrationContributionTooSmall, when funded with ArbitrationSideFunded
// ├── it takes what is missing and no more
// ├── when both sides are funded the next round begins
// └── it counts the round first, if that is due
describe("Arbitration.fundAppeal", function () {
  it("reverts when nothing can be appealed, and for no side", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder } = suite;
    const own = arbitration.connect(funder);
    const { dispute } = await contested(suite);
    await expect(own.fundAppeal(dispute, Ruling.Claimant, COST))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Drawing);
    await playRound(suite, dispute, () => Ruling.Claimant);
    await expect(own.fundAppeal(dispute, Ruling.Undecided, COST)).to.be.revertedWithCustomError(
      arbitration,
      "ArbitrationNoSide",
    );
  });

  it("gives the side that lost the first half, the other all of the time", async function () {
    for (const [ruling, loser, winner] of [
      [Ruling.Claimant, Ruling.Respondent, Ruling.Claimant],
      [Ruling.Respondent, Ruling.Claimant, Ruling.Respondent],
      [Ruling.Undecided, Ruling.Claimant, Ruling.Respondent],
    ] as const) {
      const suite = await loadFixture(deployCourt);
      const { arbitration, funder } = suite;
      const own = arbitration.connect(funder);
      const { dispute, half, deadline } = await appealable(suite, ruling);
      await time.setNextBlockTimestamp(half);
      await own.fundAppeal(dispute, loser, COST - CXT);
      await time.setNextBlockTimestamp(half + 1n);
      await expect(own.fundAppeal(dispute, loser, CXT))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
        .withArgs(dispute, half, half + 1n);
      await time.setNextBlockTimestamp(deadline);
      await own.fundAppeal(dispute, winner, COST - CXT);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(own.fundAppeal(dispute, winner, CXT))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
        .withArgs(dispute, deadline, deadline + 1n);
    }
  });

  it("takes what is missing and no more, and nothing below a sixteenth", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder, owner, token } = suite;
    const { dispute } = await appealable(suite, Ruling.Claimant);
    const least = (COST + 15n) / 16n;
    await expect(arbitration.connect(owner).fundAppeal(dispute, Ruling.Respondent, least - 1n))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationContributionTooSmall")
      .withArgs(least - 1n, least);
    await arbitration.connect(owner).fundAppeal(dispute, Ruling.Respondent, COST - 1n);
    expect([...(await arbitration.appealOf(dispute))]).to.deep.equal([COST, 0n, COST - 1n]);
    const call = arbitration.connect(funder).fundAppeal(dispute, Ruling.Respondent, 2n ** 200n);
    await expect(call).to.changeTokenBalances(ethers, token, [funder, arbitration], [-1n, 1n]);
    await expect(call).to.emit(arbitration, "AppealFunded").withArgs(dispute, 1n, Ruling.Respondent, funder, 1n);
    await expect(arbitration.connect(funder).fundAppeal(dispute, Ruling.Respondent, COST))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationSideFunded")
      .withArgs(dispute, Ruling.Respondent);
    const last = arbitration.connect(funder).fundAppeal(dispute, Ruling.Claimant, COST);
    await expect(last).to.emit(arbitration, "AppealOpened").withArgs(dispute, 1n, 7n);
    const data = await arbitration.disputeOf(dispute);
    expect([data.stage, data.round]).to.deep.equal([Stage.Drawing, 1n]);
    expect(data.deadline).to.equal(BigInt(await time.latest()) + 6n * HOUR);
    expect([...(await arbitration.appealOf(dispute))]).to.deep.equal([0n, 0n, 0n]);
  });

  it("counts the round first, if that is due", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder } = suite;
    const { dispute } = await contested(suite);
    await drawn(suite, dispute);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline + 13n * HOUR);
    await expect(arbitration.connect(funder).fundAppeal(dispute, Ruling.Claimant, COST))
      .to.emit(arbitration, "RoundRuled")
      .withArgs(dispute, 0n, Ruling.Undecided, deadline + 30n * HOUR);
  });
});

// An appeal that is not played
// ├── funded by the side that lost alone: that side wins, and everything goes back
// ├── funded by the other alone: the ruling stands, at half-time
// └── funded in part by both: the ruling stands, and everything goes back
describe("Arbitration: appeals that are not played", function () {
  it("turns the ruling when the side that won does not pay, and gives back what was put in", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder, claimant, respondent } = suite;
    const { dispute, deadline } = await appealable(suite, Ruling.Claimant);
    await arbitration.connect(funder).fundAppeal(dispute, Ruling.Respondent, COST);
    await time.increaseTo(deadline - HOUR);
    await expect(arbitration.advance(dispute)).to.be.revertedWithCustomError(arbitration, "ArbitrationTooEarly");
    await pass(suite, dispute);
    expect((await arbitration.disputeOf(dispute)).ruling).to.equal(Ruling.Respondent);
    await arbitration.settleRound(dispute, 1);
    expect(await arbitration.owedTo(funder)).to.equal(COST);
    // Nobody of round 0 voted for what is final now: the bonds go to the side that won, what they lose to the protocol.
    await arbitration.settleRound(dispute, 0);
    expect(await arbitration.owedTo(respondent)).to.equal(2n * BOND);
    expect(await arbitration.owedTo(claimant)).to.equal(0n);
    expect(await arbitration.owedTo(suite.feeRouter)).to.equal(3n * INCOHERENCE);
  });

  it("lets the ruling stand at half-time when the side that lost does not pay all", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder, owner } = suite;
    const { dispute, half } = await appealable(suite, Ruling.Claimant);
    await arbitration.connect(funder).fundAppeal(dispute, Ruling.Respondent, COST - 1n);
    await arbitration.connect(owner).fundAppeal(dispute, Ruling.Claimant, COST);
    await time.setNextBlockTimestamp(half);
    await expect(arbitration.advance(dispute)).to.be.revertedWithCustomError(arbitration, "ArbitrationTooEarly");
    await time.setNextBlockTimestamp(half + 1n);
    await expect(arbitration.advance(dispute)).to.emit(arbitration, "DisputeRuled").withArgs(dispute, Ruling.Claimant);
    await arbitration.settleRound(dispute, 1);
    expect(await arbitration.owedTo(funder)).to.equal(COST - 1n);
    expect(await arbitration.owedTo(owner)).to.equal(COST);
  });
});

// Arbitration.settleRound
// ├── when it is not ruled, settled, or there is no such round it reverts with ArbitrationNothingToSettle
// ├── uncontested: the claimant gets its bond back; without jurors both do
// ├── the loser's bond pays the jurors of the first round, the winner gets the rest
// ├── who was silent loses most, who was incoherent half as much, who could not tell nothing; it goes to the coherent
// ├── undecided: everyone who revealed is paid, the sides share the cost
// └── of an appeal: the funders of the side that won get theirs back and what is left of the other's, in proportion
describe("Arbitration.settleRound", function () {
  it("reverts before the ruling, twice, and beyond the last round", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    const { dispute } = await claimed(suite);
    const refuse = async (round: bigint) =>
      expect(arbitration.settleRound(dispute, round))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationNothingToSettle")
        .withArgs(dispute, round);
    await refuse(0n);
    await pass(suite, dispute);
    await arbitration.settleRound(dispute, 0);
    await refuse(0n);
    await refuse(4n);
    await expect(arbitration.settleRound(9, 0)).to.be.revertedWithCustomError(
      arbitration,
      "ArbitrationNothingToSettle",
    );
  });

  it("gives bonds back of what was not contested, and of what found no jurors", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, respondent, token, stranger } = suite;
    const first = await claimed(suite);
    await pass(suite, first.dispute);
    expect((await arbitration.disputeOf(first.dispute)).ruling).to.equal(Ruling.Claimant);
    await arbitration.settleRound(first.dispute, 0);
    expect(await arbitration.owedTo(claimant)).to.equal(BOND);
    const second = await contested(suite, 1);
    await pass(suite, second.dispute);
    await arbitration.settleRound(second.dispute, 0);
    expect(await arbitration.owedTo(respondent)).to.equal(BOND);
    await expect(arbitration.connect(stranger).withdraw(claimant)).to.changeTokenBalances(
      ethers,
      token,
      [claimant, stranger],
      [2n * BOND, 0n],
    );
    await expect(arbitration.withdraw(claimant))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationNothingOwed")
      .withArgs(claimant);
    expect(await arbitration.recordedTotal()).to.equal(BOND);
  });

  it("pays jurors from the loser's bond, and the winner the rest, for either side", async function () {
    for (const side of [Ruling.Claimant, Ruling.Respondent]) {
      const suite = await loadFixture(deployCourt);
      const { arbitration, claimant, respondent } = suite;
      const { dispute } = await ruled(suite, side);
      await expect(arbitration.settleRound(dispute, 0))
        .to.emit(arbitration, "RoundSettled")
        .withArgs(dispute, 0n, 3n * FEE, 0n);
      const [winner, loser] = side === Ruling.Claimant ? [claimant, respondent] : [respondent, claimant];
      expect(await arbitration.owedTo(winner)).to.equal(2n * BOND - 3n * FEE);
      expect(await arbitration.owedTo(loser)).to.equal(0n);
      for (const juror of await arbitration.jurorsOf(dispute, 0)) {
        expect(await arbitration.owedTo(juror)).to.equal((await arbitration.votesOf(dispute, 0, juror)) * FEE);
        expect((await suite.jurorPool.jurorOf(juror)).locked).to.equal(0n);
      }
    }
  });

  it("takes from silent and incoherent jurors, gives it to the coherent, and shares an appeal in proportion", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, jurorPool: pool, funder, owner, respondent, feeRouter, token } = suite;
    const { dispute } = await appealable(suite, Ruling.Claimant);
    const parts = [10n * CXT, 25n * CXT];
    await arbitration.connect(respondent).fundAppeal(dispute, Ruling.Respondent, COST);
    await arbitration.connect(funder).fundAppeal(dispute, Ruling.Claimant, parts[0]!);
    await arbitration.connect(owner).fundAppeal(dispute, Ruling.Claimant, COST);
    await drawn(suite, dispute);
    // The second and third vote against it or cannot tell, the fourth is silent; the first, or whoever is left, carries it.
    const panel = await panelOf(suite, dispute);
    const votes = await Promise.all(panel.map((juror) => arbitration.votesOf(dispute, 1, juror)));
    const most = votes.indexOf(votes.reduce((a, b) => (a > b ? a : b)));
    const least = votes.indexOf(
      votes.reduce((a, b) => (a < b ? a : b)),
      most === 0 ? 1 : 0,
    );
    const isAgainst = (i: number) => i === least && votes[i]! < votes[most]!;
    const choices: (Side | undefined)[] = panel.map((_, i) => {
      if (i === most) return Ruling.Claimant;
      if (isAgainst(i)) return Ruling.Respondent;
      return i % 2 === 0 ? Ruling.Undecided : undefined;
    });
    await commitAll(suite, dispute, (i) => choices[i]);
    await time.increaseTo((await arbitration.disputeOf(dispute)).deadline + 1n);
    await revealAll(suite, dispute, (i) => choices[i]);
    await arbitration.advance(dispute).catch(() => undefined);
    if ((await arbitration.disputeOf(dispute)).stage === Stage.Revealing) await pass(suite, dispute);
    await pass(suite, dispute);
    const { ruling } = await arbitration.disputeOf(dispute);
    const before = await Promise.all(panel.map(async (juror) => (await pool.jurorOf(juror)).staked));
    await arbitration.settleRound(dispute, 1);
    let [fees, penalties, coherent] = [0n, 0n, 0n];
    for (const [i, choice] of choices.entries()) {
      const loss = choice === undefined ? SILENCE : choice !== ruling && choice !== Ruling.Undecided ? INCOHERENCE : 0n;
      const lost = ruling === Ruling.Undecided && choice !== undefined ? 0n : loss * votes[i]!;
      expect(before[i]! - (await pool.jurorOf(panel[i]!)).staked).to.equal(lost);
      penalties += lost;
      if (choice !== undefined && (ruling === Ruling.Undecided || choice === ruling)) coherent += votes[i]!;
    }
    fees = coherent * FEE;
    const perVote = FEE + penalties / coherent;
    for (const [i, choice] of choices.entries()) {
      const paid = choice !== undefined && (ruling === Ruling.Undecided || choice === ruling);
      expect(await arbitration.owedTo(panel[i]!)).to.equal(paid ? votes[i]! * perVote : 0n);
    }
    expect(ruling).to.equal(Ruling.Claimant);
    const pot = 2n * COST - fees;
    for (const [i, account] of [funder, owner].entries()) {
      expect(await arbitration.owedTo(account)).to.equal((pot * parts[i]!) / COST);
    }
    expect(await arbitration.owedTo(respondent)).to.equal(0n);
    const rest =
      2n * COST + penalties - coherent * perVote - parts.reduce((sum, part) => sum + (pot * part) / COST, 0n);
    expect(await arbitration.owedTo(feeRouter)).to.equal(rest);
    await arbitration.settleRound(dispute, 0);
    expect(await token.balanceOf(arbitration)).to.equal(await arbitration.recordedTotal());
  });

  it("pays everybody who revealed when nothing was decided, and lets both sides share the cost", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, respondent } = suite;
    const { dispute } = await ruled(suite, Ruling.Undecided);
    await arbitration.settleRound(dispute, 0);
    for (const side of [claimant, respondent]) {
      expect(await arbitration.owedTo(side)).to.equal(BOND - (3n * FEE) / 2n);
    }
    for (const juror of await arbitration.jurorsOf(dispute, 0)) {
      expect(await arbitration.owedTo(juror)).to.equal((await arbitration.votesOf(dispute, 0, juror)) * FEE);
    }
  });
});

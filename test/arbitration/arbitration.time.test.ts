import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  FEE,
  HOUR,
  Ruling,
  Stage,
  claimed,
  commitAll,
  contested,
  deployCourt,
  drawn,
  panelOf,
  revealAll,
  type CourtSuite,
} from "./support/court.ts";

const { time } = networkHelpers;

/** Funds both sides of an appeal in the last second of each. */
async function fundLate({ arbitration, funder, owner }: CourtSuite, dispute: bigint, round: number): Promise<void> {
  const cost = (4n * 2n ** BigInt(round) - 1n) * FEE;
  const { deadline, ruling } = await arbitration.disputeOf(dispute);
  const loser = ruling === Ruling.Claimant ? Ruling.Respondent : Ruling.Claimant;
  await time.setNextBlockTimestamp(deadline - 9n * HOUR);
  await arbitration.connect(funder).fundAppeal(dispute, loser, cost);
  await time.setNextBlockTimestamp(deadline);
  await arbitration
    .connect(owner)
    .fundAppeal(dispute, loser === Ruling.Claimant ? Ruling.Respondent : Ruling.Claimant, cost);
}

// INV-ARB-3
// ├── the longest dispute, everybody acting in the last second: ruled within MAX_DURATION
// └── from every stage, with everybody else silent, a stranger gets to the end
describe("Arbitration: time", function () {
  it("INV-ARB-3: the longest dispute ends within MAX_DURATION", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, respondent, stranger } = suite;
    const { dispute } = await claimed(suite);
    const { openedAt, deadline } = await arbitration.disputeOf(dispute);
    const longest = await arbitration.MAX_DURATION();
    await time.setNextBlockTimestamp(deadline);
    await arbitration.connect(respondent).contest(dispute, "0x".padEnd(66, "1"));
    for (let round = 0; round < 4; round++) {
      const toDraw = await arbitration.disputeOf(dispute);
      expect(toDraw.round).to.equal(BigInt(round));
      // The draw must come close to its end: an hour is left for tickets that found nobody.
      await time.increaseTo(toDraw.deadline - HOUR);
      await drawn(suite, dispute);
      const toCommit = await arbitration.disputeOf(dispute);
      await time.increaseTo(toCommit.deadline - 60n);
      // One of the panel stays silent, so nothing ends early.
      const size = (await panelOf(suite, dispute)).length;
      await commitAll(suite, dispute, (i) =>
        i === 0 && size > 1 ? undefined : round % 2 === 0 ? Ruling.Claimant : Ruling.Respondent,
      );
      await time.increaseTo(toCommit.deadline + 12n * HOUR - 60n);
      await revealAll(suite, dispute, (i) =>
        i === 0 && size > 1 ? undefined : round % 2 === 0 ? Ruling.Claimant : Ruling.Respondent,
      );
      await time.increaseTo(toCommit.deadline + 12n * HOUR + 1n);
      await arbitration.connect(stranger).advance(dispute);
      if (round < 3) await fundLate(suite, dispute, round + 1);
    }
    const data = await arbitration.disputeOf(dispute);
    expect([data.stage, data.round]).to.deep.equal([Stage.Ruled, 3n]);
    const took = BigInt(await time.latest()) - openedAt;
    expect(took <= longest + 1n).to.equal(true);
    expect(took > longest - 5n * HOUR).to.equal(true);
  });

  it("INV-ARB-3: a stranger gets from every stage to the end, with everybody else silent", async function () {
    for (const stop of [Stage.Claimed, Stage.Drawing, Stage.Committing, Stage.Revealing, Stage.Appealing] as const) {
      const suite = await loadFixture(deployCourt);
      const { arbitration, stranger } = suite;
      const opened = stop === Stage.Claimed ? await claimed(suite) : await contested(suite);
      const { dispute } = opened;
      if (stop > Stage.Drawing) await drawn(suite, dispute);
      if (stop > Stage.Committing) {
        await commitAll(suite, dispute, () => Ruling.Claimant);
        await arbitration.connect(stranger).advance(dispute);
      }
      if (stop > Stage.Revealing) {
        await revealAll(suite, dispute, () => Ruling.Claimant);
        await arbitration.connect(stranger).advance(dispute);
      }
      const { stage, openedAt } = await arbitration.disputeOf(dispute);
      expect(stage).to.equal(stop);
      await time.increaseTo(openedAt + (await arbitration.MAX_DURATION()) + 1n);
      await arbitration.connect(stranger).advance(dispute);
      const { ruling } = await arbitration.disputeOf(dispute);
      const expected = stop === Stage.Claimed || stop === Stage.Appealing ? Ruling.Claimant : Ruling.Undecided;
      expect(ruling).to.equal(expected);
      const actions = ruling === Ruling.Claimant ? opened.forClaimant : opened.forRespondent;
      await arbitration.connect(stranger).execute(dispute, actions);
      await arbitration.connect(stranger).settleRound(dispute, 0);
      for (const account of [suite.claimant, suite.respondent, ...suite.jurors, suite.feeRouter]) {
        if ((await arbitration.owedTo(account)) !== 0n) await arbitration.connect(stranger).withdraw(account);
      }
      expect((await arbitration.disputeOf(dispute)).stage).to.equal(Stage.Executed);
      expect(await arbitration.recordedTotal()).to.equal(0n);
      expect(await suite.token.balanceOf(arbitration)).to.equal(0n);
    }
  });

  it("lets a round without jurors leave the ruling before it, and gives back what was paid for it", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, stranger, funder, owner } = suite;
    const { dispute } = await contested(suite);
    await drawn(suite, dispute);
    await commitAll(suite, dispute, () => Ruling.Respondent);
    await revealAll(suite, dispute, () => Ruling.Respondent);
    await arbitration.connect(stranger).advance(dispute);
    await arbitration.connect(funder).fundAppeal(dispute, Ruling.Claimant, 7n * FEE);
    await arbitration.connect(owner).fundAppeal(dispute, Ruling.Respondent, 7n * FEE);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.increaseTo(deadline + 1n);
    await arbitration.connect(stranger).advance(dispute);
    expect((await arbitration.disputeOf(dispute)).ruling).to.equal(Ruling.Respondent);
    await arbitration.connect(stranger).settleRound(dispute, 1);
    for (const account of [funder, owner]) expect(await arbitration.owedTo(account)).to.equal(7n * FEE);
  });
});

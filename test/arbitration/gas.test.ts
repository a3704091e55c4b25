// What a vote costs a juror, and what the largest panel costs whoever draws and settles it.
import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { FEE, Ruling, SALT, contested, deployCourt, drawn, panelOf, pass, playRound } from "./support/court.ts";

const { mine } = networkHelpers;

const PRINT = process.env["COREX_GAS"] !== undefined;

/** Gas of commit and reveal. */
const PER_JUROR = 60_000n;

/** Gas of a draw, and of the settlement, of 31 votes: a tenth of a block of 60 million. */
const LARGEST = 6_000_000n;

const used = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<bigint> =>
  (await (await sent).wait())?.gasUsed ?? 0n;

describe("Arbitration: gas", function () {
  it("takes at most 60,000 gas to commit, and to reveal", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    const { dispute } = await contested(suite);
    await drawn(suite, dispute);
    const panel = await panelOf(suite, dispute);
    for (const juror of panel) {
      const commitment = await arbitration.commitmentOf(dispute, 0, juror, Ruling.Claimant, SALT);
      const gas = await used(arbitration.connect(juror).commit(dispute, commitment));
      if (PRINT) process.stdout.write(`      gas commit: ${gas}\n`);
      expect(gas).to.be.at.most(PER_JUROR);
    }
    await arbitration.advance(dispute);
    for (const juror of panel) {
      const gas = await used(arbitration.connect(juror).reveal(dispute, Ruling.Claimant, SALT));
      if (PRINT) process.stdout.write(`      gas reveal: ${gas}\n`);
      expect(gas).to.be.at.most(PER_JUROR);
    }
  });

  it("draws and settles a panel of 31 with a tenth of a block", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, funder, owner } = suite;
    const { dispute } = await contested(suite);
    for (let round = 0; round < 3; round++) {
      await playRound(suite, dispute, () => Ruling.Claimant);
      const cost = (8n * 2n ** BigInt(round) - 1n) * FEE;
      const part = (cost + 15n) / 16n;
      for (let i = 0; i < 16; i++) {
        await arbitration.connect(funder).fundAppeal(dispute, Ruling.Respondent, part);
        await arbitration.connect(owner).fundAppeal(dispute, Ruling.Claimant, part);
      }
    }
    let gas = 0n;
    for (let i = 0; gas === 0n && i < 40; i++) {
      await mine(6);
      const cost = await used(arbitration.draw(dispute));
      if ((await arbitration.panelOf(dispute, 3)).drawn === 31n) gas = cost;
    }
    expect(gas > 0n && gas < LARGEST).to.equal(true);
    await pass(suite, dispute);
    const settled = await used(arbitration.settleRound(dispute, 3));
    expect(settled < LARGEST).to.equal(true);
    expect((await arbitration.panelOf(dispute, 3)).settled).to.equal(true);
    if (PRINT) process.stdout.write(`      gas draw of 31: ${gas}, settle with 32 contributions: ${settled}\n`);
  });
});

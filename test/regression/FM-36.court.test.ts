// FM-36: parameters change under a running agreement.
// Public cases: PoCo #25, Kleros #2209 (fees and windows of disputes that ran already).
// Guard: what a ruling does, what an offence is a part of, and the bond are fixed when the dispute opens; the rest are constants.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { Offence } from "../reputation/support/reputation.ts";
import { BENCHMARK_BOND, DAY, EVIDENCE, STAKE, announcedBy, deployCourt, pass } from "../arbitration/support/court.ts";

describe("FM-36: a dispute is about what was, when it was opened", function () {
  it("takes the part of the stake as of the opening, however much is staked since", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, operator, vault, slasher, node } = suite;
    const { forClaimant } = await announcedBy(
      suite,
      await arbitration.connect(claimant).claimBenchmark(node, EVIDENCE),
    );
    await vault.connect(operator).stake(node, 4n * STAKE, 100n * DAY);
    await pass(suite, 1n);
    await arbitration.execute(1, forClaimant);
    expect(await vault.stakeOf(node)).to.equal(5n * STAKE - (STAKE * 3n) / 10n);
    expect((await slasher.lastOffenceOf(node)).offence).to.equal(Offence.FakeBenchmark);
    expect((await arbitration.disputeOf(1)).bond).to.equal(BENCHMARK_BOND);
  });
});

// FM-03: a slash rounds to zero, or a factor of nearly zero bricks what is left.
// Public cases: EigenLayer #1089 and #1018 (magnitudes near zero: division by zero, withdrawals that revert).
// Guard: slashes round against the slashed; a stake of one wei, or none, divides by shares, which never vanish under it.
// `test/staking/StakingMath.t.sol` fuzzes factors down to 1e-18 and below.
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, Offence, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-03
// ├── when the base is one wei, every offence costs one
// └── when one wei of 10,000 CXT is left, or none, everything still works
describe("FM-03: slashes neither round to zero nor brick", function () {
  it("costs a wei when the base is one", async function () {
    const { vault, slasher, judge, node } = await loadFixture(deployStaked);
    for (let offence = 1n; offence <= 7n; offence++) {
      await slasher.connect(judge).punish({ node, offence, base: 1n, reporter: ZeroAddress, reporterBond: 0n });
      expect(await vault.stakeOf(node)).to.equal(AMOUNT - offence);
    }
    expect((await slasher.lastOffenceOf(node)).offence).to.equal(Offence.ApprovedPlant);
  });

  for (const left of [1n, 0n]) {
    it(`works on when ${left} wei is left`, async function () {
      const { vault, rawSlasher, liability, operator, node } = await loadFixture(deployStaked);
      const own = vault.connect(operator);
      await own.stake(node, AMOUNT, 50n * DAY);
      await vault.connect(rawSlasher).slash(node, 2n * AMOUNT - left);
      expect(await vault.boostOf(node)).to.equal(CXT);
      expect(await vault.stayingStakeOf(node)).to.equal(left);
      expect(await vault.connect(liability).hold.staticCall(node, left)).to.equal(true);
      for (const place of [0, 1]) await own.startLeaving(node, place);
      await own.cancelLeaving(node, 0);
      await own.startLeaving(node, 0);
      await networkHelpers.time.increase(100n * DAY);
      await own.withdraw(node, 0);
      await expect(own.withdraw(node, 1)).to.emit(vault, "Withdrawn").withArgs(node, 1n, operator, left);
      expect((await vault.stakeDataOf(node)).totalShares).to.equal(0n);
    });
  }
});

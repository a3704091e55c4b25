// FM-01: unstake before the slash.
// Public cases: celo #2887 and rusk #1912 (stake that was unlocked, or left between offence and verdict, escaped it).
// Guard: what asked to leave stays slashable until it is withdrawn, matures after at least 14 days, and cannot leave below
// what open liabilities hold.
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, Offence, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-01
// ├── when the offender asks to leave, exits and even matures before the verdict, it is slashed all the same
// ├── when a liability is open, the mature stake behind it cannot leave until it ends
// └── when it pays to leave sooner, 14 days remain, and it cannot while a liability is open
describe("FM-01: leaving does not escape a slash", function () {
  it("slashes what asked to leave, also after the exit of the node and when it is mature", async function () {
    const { vault, slasher, registry, operator, judge, node } = await loadFixture(deployStaked);
    const verdict = { node, offence: Offence.InvalidResult, base: AMOUNT, reporter: ZeroAddress, reporterBond: 0n };
    await vault.connect(operator).startLeaving(node, 0);
    await registry.connect(operator).exit();
    await slasher.connect(judge).punish(verdict);
    expect(await vault.amountOf(node, 0)).to.equal(AMOUNT - AMOUNT / 20n);
    await networkHelpers.time.increase(100n * DAY);
    await slasher.connect(judge).punish(verdict);
    expect(await vault.connect(operator).withdraw.staticCall(node, 0)).to.equal(AMOUNT - AMOUNT / 10n);
  });

  it("keeps what an open liability holds, however mature, and lets go when it ends", async function () {
    const { vault, slasher, liability, judge, operator, node } = await loadFixture(deployStaked);
    await vault.connect(liability).hold(node, 500n * CXT);
    await vault.connect(operator).startLeaving(node, 0);
    await networkHelpers.time.increase(1_000n * DAY);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, 0n, 500n * CXT);
    const bond = { offence: Offence.MissedDeadline, base: 500n * CXT, reporter: ZeroAddress, reporterBond: 0n };
    await slasher.connect(judge).punish({ node, ...bond });
    await vault.connect(liability).unhold(node, 500n * CXT);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.emit(vault, "Withdrawn")
      .withArgs(node, 0n, operator, AMOUNT - 500n * CXT);
  });

  it("leaves 14 days to slash what paid to leave sooner, and sells nothing that is held", async function () {
    const { vault, liability, operator, node } = await loadFixture(deployStaked);
    await vault.connect(operator).startLeaving(node, 0);
    await vault.connect(liability).hold(node, 1n);
    await expect(vault.connect(operator).expedite(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, AMOUNT, 1n);
    await vault.connect(liability).unhold(node, 1n);
    await vault.connect(operator).expedite(node, 0);
    const maturesAt = BigInt(await networkHelpers.time.latest()) + 14n * DAY;
    await networkHelpers.time.setNextBlockTimestamp(maturesAt - 1n);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotMature")
      .withArgs(node, 0n, maturesAt, maturesAt - 1n);
  });
});

// FM-06: a third party changes somebody's stake with dust.
// Public cases: Livepeer (forced delegation resets a claim), Sovryn SIP-0063 (dust staked for others moves their timers).
// Guard: only the operator, and whom it approved, stakes for a node; nobody touches another's position; CXT that is sent to
// the vault counts for nobody.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import {
  CXT,
  DAY,
  FUNDS,
  MAX_PERIOD,
  MIN_PERIOD,
  MIN_STAKE,
  bookOf,
  deployStaked,
} from "../staking/support/staking.ts";

// FM-06
// ├── when a stranger stakes, tops up, or commands another's position, it reverts and nothing changed
// ├── when a stranger sends CXT, nothing changed
// └── when a revoked staker would add much for a short period, it cannot, and its position stays its own
describe("FM-06: nobody else moves my stake, timers or boost", function () {
  it("refuses every call of a stranger, and donations change nothing", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, token, operator, staker, node } = suite;
    const before = await bookOf(suite, node);
    const position = [...(await vault.positionOf(node, 0))];
    const stranger = vault.connect(staker);
    await expect(stranger.stake(node, MIN_STAKE, MIN_PERIOD))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
      .withArgs(node, staker);
    for (const call of [
      () => stranger.topUp(node, 0, 1n),
      () => stranger.raiseCommitment(node, 0, MAX_PERIOD),
      () => stranger.startLeaving(node, 0),
      () => stranger.cancelLeaving(node, 0),
      () => stranger.expedite(node, 0),
      () => stranger.withdraw(node, 0),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(vault, "StakeVaultNotOwner").withArgs(node, 0n, staker);
    }
    await token.connect(staker).transfer(vault, 1n);
    await token.connect(staker).transfer(operator, 1n);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      vaultBalance: before.vaultBalance + 1n,
      operatorBalance: before.operatorBalance + 1n,
      stakerBalance: FUNDS - 2n,
    });
    expect([...(await vault.positionOf(node, 0))]).to.deep.equal(position);
  });

  it("does not let a revoked staker shorten the average period, and does not keep its stake either", async function () {
    const { vault, operator, staker, node } = await loadFixture(deployStaked);
    await vault.connect(operator).approveStaker(staker, true);
    await vault.connect(staker).stake(node, MIN_STAKE, MIN_PERIOD);
    await vault.connect(operator).approveStaker(staker, false);
    const boost = await vault.boostOf(node);
    await expect(vault.connect(staker).topUp(node, 1, 900_000n * CXT))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
      .withArgs(node, staker);
    expect(await vault.boostOf(node)).to.equal(boost);
    await vault.connect(staker).startLeaving(node, 1);
    expect((await vault.positionOf(node, 1)).period).to.equal(14n * DAY);
  });
});

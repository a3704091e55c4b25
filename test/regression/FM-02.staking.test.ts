// FM-02: the unbonding period can be set to nothing.
// Public case: gravity audit #207 (a parameter without a lower bound let stake leave at once).
// Guard: the shortest period is a constant of 14 days, at least the windows of dispute and appeal; nobody can set it.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { CXT, DAY, MAX_PERIOD, MIN_PERIOD, deployStaking } from "../staking/support/staking.ts";

// FM-02
// ├── the bounds are constants, and no function of the vault sets any parameter
// └── no position has a shorter period, by no way in
describe("FM-02: no period is shorter than the time to dispute", function () {
  it("has constant bounds and no setter", async function () {
    const { vault } = await loadFixture(deployStaking);
    expect(await vault.MIN_PERIOD()).to.equal(14n * DAY);
    expect(await vault.MAX_PERIOD()).to.equal(1_461n * DAY);
    const changing: string[] = [];
    vault.interface.forEachFunction(({ name, constant }) => {
      if (!constant) changing.push(name);
    });
    expect(changing.toSorted()).to.deep.equal([
      "approveStaker",
      "cancelLeaving",
      "expedite",
      "hold",
      "raiseCommitment",
      "setAuthority",
      "slash",
      "stake",
      "stakeWithPermit",
      "startLeaving",
      "syncVotes",
      "topUp",
      "unhold",
      "withdraw",
    ]);
  });

  it("opens no position below the bound, and lowers none", async function () {
    const { vault, operator, node } = await loadFixture(deployStaking);
    const own = vault.connect(operator);
    for (const period of [0n, 1n, MIN_PERIOD - 1n]) {
      await expect(own.stake(node, 1_000n * CXT, period)).to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds");
    }
    await own.stake(node, 1_000n * CXT, MAX_PERIOD);
    await expect(own.raiseCommitment(node, 0, MIN_PERIOD))
      .to.be.revertedWithCustomError(vault, "StakeVaultCommitmentNotRaised")
      .withArgs(MAX_PERIOD, MIN_PERIOD);
  });
});

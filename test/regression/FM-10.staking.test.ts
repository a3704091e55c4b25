// FM-10: bonds or stakes that nobody paid are counted in a split.
// Guard: a position is recorded in the transaction that pulls its tokens, or not at all; a reporter's part is taken out of
// what was really slashed, so the parts add up to it whatever bond a module claims.
import { expect } from "chai";

import { SUPPLY, loadFixture } from "../support/fixtures.ts";
import { CXT, DAY, Offence, deployStaked } from "../staking/support/staking.ts";

// FM-10
// ├── when the tokens of a position do not come, it does not exist
// └── when a bond is claimed that nobody has, the reward is still a part of the slash
describe("FM-10: what nobody paid counts for nobody", function () {
  it("opens and raises no position without its tokens", async function () {
    const { vault, token, operator, node } = await loadFixture(deployStaked);
    await token.connect(operator).approve(vault, SUPPLY);
    const balance = await token.balanceOf(operator);
    for (const call of [
      () => vault.connect(operator).stake(node, balance + 1n, 100n * DAY),
      () => vault.connect(operator).topUp(node, 0, balance + 1n),
    ]) {
      await expect(call())
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(operator, balance, balance + 1n);
    }
    expect(await vault.totalStaked()).to.equal(10_000n * CXT);
    expect(await token.balanceOf(vault)).to.equal(10_000n * CXT);
  });

  it("pays a reporter out of the slash alone", async function () {
    const { slasher, token, judge, reporter, node } = await loadFixture(deployStaked);
    const reporterBond = 2n ** 256n - 1n;
    await slasher.connect(judge).punish({ node, offence: Offence.InvalidResult, base: 1n, reporter, reporterBond });
    await slasher.connect(judge).punish({ node, offence: Offence.InvalidResult, base: 20n, reporter, reporterBond });
    expect(await slasher.owedTo(reporter)).to.equal(0n);
    await slasher
      .connect(judge)
      .punish({ node, offence: Offence.InvalidResult, base: 10_000n * CXT, reporter, reporterBond });
    expect(await slasher.owedTo(reporter)).to.equal(100n * CXT);
    expect(await token.balanceOf(slasher)).to.equal(100n * CXT);
  });
});

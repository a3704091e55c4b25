import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { deployWithoutAllowance, permitOf } from "./support/permit.ts";
import { CXT, DAY } from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;

// StakeVault.stakeWithPermit
// ├── when the permit is the caller's
// │   └── it stakes without an earlier approval
// ├── when somebody used the permit before
// │   └── it stakes with the allowance that the permit gave
// ├── when the permit is wrong and there is an allowance
// │   └── it stakes
// └── when the permit is wrong and there is none
//     └── it reverts with the token's error
describe("StakeVault.stakeWithPermit", function () {
  it("stakes without an earlier approval", async function () {
    const suite = await loadFixture(deployWithoutAllowance);
    const { vault, token, operator, node } = suite;
    const { deadline, v, r, s } = await permitOf(suite, operator.address, AMOUNT, operator);
    await expect(vault.connect(operator).stakeWithPermit(node, AMOUNT, PERIOD, deadline, v, r, s))
      .to.emit(vault, "Staked")
      .withArgs(node, 0n, operator, AMOUNT, PERIOD);
    expect(await token.allowance(operator, vault)).to.equal(0n);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT);
  });

  it("reverts with the token's error for a wrong signature without an allowance, and stakes with one", async function () {
    const suite = await loadFixture(deployWithoutAllowance);
    const { vault, token, operator, staker, node } = suite;
    const { deadline, v, r, s } = await permitOf(suite, operator.address, AMOUNT, staker);
    const call = () => vault.connect(operator).stakeWithPermit(node, AMOUNT, PERIOD, deadline, v, r, s);
    await expect(call()).to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance").withArgs(vault, 0n, AMOUNT);
    await token.connect(operator).approve(vault, AMOUNT);
    await call();
    expect(await vault.stakeOf(node)).to.equal(AMOUNT);
  });
});

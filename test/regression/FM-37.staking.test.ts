// FM-37: a permit that is used by somebody else first makes the call revert.
// Guard: the permit is tried, its failure ignored, and the allowance decides.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { CXT, DAY } from "../staking/support/staking.ts";
import { deployWithoutAllowance, permitOf } from "../staking/support/permit.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;

// FM-37
// ├── when anyone used the permit before, the call stakes with the allowance that it gave
// └── when it was used before and its allowance spent, the call reverts and takes nothing twice
describe("FM-37: a front-run permit does not stop a stake", function () {
  it("stakes although somebody else used the permit", async function () {
    const suite = await loadFixture(deployWithoutAllowance);
    const { vault, token, operator, stranger, node } = suite;
    const { deadline, v, r, s } = await permitOf(suite, operator.address, AMOUNT, operator);
    await token.connect(stranger).permit(operator, vault, AMOUNT, deadline, v, r, s);
    await vault.connect(operator).stakeWithPermit(node, AMOUNT, PERIOD, deadline, v, r, s);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT);
    expect(await token.allowance(operator, vault)).to.equal(0n);
  });

  it("takes nothing twice with the same permit", async function () {
    const suite = await loadFixture(deployWithoutAllowance);
    const { vault, token, operator, node } = suite;
    const { deadline, v, r, s } = await permitOf(suite, operator.address, AMOUNT, operator);
    await vault.connect(operator).stakeWithPermit(node, AMOUNT, PERIOD, deadline, v, r, s);
    await expect(vault.connect(operator).stakeWithPermit(node, AMOUNT, PERIOD, deadline, v, r, s))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(vault, 0n, AMOUNT);
  });
});

// FM-04: a slash skips matured entries that nobody withdrew yet, or strands them.
// Guard: a slash lowers the one stake behind all shares, whatever state a position is in; the last one takes all that is left.
import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-04
// └── given a mature, a leaving and a staying position
//     └── a slash takes the same fraction of each, and each can be withdrawn to the last wei
describe("FM-04: a slash reaches what is mature, and strands nothing", function () {
  it("takes the same fraction of all, and leaves every wei withdrawable", async function () {
    const { vault, token, rawSlasher, operator, node } = await loadFixture(deployStaked);
    const own = vault.connect(operator);
    await own.stake(node, AMOUNT, 20n * DAY);
    await own.stake(node, AMOUNT, 1_461n * DAY);
    await own.startLeaving(node, 0);
    await networkHelpers.time.increase(100n * DAY);
    await own.startLeaving(node, 1);
    const slashed = 3n * AMOUNT - 7_777_777_777_777_777_777_777n;
    await vault.connect(rawSlasher).slash(node, slashed);
    for (const place of [0, 1, 2]) expect(await vault.amountOf(node, place)).to.equal((3n * AMOUNT - slashed) / 3n);
    await own.startLeaving(node, 2);
    await networkHelpers.time.increase(1_461n * DAY);
    const before = await token.balanceOf(operator);
    for (const place of [1, 0, 2]) await own.withdraw(node, place);
    expect((await token.balanceOf(operator)) - before).to.equal(3n * AMOUNT - slashed);
    expect(await token.balanceOf(vault)).to.equal(0n);
  });
});

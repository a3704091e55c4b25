// FM-07: an accumulator that was not brought up to date when stake comes back.
// Public case: Livepeer rebond (stake that returned used a stale, uninitialised accumulator and earned what it never did).
// Guard: there is no accumulator: a position that stays after all counts its shares at the present price.
import { expect } from "chai";

import { boostDown } from "../../packages/sdk/src/staking/boost.ts";
import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, bookOf, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-07
// └── given slashes and newcomers between leaving and coming back
//     └── it comes back with what it is worth now, and takes nothing of the others
describe("FM-07: stake that comes back counts what it is worth now", function () {
  it("comes back with the slash it was part of", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, rawSlasher, operator, node } = suite;
    const own = vault.connect(operator);
    await own.startLeaving(node, 0);
    await vault.connect(rawSlasher).slash(node, AMOUNT / 2n);
    await own.stake(node, AMOUNT, 200n * DAY);
    await networkHelpers.time.increase(100n * DAY);
    await own.cancelLeaving(node, 0);
    expect(await vault.amountOf(node, 0)).to.equal(AMOUNT / 2n);
    expect(await vault.amountOf(node, 1)).to.equal(AMOUNT);
    const { boost, told, tokens } = await bookOf(suite, node);
    expect(tokens).to.equal((AMOUNT * 3n) / 2n);
    expect(boost).to.equal(boostDown(tokens, (100n * DAY + 2n * 200n * DAY) / 3n));
    expect(told).to.equal(boost / 10n ** 14n);
  });
});

// FM-11: a boost that never expires unless its owner acts.
// Guard: the boost is derived from what stays at the second of reading. It stays for exactly as long as the commitment does:
// the whole period is still to come whenever the owner asks to leave, and the boost is gone in that second.
import { expect } from "chai";

import { boostDown } from "../../packages/sdk/src/staking/boost.ts";
import { WAD, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;

// FM-11
// ├── as long as it stays, the boost is that of the whole period, and the whole period is still to come
// ├── in the second of asking to leave it is gone, for readers and for the scheduler, with no further transaction
// └── after a slash it is that of what is left, in the same transaction
describe("FM-11: no boost outlives its commitment", function () {
  it("is backed by the whole period at every second", async function () {
    const { vault, operator, node } = await loadFixture(deployStaked);
    await networkHelpers.time.increase(5_000n * DAY);
    expect(await vault.boostOf(node)).to.equal(boostDown(AMOUNT, PERIOD));
    await vault.connect(operator).startLeaving(node, 0);
    const now = BigInt(await networkHelpers.time.latest());
    expect((await vault.positionOf(node, 0)).maturesAt).to.equal(now + PERIOD);
    expect(await vault.boostAt(node, now)).to.equal(WAD);
  });

  it("is gone for the scheduler in the transaction that asks to leave, and stays gone", async function () {
    const { vault, scheduler, operator, node } = await loadFixture(deployStaked);
    expect(await scheduler.boostOf(node)).to.equal(boostDown(AMOUNT, PERIOD) / 10n ** 14n);
    await vault.connect(operator).startLeaving(node, 0);
    expect(await scheduler.boostOf(node)).to.equal(10_000n);
    await networkHelpers.time.increase(PERIOD);
    expect(await vault.boostOf(node)).to.equal(WAD);
    await vault.connect(operator).withdraw(node, 0);
    expect(await scheduler.boostOf(node)).to.equal(10_000n);
  });

  it("falls with a slash at once", async function () {
    const { vault, scheduler, rawSlasher, node } = await loadFixture(deployStaked);
    await vault.connect(rawSlasher).slash(node, AMOUNT / 2n);
    expect(await vault.boostOf(node)).to.equal(boostDown(AMOUNT / 2n, PERIOD));
    expect(await scheduler.boostOf(node)).to.equal(boostDown(AMOUNT / 2n, PERIOD) / 10n ** 14n);
  });
});

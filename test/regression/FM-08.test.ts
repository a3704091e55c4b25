// FM-08: rewards lost when nobody has points, or by rounding.
// Public cases: tokemak #392 (an epoch without participants strands its rewards) and #168 (division dust stays locked).
// Guard: the pool releases only what points earned, a whole number of wei per point; the rest never leaves it.
import { expect } from "chai";

import { COMPUTE_BUDGET, RATE } from "../mining/support/rewards.ts";
import { ONE, PLENTY, SUPPLY, Track, budgetDown, deployRewards, loadFixture, payoutOf } from "../support/fixtures.ts";

// FM-08
// ├── when nobody earned points for days, the pool keeps everything and no later day is richer
// ├── when an epoch is opened and nothing is credited, nothing leaves the pool
// └── when the budget does not divide by the points, the dust stays in the pool, and the distributor ends at zero
describe("FM-08: nothing leaves the pool without an owner", function () {
  it("keeps the budgets of idle days, and makes no later day richer", async function () {
    const { reporter, pool, token, distributor, nextEpoch } = await loadFixture(deployRewards);
    for (let day = 0; day < 30; day++) await nextEpoch();
    await reporter.creditNetwork(1, Track.ComputePoC, 1, ONE);
    expect((await distributor.bookOf(30)).budget).to.equal(budgetDown(SUPPLY));
    expect(await pool.remaining()).to.equal(SUPPLY);
    expect(await token.balanceOf(distributor)).to.equal(0n);
  });

  it("releases nothing for an epoch in which nothing counted", async function () {
    const { reporter, pool, distributor, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditNetwork(77, Track.ComputePoC, PLENTY, ONE);
    await nextEpoch();
    await expect(distributor.settle([77]))
      .to.emit(distributor, "EpochClosed")
      .withArgs(0n, 0n, 0n, 0n);
    expect(await pool.remaining()).to.equal(SUPPLY);
  });

  it("leaves the dust of an indivisible budget in the pool, and nothing in the distributor", async function () {
    const { reporter, pool, token, distributor, directory, nextEpoch } = await loadFixture(deployRewards);
    const trackBudget = COMPUTE_BUDGET;
    const base = trackBudget / RATE;
    // Three nodes, prime-ish shares, more points than the maximum reward can serve.
    const points = [base / 2n + 7n, base / 3n + 11n, base / 2n + 13n];
    for (const [index, count] of points.entries()) {
      await directory.set!(index + 1, payoutOf(index + 1), 10n ** 18n);
      await reporter.creditMatched(index + 1, Track.ComputePoC, count, ONE, PLENTY);
    }
    await nextEpoch();
    await distributor.settle([3, 1, 2]);
    const total = points.reduce((sum, count) => sum + count, 0n);
    const perPoint = trackBudget / total;
    expect(trackBudget % total).to.not.equal(0n);
    expect(await pool.remaining()).to.equal(SUPPLY - perPoint * total);
    expect(await token.balanceOf(distributor)).to.equal(0n);
  });
});

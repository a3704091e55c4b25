// FM-45: self-dealing: owner and node are one, farming emissions.
// Public case: wash work on compute and data networks whose rewards exceed the fee that a self-paid task costs.
// Guard, this side of it: what the pool adds to a fee is at most `match` times that fee, so that with a protocol fee p and
// a share w of the draws, w * (1 - p + match) < 1 loses. Network work pays no fee, but its share of a budget is capped.
import { expect } from "chai";

import {
  BPS,
  DEFAULT_TERMS,
  MAX_MULTIPLIER_BPS,
  ONE,
  PLENTY,
  SUPPLY,
  Track,
  budgetDown,
  deployRewards,
  loadFixture,
  payoutOf,
} from "../support/fixtures.ts";

const FEE = 10n ** 18n + 1n;

// FM-45
// ├── alone in the network, a node gets at most match x fee from the pool, at every match and multiplier
// ├── in a crowded network it gets less, never more
// ├── many small fees earn no more than one large one
// └── network work, which pays no fee, never takes more than its share of the budget
describe("FM-45: the pool at most matches the fee", function () {
  for (const [matchBps, multiplier] of [
    [0n, ONE],
    [1n, ONE],
    [10_000n, ONE],
    [20_000n, ONE],
    [10_000n, MAX_MULTIPLIER_BPS],
    [20_000n, MAX_MULTIPLIER_BPS],
  ] as const) {
    it(`pays at most ${matchBps} bps of the fee to a node alone in the network, at ${multiplier} bps`, async function () {
      const { reporter, distributor, operations, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
      await distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, matchBps });
      await reporter.creditMatched(1, Track.ComputePoC, PLENTY, multiplier, FEE);
      await nextEpoch();
      await distributor.settle([1]);
      const received = (await token.balanceOf(payoutOf(1))) + (await token.balanceOf(feeRouter));
      const most = (FEE * matchBps) / BPS;
      expect(received).to.be.lessThanOrEqual(most);
      // Tight: less than the price of one point is lost.
      expect(most - received).to.be.lessThan(DEFAULT_TERMS.maxRewardPerPoint);
    });
  }

  it("pays less than the match in a crowded network", async function () {
    const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
    for (const node of [1, 2]) await directory.set!(node, payoutOf(node), 10n ** 18n);
    await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, FEE);
    await reporter.creditMatched(2, Track.ComputePoC, PLENTY, ONE, SUPPLY);
    await nextEpoch();
    await distributor.settle([1]);
    expect(await token.balanceOf(payoutOf(1))).to.be.lessThan(FEE / 100n);
    expect(await token.balanceOf(payoutOf(1))).to.be.greaterThan(0n);
  });

  it("gives many small fees no more than one large one", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    const whole = await reporter.creditMatched.staticCall(1, Track.ComputePoC, PLENTY, ONE, FEE);
    let split = 0n;
    for (let part = 0n; part < 7n; part++) {
      const fee = FEE / 7n + (part < FEE % 7n ? 1n : 0n);
      split += await reporter.creditMatched.staticCall(1, Track.ComputePoC, PLENTY, ONE, fee);
      await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, fee);
    }
    expect(split).to.be.lessThanOrEqual(whole);
    expect((await distributor.accountOf(1)).computePoints).to.equal(split);
  });

  it("never gives network work more than its share of the budget", async function () {
    const { reporter, distributor, directory, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    for (let node = 1; node <= 4; node++) {
      await directory.set!(node, payoutOf(node), 10n ** 18n);
      await reporter.creditNetwork(node, Track.ComputePoC, 4n * 10n ** 12n, ONE);
    }
    await nextEpoch();
    await distributor.settle([1, 2, 3, 4]);
    const balances = await Promise.all([1, 2, 3, 4].map((node) => token.balanceOf(payoutOf(node))));
    const paid = balances.reduce((sum, balance) => sum + balance, await token.balanceOf(feeRouter));
    const share = (((budgetDown(SUPPLY) * 8n) / 10n) * DEFAULT_TERMS.networkShareBps) / BPS;
    expect(paid).to.be.lessThanOrEqual(share);
    expect(share - paid).to.be.lessThan(DEFAULT_TERMS.maxRewardPerPoint);
  });
});

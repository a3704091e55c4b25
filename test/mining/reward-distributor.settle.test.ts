import { expect } from "chai";

import {
  DEFAULT_TERMS,
  ONE,
  PLENTY,
  SUPPLY,
  Track,
  deployRewards,
  ethers,
  loadFixture,
  payoutOf,
} from "../support/fixtures.ts";
import { COMPUTE_BUDGET, FIRST_BUDGET, RATE, reward } from "./support/rewards.ts";

// RewardDistributor.settle
// ├── when the epoch is not over
// │   └── it pays nothing and leaves the book open
// ├── when the epoch is over
// │   ├── it closes the book once, and pays each node its share minus the fee, rounded up
// │   ├── it skips duplicates, unknown nodes and nodes with nothing due
// │   └── it works for anyone, with an empty list too
// ├── when the budget does not suffice for the maximum reward
// │   └── it shares the track's budget by points and leaves the dust in the pool
// ├── when the points are too many for one wei each
// │   └── it pays zero, releases nothing and clears the account
// ├── when the reward is one wei
// │   └── the fee takes it all, and nothing is transferred to the node
// ├── when the directory names no payout
// │   └── it skips the node, whose reward waits
// └── when the payout changed since
//     └── it pays the present payout
describe("RewardDistributor.settle", function () {
  it("pays nothing and leaves the book open while the epoch runs", async function () {
    const { reporter, distributor, token, pool } = await loadFixture(deployRewards);
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await expect(distributor.settle([1])).to.not.emit(distributor, "EpochClosed");
    expect(await token.balanceOf(payoutOf(1))).to.equal(0n);
    expect(await pool.remaining()).to.equal(SUPPLY);
    expect(await distributor.claimableOf(1)).to.deep.equal([0n, 0n]);
  });

  it("closes the book once, and pays each node its share minus the fee", async function () {
    const { reporter, distributor, stranger, token, pool, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    const points = [100n, 1n, 33_333n];
    for (const [index, count] of points.entries())
      await reporter.creditNetwork(index + 1, Track.ComputePoC, count, ONE);
    await reporter.creditNetwork(3, Track.StakeToValidate, 10, ONE);
    points[2] = 33_343n;
    await nextEpoch();

    const settle = distributor.connect(stranger).settle([1, 2, 3]);
    const rewards = points.map((count) => reward(count));
    const total = points.reduce((sum, count) => sum + count * RATE, 0n);
    const fees = rewards.reduce((sum, { fee }) => sum + fee, 0n);
    await expect(settle).to.emit(distributor, "EpochClosed").withArgs(0n, 33_434n, 10n, total);
    for (const [index, { amount, fee }] of rewards.entries()) {
      await expect(settle)
        .to.emit(distributor, "RewardPaid")
        .withArgs(0n, BigInt(index + 1), payoutOf(index + 1), amount, fee);
    }
    await expect(settle).to.changeTokenBalances(
      ethers,
      token,
      [pool, distributor, feeRouter, payoutOf(1), payoutOf(2), payoutOf(3)],
      [-total, 0n, fees, ...rewards.map(({ amount }) => amount)],
    );
    await expect(distributor.settle([1, 2, 3])).to.not.emit(distributor, "EpochClosed");
    expect(await token.balanceOf(payoutOf(1))).to.equal(reward(100n).amount);
  });

  it("skips duplicates, unknown nodes and nodes with nothing due", async function () {
    const { reporter, distributor, token, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await nextEpoch();
    await reporter.creditNetwork(2, Track.ComputePoC, 5, ONE);
    await distributor.settle([1, 1, 2, 0, 88, 1]);
    const paid = await distributor.queryFilter(distributor.filters.RewardPaid(), 0);
    expect(paid.map(({ args }) => args.node)).to.deep.equal([1n]);
    expect(await token.balanceOf(payoutOf(1))).to.equal(reward(100n).amount);
    expect(await distributor.accountOf(2)).to.deep.equal([1n, 5n, 0n]);
    expect(await token.balanceOf(distributor)).to.equal(0n);
  });

  it("closes the book with an empty list", async function () {
    const { reporter, distributor, pool, token, nextEpoch } = await loadFixture(deployRewards);
    await expect(distributor.settle([])).to.not.emit(distributor, "EpochClosed");
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await nextEpoch();
    await expect(distributor.settle([])).to.changeTokenBalances(
      ethers,
      token,
      [pool, distributor],
      [-100n * RATE, 100n * RATE],
    );
  });

  it("shares the track's budget by points and leaves the dust in the pool", async function () {
    const { reporter, distributor, directory, token, pool, nextEpoch } = await loadFixture(deployRewards);
    // 3 points more than the budget can pay at the maximum.
    const total = COMPUTE_BUDGET / RATE + 3n;
    const [first, second] = [total / 3n, total - total / 3n];
    await directory.set!(1, payoutOf(1), 10n ** 18n);
    await directory.set!(2, payoutOf(2), 10n ** 18n);
    await reporter.creditMatched(1, Track.ComputePoC, first, ONE, PLENTY);
    await reporter.creditMatched(2, Track.ComputePoC, second, ONE, PLENTY);
    await nextEpoch();
    const perPoint = COMPUTE_BUDGET / total;
    expect(perPoint).to.be.lessThan(RATE);
    await distributor.settle([1, 2]);
    expect(await token.balanceOf(payoutOf(1))).to.equal(reward(first, perPoint).amount);
    expect(await token.balanceOf(payoutOf(2))).to.equal(reward(second, perPoint).amount);
    expect(await token.balanceOf(distributor)).to.equal(0n);
    expect(await pool.remaining()).to.equal(SUPPLY - perPoint * total);
  });

  it("pays zero, releases nothing and clears the account when the points are too many for one wei each", async function () {
    const { reporter, distributor, directory, pool, token, nextEpoch } = await loadFixture(deployRewards);
    await directory.set!(1, payoutOf(1), ethers.MaxUint256);
    await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
    await nextEpoch();
    const settle = distributor.settle([1]);
    await expect(settle)
      .to.emit(distributor, "EpochClosed")
      .withArgs(0n, 2n ** 96n - 1n, 0n, 0n);
    await expect(settle).to.emit(distributor, "RewardPaid").withArgs(0n, 1n, payoutOf(1), 0n, 0n);
    expect(await pool.remaining()).to.equal(SUPPLY);
    expect(await pool.nextEpoch()).to.equal(0n);
    expect(await token.balanceOf(distributor)).to.equal(0n);
    expect(await distributor.accountOf(1)).to.deep.equal([0n, 0n, 0n]);
    // The next epoch begins with an untouched budget.
    await expect(reporter.creditNetwork(2, Track.ComputePoC, 1, ONE))
      .to.emit(distributor, "EpochOpened")
      .withArgs(1n, FIRST_BUDGET, Object.values(DEFAULT_TERMS));
  });

  it("gives a reward of one wei to the fee, and transfers nothing to the node", async function () {
    const { reporter, distributor, operations, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    await distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, maxRewardPerPoint: 1 });
    await reporter.creditNetwork(1, Track.ComputePoC, 1, ONE);
    await nextEpoch();
    const settle = distributor.settle([1]);
    await expect(settle).to.emit(distributor, "RewardPaid").withArgs(0n, 1n, payoutOf(1), 0n, 1n);
    await expect(settle).to.changeTokenBalances(ethers, token, [payoutOf(1), feeRouter], [0n, 1n]);
  });

  it("takes no fee when the fee is zero", async function () {
    const { reporter, distributor, operations, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    await distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, claimFeeBps: 0 });
    await reporter.creditNetwork(1, Track.ComputePoC, 3, ONE);
    await nextEpoch();
    await expect(reporter.creditNetwork(1, Track.ComputePoC, 3, ONE)).to.changeTokenBalances(
      ethers,
      token,
      [payoutOf(1), feeRouter],
      [3n * RATE, 0n],
    );
  });

  it("skips a node without payout, whose reward waits", async function () {
    const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await directory.set!(1, ethers.ZeroAddress, 0);
    await nextEpoch();
    await distributor.settle([1]);
    expect(await distributor.claimableOf(1)).to.deep.equal([0n, 0n]);
    expect(await token.balanceOf(distributor)).to.equal(100n * RATE);
    expect(await distributor.accountOf(1)).to.deep.equal([0n, 100n, 0n]);
  });

  it("pays the present payout", async function () {
    const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await nextEpoch();
    await directory.set!(1, payoutOf(50), 0);
    await distributor.settle([1]);
    expect(await token.balanceOf(payoutOf(1))).to.equal(0n);
    expect(await token.balanceOf(payoutOf(50))).to.equal(reward(100n).amount);
  });
});

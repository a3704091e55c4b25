import { expect } from "chai";

import {
  BPS,
  CAPACITY,
  DEFAULT_TERMS,
  MAX_MULTIPLIER_BPS,
  ONE,
  PLENTY,
  POINTS_PER_WORK_UNIT,
  Track,
  deployRewards,
  ethers,
  loadFixture,
  payoutOf,
} from "../support/fixtures.ts";
import { COMPUTE_BUDGET, RATE, reward } from "./support/rewards.ts";

/** Points that a node with `CAPACITY` can get in a day for work of a multiplier of one. */
const NODE_CAP = (CAPACITY * POINTS_PER_WORK_UNIT * 12n) / 10n;

/** Most points of one node in one epoch, whatever its capacity and its multiplier. */
const MAX_NODE_POINTS = 2n ** 96n - 1n;

const TERM = ethers.encodeBytes32String("multiplierBps");

// RewardDistributor.creditMatched, creditNetwork and pointsLeftOf with a multiplier
// ├── when the multiplier is above 39,000
// │   └── they revert with RewardDistributorTermOutOfBounds("multiplierBps", value, 0, 39_000), and open no book
// ├── when it is zero
// │   └── nothing is credited, and what was earned before is paid
// ├── when it is one, or another up to 39,000
// │   └── they credit the work times it, rounded down
// ├── when the node's cap is the least
// │   ├── the cap is multiplied by the same: as much work counts at every multiplier
// │   └── work of several multipliers shares it: a smaller one adds nothing to what a larger one filled
// ├── when the matched fee is the least
// │   └── the multiplier adds nothing
// ├── when the network share is the least
// │   └── the multiplier adds nothing
// └── when the numbers are absurd
//     └── they saturate at the most points of a node
describe("RewardDistributor, multipliers", function () {
  describe("when the multiplier is above 39,000", function () {
    it("reverts with RewardDistributorTermOutOfBounds(term, value, minimum, maximum)", async function () {
      const { reporter, distributor, token, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
      await nextEpoch();
      for (const multiplier of [MAX_MULTIPLIER_BPS + 1n, 2n ** 128n, ethers.MaxUint256]) {
        for (const call of [
          () => reporter.creditMatched(1, Track.ComputePoC, 1, multiplier, PLENTY),
          () => reporter.creditNetwork(1, Track.StakeToValidate, 1, multiplier),
          () => distributor.pointsLeftOf(1, multiplier),
        ]) {
          await expect(call())
            .to.be.revertedWithCustomError(distributor, "RewardDistributorTermOutOfBounds")
            .withArgs(TERM, multiplier, 0n, MAX_MULTIPLIER_BPS);
        }
      }
      expect(await distributor.openEpoch()).to.equal(0n);
      expect(await token.balanceOf(distributor)).to.equal(0n);
    });
  });

  describe("when the multiplier is zero", function () {
    it("credits nothing, and pays what was earned before", async function () {
      const { reporter, distributor, token, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
      await nextEpoch();
      expect(await distributor.pointsLeftOf(1, 0)).to.equal(0n);
      const credit = reporter.creditMatched(1, Track.ComputePoC, PLENTY, 0, PLENTY);
      await expect(credit).to.emit(distributor, "PointsCredited").withArgs(1n, 1n, Track.ComputePoC, 0n, 0n);
      await expect(credit).to.changeTokenBalance(ethers, token, payoutOf(1), reward(100n).amount);
      await expect(reporter.creditNetwork(1, Track.ComputePoC, PLENTY, 0))
        .to.emit(distributor, "PointsCredited")
        .withArgs(1n, 1n, Track.ComputePoC, 0n, 0n);
      expect(await distributor.accountOf(1)).to.deep.equal([1n, 0n, 0n]);
      expect((await distributor.bookOf(1)).computePoints).to.equal(0n);
    });
  });

  for (const [multiplier, points] of [
    [1n, 0n],
    [9n, 0n],
    [10n, 1n],
    [9_999n, 1_000n],
    [BPS, 1_001n],
    [12_500n, 1_251n],
    [MAX_MULTIPLIER_BPS, 3_903n],
  ] as const) {
    it(`credits 1,001 points of work at ${multiplier} bps as ${points}`, async function () {
      const { reporter, distributor } = await loadFixture(deployRewards);
      await expect(reporter.creditMatched(1, Track.ComputePoC, 1_001, multiplier, PLENTY))
        .to.emit(distributor, "PointsCredited")
        .withArgs(0n, 1n, Track.ComputePoC, points, points);
      await expect(reporter.creditNetwork(1, Track.StakeToValidate, 1_001, multiplier))
        .to.emit(distributor, "PointsCredited")
        .withArgs(0n, 1n, Track.StakeToValidate, points, points);
      expect(await distributor.accountOf(1)).to.deep.equal([0n, points, points]);
      const book = await distributor.bookOf(0);
      expect([book.computePoints, book.validatePoints, book.networkValidatePoints]).to.deep.equal([
        points,
        points,
        points,
      ]);
    });
  }

  describe("when the node's cap is the least", function () {
    for (const multiplier of [1n, 7_777n, BPS, MAX_MULTIPLIER_BPS]) {
      it(`counts 1.2 times the capacity of work at ${multiplier} bps, and no more`, async function () {
        const { reporter, distributor } = await loadFixture(deployRewards);
        const cap = (NODE_CAP * multiplier) / BPS;
        expect(await distributor.pointsLeftOf(1, multiplier)).to.equal(cap);
        await reporter.creditMatched(1, Track.ComputePoC, NODE_CAP, multiplier, PLENTY);
        expect(await distributor.accountOf(1)).to.deep.equal([0n, cap, 0n]);
        expect(await distributor.pointsLeftOf(1, multiplier)).to.equal(0n);
        await expect(reporter.creditMatched(1, Track.StakeToValidate, NODE_CAP, multiplier, PLENTY))
          .to.emit(distributor, "PointsCredited")
          .withArgs(0n, 1n, Track.StakeToValidate, 0n, cap);
        await reporter.creditMatched(2, Track.ComputePoC, PLENTY, multiplier, PLENTY);
        expect(await distributor.accountOf(2)).to.deep.equal([0n, cap, 0n]);
      });
    }

    it("lets a larger multiplier add its own rest, and a smaller one nothing", async function () {
      const { reporter, distributor } = await loadFixture(deployRewards);
      await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
      const larger = (NODE_CAP * MAX_MULTIPLIER_BPS) / BPS;
      expect(await distributor.pointsLeftOf(1, MAX_MULTIPLIER_BPS)).to.equal(larger - NODE_CAP);
      await reporter.creditMatched(1, Track.StakeToValidate, PLENTY, MAX_MULTIPLIER_BPS, PLENTY);
      expect(await distributor.accountOf(1)).to.deep.equal([0n, NODE_CAP, larger - NODE_CAP]);
      for (const multiplier of [0n, 1n, ONE, MAX_MULTIPLIER_BPS - 1n, MAX_MULTIPLIER_BPS]) {
        expect(await distributor.pointsLeftOf(1, multiplier)).to.equal(0n);
        expect(await reporter.creditMatched.staticCall(1, Track.ComputePoC, PLENTY, multiplier, PLENTY)).to.equal(0n);
      }
    });
  });

  it("adds nothing to a matched fee", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    await expect(reporter.creditMatched(1, Track.ComputePoC, 1_000, MAX_MULTIPLIER_BPS, 10n * RATE))
      .to.emit(distributor, "PointsCredited")
      .withArgs(0n, 1n, Track.ComputePoC, 10n, 3_900n);
  });

  it("adds nothing to the network share", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    const networkCap = (COMPUTE_BUDGET * DEFAULT_TERMS.networkShareBps) / (BPS * RATE);
    await directory.set!(1, payoutOf(1), 10n ** 18n);
    await reporter.creditNetwork(1, Track.ComputePoC, networkCap, MAX_MULTIPLIER_BPS);
    expect((await distributor.bookOf(0)).networkComputePoints).to.equal(networkCap);
    expect(await reporter.creditNetwork.staticCall(2, Track.ComputePoC, 1, MAX_MULTIPLIER_BPS)).to.equal(0n);
  });

  it("saturates at the most points of a node", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    const max = ethers.MaxUint256;
    for (const [node, multiplier] of [
      [1, MAX_MULTIPLIER_BPS],
      [2, BPS],
    ] as const) {
      await directory.set!(node, payoutOf(node), max);
      expect(await distributor.pointsLeftOf(node, multiplier)).to.equal(MAX_NODE_POINTS);
      await expect(reporter.creditMatched(node, Track.ComputePoC, max, multiplier, max))
        .to.emit(distributor, "PointsCredited")
        .withArgs(0n, node, Track.ComputePoC, MAX_NODE_POINTS, MAX_NODE_POINTS);
      expect(await distributor.pointsLeftOf(node, multiplier)).to.equal(0n);
      expect(await reporter.creditMatched.staticCall(node, Track.StakeToValidate, max, multiplier, max)).to.equal(0n);
    }
    expect((await distributor.bookOf(0)).computePoints).to.equal(2n * MAX_NODE_POINTS);
    // Half a multiplier of saturated work is half of the saturated cap.
    await directory.set!(3, payoutOf(3), max);
    expect(await distributor.pointsLeftOf(3, 5_000)).to.equal(MAX_NODE_POINTS / 2n);
  });
});

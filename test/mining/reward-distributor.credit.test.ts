import { expect } from "chai";

import {
  BPS,
  CAPACITY,
  DEFAULT_TERMS,
  ONE,
  PLENTY,
  POINTS_PER_WORK_UNIT,
  SUPPLY,
  Track,
  budgetDown,
  deployRewards,
  ethers,
  loadFixture,
  networkHelpers,
  payoutOf,
} from "../support/fixtures.ts";
import { COMPUTE_BUDGET, FIRST_BUDGET, RATE, VALIDATE_BUDGET, reward } from "./support/rewards.ts";

/** Points that a node with `CAPACITY` can get in a day. */
const NODE_CAP = (CAPACITY * POINTS_PER_WORK_UNIT * 12n) / 10n;

// RewardDistributor.creditMatched, here with a multiplier of one; others are in reward-distributor.multiplier.test.ts
// ├── when the caller is no reporter
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when it is the first credit of an epoch
// │   ├── it opens the book with the pool's budget and the present terms
// │   └── when the epoch before had rewards
// │       └── it closes that book and draws exactly its rewards
// ├── when the work is the least
// │   └── it credits the work
// ├── when the matched fee is the least
// │   └── it credits the matched fee, rounded down
// ├── when the node's cap is the least
// │   └── it credits what is left of the cap, over both tracks, then nothing
// ├── when the node has no capacity, or is unknown
// │   └── it credits nothing and does not revert
// ├── when the node earned in an earlier epoch
// │   ├── it pays that first, at that epoch's terms
// │   ├── when nothing is credited now
// │   │   └── it pays all the same
// │   └── when the directory names no payout
// │       └── it credits nothing and keeps what was earned
// └── it emits PointsCredited with what counted and what was offered
describe("RewardDistributor.creditMatched", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { distributor, stranger, operations, admin } = await loadFixture(deployRewards);
    for (const caller of [stranger, operations, admin]) {
      await expect(distributor.connect(caller).creditMatched(1, Track.ComputePoC, 1, ONE, 1))
        .to.be.revertedWithCustomError(distributor, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  describe("when it is the first credit of an epoch", function () {
    it("opens the book with the pool's budget and the present terms", async function () {
      const { reporter, distributor, nextEpoch } = await loadFixture(deployRewards);
      await nextEpoch();
      await nextEpoch();
      await expect(reporter.creditMatched(1, Track.ComputePoC, 5, ONE, PLENTY))
        .to.emit(distributor, "EpochOpened")
        .withArgs(2n, FIRST_BUDGET, Object.values(DEFAULT_TERMS));
      expect(await distributor.openEpoch()).to.equal(2n);
      expect(await distributor.bookOf(2)).to.deep.equal([
        5n,
        0n,
        0n,
        0n,
        FIRST_BUDGET,
        ...Object.values(DEFAULT_TERMS),
      ]);
      expect(await distributor.bookOf(1)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
      await expect(reporter.creditMatched(1, Track.ComputePoC, 5, ONE, PLENTY)).to.not.emit(distributor, "EpochOpened");
    });

    it("closes the book before and draws exactly its rewards", async function () {
      const { reporter, distributor, pool, token, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditMatched(1, Track.ComputePoC, 100, ONE, PLENTY);
      await reporter.creditMatched(2, Track.StakeToValidate, 11, ONE, PLENTY);
      await nextEpoch();
      await nextEpoch();
      const credit = reporter.creditMatched(3, Track.ComputePoC, 7, ONE, PLENTY);
      const released = 111n * RATE;
      await expect(credit).to.emit(distributor, "EpochClosed").withArgs(0n, 100n, 11n, released);
      await expect(credit)
        .to.emit(pool, "Released")
        .withArgs(0n, released, FIRST_BUDGET, SUPPLY - released);
      await expect(credit)
        .to.emit(distributor, "EpochOpened")
        .withArgs(2n, budgetDown(SUPPLY - released), Object.values(DEFAULT_TERMS));
      await expect(credit).to.changeTokenBalances(ethers, token, [pool, distributor], [-released, released]);
    });
  });

  it("credits the work when it is the least", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    const credit = reporter.creditMatched(4, Track.StakeToValidate, 42, ONE, PLENTY);
    await expect(credit).to.emit(distributor, "PointsCredited").withArgs(0n, 4n, Track.StakeToValidate, 42n, 42n);
    expect(await distributor.accountOf(4)).to.deep.equal([0n, 0n, 42n]);
    expect((await distributor.bookOf(0)).validatePoints).to.equal(42n);
    expect(await distributor.pointsLeftOf(4, ONE)).to.equal(NODE_CAP - 42n);
  });

  it("credits the matched fee, rounded down, when it is the least", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    for (const [fee, points] of [
      [0n, 0n],
      [RATE - 1n, 0n],
      [RATE, 1n],
      [10n * RATE + 1n, 10n],
    ] as const) {
      await expect(reporter.creditMatched(1, Track.ComputePoC, 1_000, ONE, fee))
        .to.emit(distributor, "PointsCredited")
        .withArgs(0n, 1n, Track.ComputePoC, points, 1_000n);
    }
    expect((await distributor.accountOf(1)).computePoints).to.equal(11n);
  });

  it("credits what is left of the cap, over both tracks, then nothing", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    expect(await distributor.pointsLeftOf(1, ONE)).to.equal(NODE_CAP);
    await reporter.creditMatched(1, Track.StakeToValidate, 1_000, ONE, PLENTY);
    expect(await reporter.creditMatched.staticCall(1, Track.ComputePoC, PLENTY, ONE, PLENTY)).to.equal(
      NODE_CAP - 1_000n,
    );
    await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
    expect(await distributor.accountOf(1)).to.deep.equal([0n, NODE_CAP - 1_000n, 1_000n]);
    expect(await distributor.pointsLeftOf(1, ONE)).to.equal(0n);
    // What was offered is told as far as it can count for any node.
    await expect(reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY))
      .to.emit(distributor, "PointsCredited")
      .withArgs(0n, 1n, Track.ComputePoC, 0n, 2n ** 96n - 1n);
    expect(await distributor.accountOf(1)).to.deep.equal([0n, NODE_CAP - 1_000n, 1_000n]);
  });

  it("credits nothing to a node whose capacity fell below what it has", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    await reporter.creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
    await directory.set!(1, payoutOf(1), CAPACITY / 2n);
    expect(await distributor.pointsLeftOf(1, ONE)).to.equal(0n);
    expect(await reporter.creditMatched.staticCall(1, Track.ComputePoC, 1, ONE, PLENTY)).to.equal(0n);
  });

  it("credits nothing to a node without capacity, or unknown, and does not revert", async function () {
    const { reporter, distributor, nextEpoch } = await loadFixture(deployRewards);
    await nextEpoch();
    await expect(reporter.creditMatched(77, Track.ComputePoC, 5, ONE, PLENTY))
      .to.emit(distributor, "PointsCredited")
      .withArgs(1n, 77n, Track.ComputePoC, 0n, 5n);
    expect(await distributor.accountOf(77)).to.deep.equal([0n, 0n, 0n]);
    expect((await distributor.bookOf(1)).computePoints).to.equal(0n);
  });

  it("saturates for absurd capacity, work and fee instead of overflowing", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    const max = ethers.MaxUint256;
    for (const node of [1, 2, 3]) {
      await directory.set!(node, payoutOf(node), max);
      await reporter.creditMatched(node, Track.ComputePoC, max, ONE, max);
      expect((await distributor.accountOf(node)).computePoints).to.equal(2n ** 96n - 1n);
    }
    expect((await distributor.bookOf(0)).computePoints).to.equal(3n * (2n ** 96n - 1n));
  });

  describe("when the node earned in an earlier epoch", function () {
    it("pays that first, at that epoch's terms", async function () {
      const { reporter, distributor, operations, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditMatched(1, Track.ComputePoC, 100, ONE, PLENTY);
      await reporter.creditMatched(1, Track.StakeToValidate, 1, ONE, PLENTY);
      await distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, claimFeeBps: 500, maxRewardPerPoint: 1 });
      await nextEpoch();
      const { amount, fee } = reward(101n);
      expect(await distributor.claimableOf(1)).to.deep.equal([amount, fee]);

      const credit = reporter.creditMatched(1, Track.ComputePoC, 9, ONE, PLENTY);
      await expect(credit).to.emit(distributor, "RewardPaid").withArgs(0n, 1n, payoutOf(1), amount, fee);
      await expect(credit).to.changeTokenBalances(
        ethers,
        token,
        [payoutOf(1), feeRouter, distributor],
        [amount, fee, 0n],
      );
      expect(await distributor.accountOf(1)).to.deep.equal([1n, 9n, 0n]);
      expect(await distributor.claimableOf(1)).to.deep.equal([0n, 0n]);
      await nextEpoch();
      expect(await distributor.claimableOf(1)).to.deep.equal([8n, 1n]);
    });

    it("pays all the same when nothing is credited now", async function () {
      const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditMatched(1, Track.ComputePoC, 100, ONE, PLENTY);
      await nextEpoch();
      await directory.set!(1, payoutOf(1), 0);
      await expect(reporter.creditMatched(1, Track.ComputePoC, 9, ONE, PLENTY)).to.changeTokenBalance(
        ethers,
        token,
        payoutOf(1),
        reward(100n).amount,
      );
      expect(await distributor.accountOf(1)).to.deep.equal([1n, 0n, 0n]);
    });

    it("credits nothing and keeps what was earned when the directory names no payout", async function () {
      const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
      await reporter.creditMatched(1, Track.ComputePoC, 100, ONE, PLENTY);
      await nextEpoch();
      await directory.set!(1, ethers.ZeroAddress, CAPACITY);
      await expect(reporter.creditMatched(1, Track.ComputePoC, 9, ONE, PLENTY))
        .to.emit(distributor, "PointsCredited")
        .withArgs(1n, 1n, Track.ComputePoC, 0n, 9n);
      expect(await distributor.accountOf(1)).to.deep.equal([0n, 100n, 0n]);
      expect(await token.balanceOf(distributor)).to.equal(100n * RATE);

      await directory.set!(1, payoutOf(1), 0);
      await distributor.settle([1]);
      expect(await token.balanceOf(payoutOf(1))).to.equal(reward(100n).amount);
    });
  });
});

// RewardDistributor.creditNetwork
// ├── when the caller is no reporter
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the network share of the track is left
// │   └── it credits the work without a fee, and counts it as network points
// ├── when the network share of the track is used up
// │   └── it credits the rest, then nothing, while the other track and market work go on
// ├── when the network share is zero
// │   └── it credits nothing
// └── when it is the first credit of an epoch
//     └── it opens the book
describe("RewardDistributor.creditNetwork", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { distributor, stranger } = await loadFixture(deployRewards);
    await expect(distributor.connect(stranger).creditNetwork(1, Track.ComputePoC, 1, ONE))
      .to.be.revertedWithCustomError(distributor, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  for (const [name, track, field] of [
    ["Compute-PoC", Track.ComputePoC, "networkComputePoints"],
    ["Stake-to-Validate", Track.StakeToValidate, "networkValidatePoints"],
  ] as const) {
    const trackBudget = track === Track.ComputePoC ? COMPUTE_BUDGET : VALIDATE_BUDGET;
    const networkCap = (trackBudget * DEFAULT_TERMS.networkShareBps) / (BPS * RATE);

    it(`credits the work without a fee within the network share of ${name}`, async function () {
      const { reporter, distributor } = await loadFixture(deployRewards);
      const credit = reporter.creditNetwork(1, track, 1_000, ONE);
      await expect(credit).to.emit(distributor, "EpochOpened").withArgs(0n, FIRST_BUDGET, Object.values(DEFAULT_TERMS));
      await expect(credit).to.emit(distributor, "PointsCredited").withArgs(0n, 1n, track, 1_000n, 1_000n);
      const book = await distributor.bookOf(0);
      expect(book[field]).to.equal(1_000n);
      expect(book.networkComputePoints + book.networkValidatePoints).to.equal(1_000n);
      expect(book.computePoints + book.validatePoints).to.equal(1_000n);
    });

    it(`credits the rest of the network share of ${name}, then nothing, while the rest goes on`, async function () {
      const { reporter, distributor, directory } = await loadFixture(deployRewards);
      for (const node of [1, 2, 3]) await directory.set!(node, payoutOf(node), 10n ** 18n);
      await reporter.creditNetwork(1, track, networkCap - 1n, ONE);
      expect(await reporter.creditNetwork.staticCall(2, track, 1_000, ONE)).to.equal(1n);
      await reporter.creditNetwork(2, track, 1_000, ONE);
      expect(await reporter.creditNetwork.staticCall(3, track, 1_000, ONE)).to.equal(0n);
      await reporter.creditNetwork(3, track, 1_000, ONE);
      expect((await distributor.bookOf(0))[field]).to.equal(networkCap);

      const other = track === Track.ComputePoC ? Track.StakeToValidate : Track.ComputePoC;
      expect(await reporter.creditNetwork.staticCall(3, other, 1_000, ONE)).to.equal(1_000n);
      expect(await reporter.creditMatched.staticCall(3, track, 1_000, ONE, PLENTY)).to.equal(1_000n);
    });
  }

  it("counts what was credited, not what was offered, against the network share", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    await directory.set!(1, payoutOf(1), 100);
    await reporter.creditNetwork(77, Track.ComputePoC, 1_000, ONE);
    await reporter.creditNetwork(1, Track.ComputePoC, PLENTY, ONE);
    expect((await distributor.bookOf(0)).networkComputePoints).to.equal(120n * POINTS_PER_WORK_UNIT);
  });

  it("credits nothing when the network share is zero", async function () {
    const { reporter, distributor, operations } = await loadFixture(deployRewards);
    await distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, networkShareBps: 0 });
    await expect(reporter.creditNetwork(1, Track.ComputePoC, 5, ONE))
      .to.emit(distributor, "PointsCredited")
      .withArgs(0n, 1n, Track.ComputePoC, 0n, 5n);
  });
});

// RewardDistributor.creditMany
// ├── when the caller is no reporter
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the lists differ in length
// │   └── it reverts with RewardDistributorLengthMismatch(nodes, multipliers, fees)
// └── it credits each as creditMatched or creditNetwork does, one after the other
describe("RewardDistributor.creditMany", function () {
  it("reverts for anyone but reporters, and for lists of different length", async function () {
    const { distributor, reporter, stranger } = await loadFixture(deployRewards);
    await expect(distributor.connect(stranger).creditMany(Track.ComputePoC, false, 1, [1], [ONE], [1]))
      .to.be.revertedWithCustomError(distributor, "AccessManagedUnauthorized")
      .withArgs(stranger);
    for (const [nodes, multipliers, fees] of [
      [[1], [ONE, ONE], [1]],
      [[1], [ONE], []],
      [[], [], [1]],
    ] as [number[], bigint[], number[]][]) {
      await expect(reporter.creditMany(Track.ComputePoC, false, 1, nodes, multipliers, fees))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorLengthMismatch")
        .withArgs(BigInt(nodes.length), BigInt(multipliers.length), BigInt(fees.length));
    }
  });

  it("credits each as alone: within its fee, its node's cap and the network share, each after the other", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    const snapshot = await networkHelpers.takeSnapshot();
    const work = NODE_CAP / 2n + 1n;
    const fees = [PLENTY, PLENTY, 10n ** 12n, 0n];
    const nodes = [1, 1, 2, 3];
    const expected: bigint[] = [];
    for (const [index, node] of nodes.entries()) {
      const args = [node, Track.ComputePoC, work, ONE, fees[index] ?? 0n] as const;
      expected.push(await reporter.creditMatched.staticCall(...args));
      await reporter.creditMatched(...args);
    }
    const book = await distributor.bookOf(await distributor.openEpoch());
    await snapshot.restore();
    const multipliers = nodes.map(() => ONE);
    const points = await reporter.creditMany.staticCall(Track.ComputePoC, false, work, nodes, multipliers, fees);
    expect(points).to.deep.equal(expected);
    expect(points[1]).to.equal(NODE_CAP - work);
    await reporter.creditMany(Track.ComputePoC, false, work, nodes, multipliers, fees);
    expect(await distributor.bookOf(await distributor.openEpoch())).to.deep.equal(book);
  });

  it("stays within the share of network tasks, over the whole list", async function () {
    const { reporter, distributor } = await loadFixture(deployRewards);
    const nodes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const args = [nodes.map(() => ONE), nodes.map(() => PLENTY)] as const;
    const points = await reporter.creditMany.staticCall(Track.ComputePoC, true, NODE_CAP, nodes, ...args);
    const cap = (COMPUTE_BUDGET * DEFAULT_TERMS.networkShareBps) / (BPS * DEFAULT_TERMS.maxRewardPerPoint);
    const total = points.reduce((sum, each) => sum + each, 0n);
    expect(total).to.equal(cap < 9n * NODE_CAP ? cap : 9n * NODE_CAP);
    await reporter.creditMany(Track.ComputePoC, true, NODE_CAP, nodes, ...args);
    const book = await distributor.bookOf(await distributor.openEpoch());
    expect(book.networkComputePoints).to.equal(total);
  });
});

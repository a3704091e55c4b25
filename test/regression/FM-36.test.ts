// FM-36: parameters change under a running agreement.
// Public cases: PoCo #25 and Kleros #2209 (a setting changed by its owner applies to work already under way).
// Guard: an epoch's budget and terms are snapshotted when its book opens; a change counts for books opened later.
import { expect } from "chai";

import {
  DEFAULT_TERMS,
  ONE,
  PLENTY,
  Track,
  deployRewards,
  ethers,
  loadFixture,
  payoutOf,
} from "../support/fixtures.ts";

const WORST = { computeShareBps: 6_000, matchBps: 0, networkShareBps: 0, claimFeeBps: 500, maxRewardPerPoint: 1 };

// FM-36
// ├── terms that change in an epoch touch neither its caps nor its rewards nor its fee
// ├── terms that change after it touch nothing that waits to be paid
// └── a replenishment in an epoch does not move its budget
describe("FM-36: the terms of an epoch are those it opened with", function () {
  it("keeps caps, rewards and fee of the running epoch", async function () {
    const { reporter, distributor, operations, token, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditMatched(1, Track.ComputePoC, 100, ONE, PLENTY);
    await distributor.connect(operations).setTerms(WORST);
    // The match is still 1 and the network share still one half.
    expect(
      await reporter.creditMatched.staticCall(2, Track.ComputePoC, 100, ONE, DEFAULT_TERMS.maxRewardPerPoint),
    ).to.equal(1n);
    expect(await reporter.creditNetwork.staticCall(2, Track.ComputePoC, 100, ONE)).to.equal(100n);
    await nextEpoch();
    const reward = 100n * DEFAULT_TERMS.maxRewardPerPoint;
    await expect(distributor.settle([1])).to.changeTokenBalances(
      ethers,
      token,
      [payoutOf(1), feeRouter],
      [(reward * 98n) / 100n, (reward * 2n) / 100n],
    );
    // The next book opens with the new terms.
    expect(await reporter.creditMatched.staticCall(2, Track.ComputePoC, 100, ONE, PLENTY)).to.equal(0n);
  });

  it("keeps what waits to be paid, however often the terms change", async function () {
    const { reporter, distributor, operations, nextEpoch } = await loadFixture(deployRewards);
    await reporter.creditNetwork(1, Track.ComputePoC, 100, ONE);
    await nextEpoch();
    const before = await distributor.claimableOf(1);
    await distributor.connect(operations).setTerms(WORST);
    await reporter.creditMatched(2, Track.ComputePoC, 1, ONE, PLENTY);
    await nextEpoch();
    await distributor.connect(operations).setTerms({ ...WORST, maxRewardPerPoint: 10n ** 12n });
    expect(await distributor.claimableOf(1)).to.deep.equal(before);
  });

  it("keeps the budget when the pool is replenished in the epoch", async function () {
    const { reporter, distributor, directory, pool, token, stranger, nextEpoch } = await loadFixture(deployRewards);
    await directory.set!(1, stranger.address, 10n ** 9n);
    await reporter.creditNetwork(1, Track.ComputePoC, 1_000_000, ONE);
    await nextEpoch();
    await distributor.settle([1]);
    await reporter.creditNetwork(2, Track.ComputePoC, 1, ONE);
    const { budget } = await distributor.bookOf(1);
    const balance = await token.balanceOf(stranger);
    await token.connect(stranger).approve(pool, balance);
    await pool.connect(stranger).replenish(balance);
    expect((await distributor.bookOf(1)).budget).to.equal(budget);
    expect(await pool.budgetOf(1)).to.equal(budget);
    expect(await pool.budgetOf(2)).to.be.greaterThan(budget);
  });
});

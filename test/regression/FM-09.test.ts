// FM-09: credited rewards not backed by accounting, so that what was earned cannot leave.
// A known class rather than one case: rewards credited from a figure that others can move, until the last claim reverts.
// Guard: closing an epoch draws exactly the sum of its rewards; `RewardDistributor.t.sol` holds that for every sequence.
import { expect } from "chai";

import { ONE, Track, deployRewards, ethers, loadFixture, payoutOf } from "../support/fixtures.ts";

// FM-09
// ├── the last to be paid is paid as surely as the first, in any order, days later
// └── a donation to the distributor changes nobody's reward
describe("FM-09: every credited reward is backed", function () {
  it("pays the last as surely as the first, in any order, days later", async function () {
    const { reporter, token, distributor, feeRouter, nextEpoch } = await loadFixture(deployRewards);
    for (let day = 0; day < 3; day++) {
      for (let node = 1 + day; node <= 9; node++) {
        await reporter.creditNetwork(
          node,
          node % 2 ? Track.ComputePoC : Track.StakeToValidate,
          1_000 * node + day,
          ONE,
        );
      }
      await nextEpoch();
    }
    for (const node of [9, 2, 5, 1, 8, 3, 7, 4, 6]) {
      const [amount, fee] = await distributor.claimableOf(node);
      await expect(distributor.settle([node])).to.changeTokenBalances(
        ethers,
        token,
        [payoutOf(node), feeRouter],
        [amount, fee],
      );
      expect(amount).to.be.greaterThan(0n);
    }
    expect(await token.balanceOf(distributor)).to.equal(0n);
  });

  it("is not moved by a donation to the distributor", async function () {
    const { reporter, token, distributor, directory, stranger, nextEpoch } = await loadFixture(deployRewards);
    await directory.set!(1, stranger.address, 10n ** 9n);
    await reporter.creditNetwork(1, Track.ComputePoC, 1_000_000, ONE);
    await nextEpoch();
    await reporter.creditNetwork(2, Track.ComputePoC, 1_000_000, ONE);
    await distributor.settle([1]);
    await nextEpoch();
    const before = await distributor.claimableOf(2);
    await token.connect(stranger).transfer(distributor, 12_345n);
    expect(await distributor.claimableOf(2)).to.deep.equal(before);
    await distributor.settle([2]);
    expect(await token.balanceOf(distributor)).to.equal(12_345n);
  });
});

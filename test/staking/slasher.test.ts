import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, Offence, type StakingSuite, deployStaked, deployStaking } from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const UINT256 = 2n ** 256n - 1n;
const BUCKET = 15n * DAY;

/** A verdict about node 1 without a reporter, based on its whole stake, but for `changes`. */
function verdictOf({ node }: StakingSuite, offence: bigint, changes: object = {}) {
  return { node, offence, base: AMOUNT, reporter: ZeroAddress, reporterBond: 0n, ...changes };
}

/** Everything that a verdict moves. */
async function sumsOf({ vault, slasher, token, feeRouter, reporter, reputation, node }: StakingSuite) {
  return {
    stake: await vault.stakeOf(node),
    supply: await token.totalSupply(),
    treasury: await token.balanceOf(feeRouter),
    slasher: await token.balanceOf(slasher),
    owed: await slasher.owedTo(reporter),
    offences: await reputation.offencesOf(node),
  };
}

/** Sets the next block's time to the start of a bucket, so that a test knows where it is. */
async function startBucket(): Promise<bigint> {
  const now = BigInt(await networkHelpers.time.latest());
  const start = (now / BUCKET + 1n) * BUCKET;
  await networkHelpers.time.setNextBlockTimestamp(start);
  return start;
}

// Slasher.punish
// ├── when the caller lacks the role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the offence is None
// │   └── it reverts with SlasherNoOffence(node)
// ├── it takes the fraction of the base, splits it 50/30/20 and tells the reputation
// ├── when there is no reporter, or its bond is small
// │   └── what it does not get is burned
// ├── given a cap
// │   ├── it takes at most half in any 30 days, and nothing when that is reached
// │   └── it frees with the buckets, never sooner than 30 days
// ├── when the offence removes the node, or the node is removed
// │   └── there is no cap
// └── given an exited node, an empty stake, or an absurd base
//     └── it takes what there is, records and emits
describe("Slasher.punish", function () {
  it("reverts with AccessManagedUnauthorized(caller) without the role, and with SlasherNoOffence for None", async function () {
    const suite = await loadFixture(deployStaked);
    const { slasher, operator, liability, judge, node } = suite;
    for (const caller of [operator, liability]) {
      await expect(slasher.connect(caller).punish(verdictOf(suite, Offence.InvalidResult)))
        .to.be.revertedWithCustomError(slasher, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
    await expect(slasher.connect(judge).punish(verdictOf(suite, Offence.None)))
      .to.be.revertedWithCustomError(slasher, "SlasherNoOffence")
      .withArgs(node);
  });

  for (const { name, bps } of [
    { name: "InvalidResult", bps: 500n },
    { name: "DuplicateSubmission", bps: 1_000n },
    { name: "FakeBenchmark", bps: 3_000n },
    { name: "UnrevealedVote", bps: 100n },
    { name: "IncoherentVote", bps: 200n },
    { name: "ApprovedPlant", bps: 1_000n },
    { name: "MissedDeadline", bps: 10_000n },
  ] as const) {
    it(`takes ${Number(bps) / 100} % of the base for ${name}, and splits it`, async function () {
      const suite = await loadFixture(deployStaked);
      const { slasher, reporter, judge, reputation, node } = suite;
      const base = 4_000n * CXT + 1n;
      const slashed = (base * bps + 9_999n) / 10_000n;
      const toTreasury = (slashed * 3n) / 10n;
      const reward = slashed / 5n;
      const burned = slashed - toTreasury - reward;
      const before = await sumsOf(suite);
      const verdict = verdictOf(suite, Offence[name], { base, reporter, reporterBond: CXT * 1_000n });
      expect(await slasher.connect(judge).punish.staticCall(verdict)).to.equal(slashed);
      await expect(slasher.connect(judge).punish(verdict))
        .to.emit(slasher, "Punished")
        .withArgs(node, Offence[name], judge, base, slashed, burned, toTreasury, reporter, reward);
      expect(await sumsOf(suite)).to.deep.equal({
        stake: before.stake - slashed,
        supply: before.supply - burned,
        treasury: before.treasury + toTreasury,
        slasher: reward,
        owed: reward,
        offences: 1n,
      });
      const now = BigInt(await networkHelpers.time.latest());
      expect([...(await slasher.lastOffenceOf(node))]).to.deep.equal([Offence[name], slashed, now]);
      expect(await slasher.recentlySlashed(node)).to.equal(slashed);
      expect(await reputation.lastOf(node)).to.equal(Offence[name]);
    });
  }

  it("burns what nobody, or a small bond, does not earn; an absurd bond earns a fifth", async function () {
    const suite = await loadFixture(deployStaked);
    const { slasher, token, reporter, judge } = suite;
    const slashed = 100n * CXT;
    for (const { by, bond, reward } of [
      { by: ZeroAddress, bond: UINT256, reward: 0n },
      { by: reporter.address, bond: 0n, reward: 0n },
      { by: reporter.address, bond: CXT, reward: 10n * CXT },
      { by: reporter.address, bond: 2n * CXT, reward: 20n * CXT },
      { by: reporter.address, bond: UINT256, reward: 20n * CXT },
    ]) {
      const supply = await token.totalSupply();
      const owed = await slasher.owedTo(reporter);
      const verdict = verdictOf(suite, Offence.UnrevealedVote, { reporter: by, reporterBond: bond });
      await slasher.connect(judge).punish(verdict);
      expect(supply - (await token.totalSupply())).to.equal(slashed - 30n * CXT - reward);
      expect((await slasher.owedTo(reporter)) - owed).to.equal(reward);
    }
  });

  it("takes at most half in any 30 days, then nothing, and still records", async function () {
    const suite = await loadFixture(deployStaked);
    const { slasher, vault, reputation, judge, node } = suite;
    const punish = () =>
      slasher.connect(judge).punish(verdictOf(suite, Offence.MissedDeadline, { base: 3_000n * CXT }));
    const start = await startBucket();
    await punish();
    expect(await slasher.slashable(node)).to.equal(2_000n * CXT);
    await punish();
    expect(await vault.stakeOf(node)).to.equal(5_000n * CXT);
    expect(await slasher.slashable(node)).to.equal(0n);
    await punish();
    expect(await vault.stakeOf(node)).to.equal(5_000n * CXT);
    expect(await reputation.offencesOf(node)).to.equal(3n);
    expect((await slasher.lastOffenceOf(node)).slashed).to.equal(0n);
    // The bucket leaves the window 45 days after it began: 30 days after its last second.
    await networkHelpers.time.increaseTo(start + 3n * BUCKET - 1n);
    expect(await slasher.slashable(node)).to.equal(0n);
    await networkHelpers.time.increaseTo(start + 3n * BUCKET);
    expect(await slasher.recentlySlashed(node)).to.equal(0n);
    expect(await slasher.slashable(node)).to.equal(2_500n * CXT);
  });

  it("has no cap for an offence that removes the node, nor once the node is removed", async function () {
    const suite = await loadFixture(deployStaked);
    const { slasher, vault, registry, security, judge, node } = suite;
    const punish = (offence: bigint, base: bigint) =>
      slasher.connect(judge).punish(verdictOf(suite, offence, { base }));
    await punish(Offence.MissedDeadline, AMOUNT);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT / 2n);
    await punish(Offence.FakeBenchmark, AMOUNT);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT / 5n);
    await punish(Offence.InvalidResult, AMOUNT);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT / 5n);
    await registry.connect(security).remove(node);
    expect(await slasher.slashable(node)).to.equal(AMOUNT / 5n);
    await punish(Offence.MissedDeadline, UINT256);
    expect(await vault.stakeOf(node)).to.equal(0n);
  });

  it("never reverts for an exited node, an empty stake, no base or a node that does not exist", async function () {
    const suite = await loadFixture(deployStaking);
    const { slasher, vault, registry, operator, judge, reputation, node, otherNode } = suite;
    await vault.connect(operator).stake(node, AMOUNT, 100n * DAY);
    await registry.connect(operator).exit();
    await slasher.connect(judge).punish(verdictOf(suite, Offence.InvalidResult));
    expect(await vault.stakeOf(node)).to.equal(AMOUNT - AMOUNT / 20n);
    for (const target of [otherNode, 99n]) {
      await expect(
        slasher.connect(judge).punish(verdictOf(suite, Offence.FakeBenchmark, { node: target, base: UINT256 })),
      )
        .to.emit(slasher, "Punished")
        .withArgs(target, Offence.FakeBenchmark, judge, UINT256, 0n, 0n, 0n, ZeroAddress, 0n);
      expect(await reputation.offencesOf(target)).to.equal(1n);
      expect(await slasher.slashable(target)).to.equal(0n);
    }
    await slasher.connect(judge).punish(verdictOf(suite, Offence.InvalidResult, { base: 0n }));
    expect(await reputation.offencesOf(node)).to.equal(2n);
  });
});

// Slasher.withdraw
// ├── when nothing is owed
// │   └── it returns zero and does nothing
// └── it pays the caller once and emits RewardWithdrawn
describe("Slasher.withdraw", function () {
  it("pays the caller what it is owed, once", async function () {
    const suite = await loadFixture(deployStaked);
    const { slasher, token, reporter, staker, judge } = suite;
    const reward = 100n * CXT;
    await slasher
      .connect(judge)
      .punish(verdictOf(suite, Offence.InvalidResult, { reporter, reporterBond: 1_000n * CXT }));
    await expect(slasher.connect(staker).withdraw()).to.not.emit(slasher, "RewardWithdrawn");
    expect(await slasher.connect(reporter).withdraw.staticCall()).to.equal(reward);
    await expect(slasher.connect(reporter).withdraw()).to.emit(slasher, "RewardWithdrawn").withArgs(reporter, reward);
    expect(await token.balanceOf(reporter)).to.equal(reward);
    expect(await token.balanceOf(slasher)).to.equal(0n);
    expect(await slasher.connect(reporter).withdraw.staticCall()).to.equal(0n);
    await slasher.connect(reporter).withdraw();
    expect(await token.balanceOf(reporter)).to.equal(reward);
  });
});

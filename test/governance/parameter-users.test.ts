// Where numbers arrive that change in one place, and what keeps those it began with.
import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";
import { BPS, CXT, DAY, deploySuite, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import { Parameter } from "../support/governance.ts";
import { LinearTask } from "../support/market/task.ts";

/** The suite with nodes and money, and the timelock of the DAO as a signer. */
async function deployUsers() {
  const suite = await deploySuite();
  const { accessManager, admin, parameters, technicalTimelock } = suite;
  const timelock = await technicalTimelock.getAddress();
  await networkHelpers.impersonateAccount(timelock);
  await networkHelpers.setBalance(timelock, CXT);
  const dao = await ethers.getSigner(timelock);
  await accessManager.grantRole(ROLES.REPORTER, admin, 0);
  const { market, rounds, workMarket, feeRouter, benchmarks, rewardDistributor } = suite;
  /** What those have that use the numbers, in the order of the ids; the protocol fee of each market. */
  const used = async () => {
    const { computeShareBps, matchBps, networkShareBps, claimFeeBps, maxRewardPerPoint } =
      await rewardDistributor.terms();
    return {
      ProtocolFeeBps: await market.protocolFeeBps(),
      ofRounds: await rounds.protocolFeeBps(),
      ofWork: await workMarket.protocolFeeBps(),
      BurnShareBps: await feeRouter.burnShareBps(),
      TreasuryShareBps: await feeRouter.treasuryShareBps(),
      ComputeShareBps: computeShareBps,
      MatchBps: matchBps,
      NetworkShareBps: networkShareBps,
      ClaimFeeBps: claimFeeBps,
      MaxRewardPerPoint: maxRewardPerPoint,
      MacsPerWorkUnit: await benchmarks.macsPerWorkUnit(),
    };
  };
  return { ...suite, dao, byDao: parameters.connect(dao), used };
}

/** Of the rewards, within their bounds. */
const TERMS = { computeShareBps: 7_000, matchBps: 1, networkShareBps: 1, claimFeeBps: 1, maxRewardPerPoint: 1 };

const KEPT_ELSEWHERE = [
  "ProtocolFeeBps",
  "TreasuryShareBps",
  "ComputeShareBps",
  "MatchBps",
  "NetworkShareBps",
  "ClaimFeeBps",
  "MaxRewardPerPoint",
  "MacsPerWorkUnit",
] as const;

// Parameters, where they are used (INV-PAR-2)
// ├── each number arrives where it is used, and changes no other
// ├── the burned share grows as the treasury's shrinks, a step at a time
// ├── numbers of governance change nothing of the suite
// ├── who uses a number takes it from Parameters alone
// └── a running task keeps its protocol fee, an open day its terms (FM-36)
describe("Parameters, where they are used (INV-PAR-2)", function () {
  for (const name of KEPT_ELSEWHERE) {
    it(`${name} arrives where it is used, and changes no other number`, async function () {
      const { parameters, byDao, used } = await loadFixture(deployUsers);
      const before = await used();
      const value = before[name] - 1n;
      await byDao.set(Parameter[name], value);
      const fees = name === "ProtocolFeeBps" ? { ofRounds: value, ofWork: value } : {};
      expect(await used()).to.deep.equal({ ...before, [name]: value, ...fees });
      expect((await parameters.stateOf(Parameter[name])).value).to.equal(value);
    });
  }

  it("BurnShareBps grows as the treasury's share shrinks, at most a quarter at a time", async function () {
    const { parameters, byDao, used } = await loadFixture(deployUsers);
    await byDao.set(Parameter.TreasuryShareBps, 7_500);
    await expect(byDao.set(Parameter.BurnShareBps, 2_501))
      .to.be.revertedWithCustomError(parameters, "ParametersStepTooLarge")
      .withArgs(Parameter.BurnShareBps, 0n, 2_501n, 2_500n);
    const before = await used();
    await byDao.set(Parameter.BurnShareBps, 2_500);
    expect(await used()).to.deep.equal({ ...before, BurnShareBps: 2_500n });
    await time.increase(7 * DAY);
    await expect(byDao.set(Parameter.TreasuryShareBps, 7_501))
      .to.be.revertedWithCustomError(parameters, "ParametersSharesTooLarge")
      .withArgs(2_500n, 7_501n);
    expect((await parameters.stateOf(Parameter.TreasuryShareBps)).value).to.equal(7_500n);
  });

  it("numbers of governance change nothing of the suite", async function () {
    const { byDao, used } = await loadFixture(deployUsers);
    const before = await used();
    await byDao.set(Parameter.SupportBps, 151);
    await byDao.set(Parameter.RewardShareBps, 499);
    expect(await used()).to.deep.equal(before);
  });

  it("who uses a number takes it from Parameters alone: not from the DAO, not from the committee", async function () {
    const { market, rounds, workMarket, feeRouter, benchmarks, rewardDistributor, dao, stranger, accessManager } =
      await loadFixture(deployUsers);
    await accessManager.grantRole(ROLES.EXECUTIVE, stranger, 0);
    for (const caller of [dao, stranger]) {
      const calls = [
        ...[market, rounds, workMarket].map((each) => [each, each.connect(caller).setProtocolFee(1)] as const),
        [feeRouter, feeRouter.connect(caller).setShares(0, 0)] as const,
        [benchmarks, benchmarks.connect(caller).setMacsPerWorkUnit(10_000)] as const,
        [rewardDistributor, rewardDistributor.connect(caller).setTerms(TERMS)] as const,
      ];
      for (const [contract, call] of calls) {
        await expect(call).to.be.revertedWithCustomError(contract, "AccessManagedUnauthorized").withArgs(caller);
      }
    }
  });

  it("a running task keeps its protocol fee, an open day its terms (FM-36)", async function () {
    const suite = await loadFixture(deployUsers);
    const { market, escrow, feeRouter, owner, rewardDistributor, byDao, operators } = suite;
    const [first] = operators;
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1 });
    await task.publish();
    await rewardDistributor.creditNetwork(first.node, 0, 1_000n, BPS);
    const epoch = await rewardDistributor.openEpoch();
    const { claimFeeBps } = await rewardDistributor.bookOf(epoch);
    await byDao.set(Parameter.ProtocolFeeBps, 300);
    await byDao.set(Parameter.ClaimFeeBps, claimFeeBps + 100n);
    await task.assign(0);
    const owedBefore = await escrow.owedTo(feeRouter);
    await task.submit(0);
    expect((await escrow.owedTo(feeRouter)) - owedBefore).to.equal((task.totalFee * 5n) / 100n);
    const later = await LinearTask.create(suite, { owner, nonce: 1n });
    await later.publish();
    expect((await market.stateOf(later.id)).protocolFeeBps).to.equal(300n);

    // The day pays by the fee of before, those that begin later by the new one.
    expect((await rewardDistributor.bookOf(epoch)).claimFeeBps).to.equal(claimFeeBps);
    await time.increase(DAY);
    const [amount, fee] = await rewardDistributor.claimableOf(first.node);
    expect(amount).to.be.greaterThan(0n);
    expect(fee).to.equal(((amount + fee) * claimFeeBps + BPS - 1n) / BPS);
    await rewardDistributor.creditNetwork(first.node, 0, 1_000n, BPS);
    expect((await rewardDistributor.bookOf(epoch + 1n)).claimFeeBps).to.equal(claimFeeBps + 100n);
  });
});

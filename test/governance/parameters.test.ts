// Every number that can change, and how little it can change at a time.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import { Parameter, deployGovernance } from "../support/governance.ts";

/** Signers that stand for the DAO and the committee. */
async function deployParameters() {
  const suite = await deployGovernance();
  const timelock = await suite.technicalTimelock.getAddress();
  await networkHelpers.impersonateAccount(timelock);
  await networkHelpers.setBalance(timelock, CXT);
  const dao = await ethers.getSigner(timelock);
  return { ...suite, dao, byDao: suite.parameters.connect(dao), byCommittee: suite.parameters.connect(suite.admin) };
}

const NAMES = Object.keys(Parameter) as (keyof typeof Parameter)[];

// Parameters
// ├── every parameter: begins within its bounds, as who uses it has it; refuses below, above, a larger step, and too soon (INV-PAR-1)
// ├── changes arrive where they are used (INV-PAR-2), and nowhere else
// ├── set is the DAO's, move the committee's within its band, setBand the DAO's
// ├── burn and treasury share: together at most one (INV-PAR-3)
// └── bounds here equal those of who uses the number
describe("Parameters", function () {
  for (const name of NAMES) {
    const parameter = Parameter[name];
    it(`${name}: within bounds, one step at a time, not too often (INV-PAR-1)`, async function () {
      const { parameters, byDao } = await loadFixture(deployParameters);
      const spec = await parameters.specOf(parameter);
      const { value } = await parameters.stateOf(parameter);
      expect(value >= spec.minimum && value <= spec.maximum).to.equal(true);
      expect(await parameters.get(parameter)).to.equal(value);
      const outside = [spec.maximum + 1n, ...(spec.minimum === 0n ? [] : [spec.minimum - 1n]), 2n ** 255n];
      for (const bad of outside) {
        await expect(byDao.set(parameter, bad))
          .to.be.revertedWithCustomError(parameters, "ParametersOutOfBounds")
          .withArgs(parameter, bad, spec.minimum, spec.maximum);
      }
      const relative = spec.maxStepBps > 10_000n;
      const range = ((spec.maximum - spec.minimum) * spec.maxStepBps) / 10_000n;
      const stepUp = relative ? (value * (spec.maxStepBps - 10_000n)) / 10_000n : range;
      const stepDown = relative ? value / 2n : range;
      for (const [beyond, step] of [
        [value + stepUp + 1n, stepUp],
        [value - stepDown - 1n, stepDown],
      ] as const) {
        if (beyond < spec.minimum || beyond > spec.maximum) continue;
        await expect(byDao.set(parameter, beyond))
          .to.be.revertedWithCustomError(parameters, "ParametersStepTooLarge")
          .withArgs(parameter, value, beyond, step);
      }
      const down = value >= spec.minimum + stepDown;
      const next = down ? value - stepDown : value + stepUp;
      if (next > spec.maximum || next < spec.minimum || name === "BurnShareBps") return;
      await expect(byDao.set(parameter, next)).to.emit(parameters, "ParameterChanged");
      expect(await parameters.get(parameter)).to.equal(next);
      const possibleAt = BigInt(await time.latest()) + spec.minInterval;
      await time.setNextBlockTimestamp(possibleAt - 1n);
      await expect(byDao.set(parameter, value))
        .to.be.revertedWithCustomError(parameters, "ParametersTooSoon")
        .withArgs(parameter, possibleAt, possibleAt - 1n);
      await time.setNextBlockTimestamp(possibleAt);
      await byDao.set(parameter, value);
    });
  }

  it("takes the present numbers over, and changes them where they are used (INV-PAR-2)", async function () {
    const suite = await loadFixture(deployParameters);
    const { parameters, byDao, rewardDistributor, feeRouter, benchmarks } = suite;
    const terms = await rewardDistributor.terms();
    expect(await parameters.get(Parameter.ComputeShareBps)).to.equal(terms.computeShareBps);
    expect(await parameters.get(Parameter.MaxRewardPerPoint)).to.equal(terms.maxRewardPerPoint);
    await byDao.set(Parameter.ClaimFeeBps, 250);
    await byDao.set(Parameter.MatchBps, 12_000);
    const changed = await rewardDistributor.terms();
    expect([...changed]).to.deep.equal([
      terms.computeShareBps,
      12_000n,
      terms.networkShareBps,
      250n,
      terms.maxRewardPerPoint,
    ]);
    await byDao.set(Parameter.MacsPerWorkUnit, 9_000_000);
    expect(await benchmarks.macsPerWorkUnit()).to.equal(9_000_000n);
    await byDao.set(Parameter.TreasuryShareBps, 7_500);
    expect([await feeRouter.burnShareBps(), await feeRouter.treasuryShareBps()]).to.deep.equal([0n, 7_500n]);
    await byDao.set(Parameter.BurnShareBps, 2_500);
    expect([await feeRouter.burnShareBps(), await feeRouter.treasuryShareBps()]).to.deep.equal([2_500n, 7_500n]);
  });

  it("never lets both shares of the fees exceed them (INV-PAR-3)", async function () {
    const { parameters, byDao } = await loadFixture(deployParameters);
    await expect(byDao.set(Parameter.BurnShareBps, 1))
      .to.be.revertedWithCustomError(parameters, "ParametersSharesTooLarge")
      .withArgs(1n, 10_000n);
  });

  it("lets the committee move within the band that the DAO chose", async function () {
    const { parameters, byDao, byCommittee, whale, dao } = await loadFixture(deployParameters);
    await byCommittee.move(Parameter.ProtocolFeeBps, 600);
    await byDao.setBand(Parameter.ProtocolFeeBps, 550, 650);
    await time.increase(8 * DAY);
    for (const outside of [549n, 651n]) {
      await expect(byCommittee.move(Parameter.ProtocolFeeBps, outside))
        .to.be.revertedWithCustomError(parameters, "ParametersOutOfBounds")
        .withArgs(Parameter.ProtocolFeeBps, outside, 550n, 650n);
    }
    await byDao.setBand(Parameter.ProtocolFeeBps, 1, 0);
    await expect(byCommittee.move(Parameter.ProtocolFeeBps, 600)).to.be.revertedWithCustomError(
      parameters,
      "ParametersOutOfBounds",
    );
    // Numbers of governance are the DAO's from the beginning.
    await expect(byCommittee.move(Parameter.SupportBps, 150)).to.be.revertedWithCustomError(
      parameters,
      "ParametersOutOfBounds",
    );
    for (const [minimum, maximum] of [
      [0n, 1_001n],
      [1_002n, 0n],
    ] as const) {
      await expect(byDao.setBand(Parameter.ProtocolFeeBps, minimum, maximum)).to.be.revertedWithCustomError(
        parameters,
        "ParametersOutOfBounds",
      );
    }
    for (const by of [byCommittee, parameters.connect(whale)]) {
      await expect(by.set(Parameter.ProtocolFeeBps, 400)).to.be.revertedWithCustomError(
        parameters,
        "AccessManagedUnauthorized",
      );
      await expect(by.setBand(Parameter.ProtocolFeeBps, 0, 1)).to.be.revertedWithCustomError(
        parameters,
        "AccessManagedUnauthorized",
      );
    }
    await expect(parameters.connect(whale).move(Parameter.ProtocolFeeBps, 400)).to.be.revertedWithCustomError(
      parameters,
      "AccessManagedUnauthorized",
    );
    expect(dao.address).to.not.equal(whale.address);
  });

  it("has the bounds of who uses the numbers", async function () {
    const { parameters, market, rewardDistributor, benchmarks } = await loadFixture(deployParameters);
    const bounds = async (name: keyof typeof Parameter) => {
      const { minimum, maximum } = await parameters.specOf(Parameter[name]);
      return [minimum, maximum];
    };
    expect(await bounds("ProtocolFeeBps")).to.deep.equal([0n, await market.MAX_PROTOCOL_FEE_BPS()]);
    expect(await bounds("ComputeShareBps")).to.deep.equal([
      await rewardDistributor.MIN_COMPUTE_SHARE_BPS(),
      await rewardDistributor.MAX_COMPUTE_SHARE_BPS(),
    ]);
    expect(await bounds("MatchBps")).to.deep.equal([0n, await rewardDistributor.MAX_MATCH_BPS()]);
    expect(await bounds("ClaimFeeBps")).to.deep.equal([0n, await rewardDistributor.MAX_CLAIM_FEE_BPS()]);
    expect(await bounds("MaxRewardPerPoint")).to.deep.equal([
      await rewardDistributor.MIN_REWARD_PER_POINT(),
      await rewardDistributor.MAX_REWARD_PER_POINT(),
    ]);
    expect(await bounds("MacsPerWorkUnit")).to.deep.equal([
      await benchmarks.MIN_MACS_PER_WORK_UNIT(),
      await benchmarks.MAX_MACS_PER_WORK_UNIT(),
    ]);
    expect(await parameters.count()).to.equal(BigInt(NAMES.length));
    for (const name of NAMES) {
      expect(
        ethers.decodeBytes32String(`${(await parameters.specOf(Parameter[name])).unit}${"0".repeat(32)}`),
      ).to.not.equal("");
    }
  });
});

// Grants: what vests, what can be taken back, who may do what.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { deployTreasury } from "./support/treasury.ts";

const LINEAR = 1_000n * CXT;
const MILESTONES = [300n * CXT, 200n * CXT];
const TOTAL = 1_500n * CXT;
const DURATION = 100 * DAY;
const CLIFF = 10 * DAY;

/** A grant that runs: 1,000 CXT over 100 days, nothing before the tenth, and two milestones. */
async function deployGrant() {
  const suite = await deployTreasury();
  const { grants, dao, asset, small, other } = suite;
  const byDao = grants.connect(dao);
  const start = (await time.latest()) + 10;
  await byDao.create(small, asset, LINEAR, start, CLIFF, DURATION, MILESTONES, other);
  return { ...suite, byDao, start, recipient: small, steward: other };
}

// GrantStream
// ├── create: draws the whole amount; refuses bad terms
// ├── linear: nothing before the cliff, then in proportion, rounded down, all at the end
// ├── milestones: by the steward or the DAO, once each
// ├── revoke: the unvested part goes back, the vested stays; once
// └── withdraw, recipient: anyone pays, only the recipient names another
describe("GrantStream", function () {
  it("draws the whole amount and vests it over time (INV-GRT-1, INV-GRT-2)", async function () {
    const { grants, token, start, recipient, stranger } = await loadFixture(deployGrant);
    expect(await token.balanceOf(grants)).to.equal(TOTAL);
    await time.increaseTo(start + CLIFF - 1);
    expect(await grants.vestedOf(1)).to.equal(0n);
    await time.increaseTo(start + CLIFF);
    expect(await grants.vestedOf(1)).to.equal(LINEAR / 10n);
    await time.setNextBlockTimestamp(start + DURATION / 2);
    await expect(grants.connect(stranger).withdraw(1)).to.changeTokenBalances(
      ethers,
      token,
      [grants, recipient],
      [-LINEAR / 2n, LINEAR / 2n],
    );
    await time.increaseTo(start + 2 * DURATION);
    expect(await grants.vestedOf(1)).to.equal(LINEAR);
    await grants.withdraw(1);
    expect(await grants.withdraw.staticCall(1)).to.equal(0n);
    expect(await token.balanceOf(grants)).to.equal(TOTAL - LINEAR);
  });

  it("pays milestones that were approved, once each", async function () {
    const { grants, byDao, steward, recipient, dao } = await loadFixture(deployGrant);
    await expect(grants.connect(recipient).approveMilestone(1, 0))
      .to.be.revertedWithCustomError(grants, "GrantStreamNotSteward")
      .withArgs(1n, recipient);
    await grants.connect(steward).approveMilestone(1, 1);
    await expect(grants.connect(steward).approveMilestone(1, 1)).to.be.revertedWithCustomError(
      grants,
      "GrantStreamMilestoneSettled",
    );
    await expect(byDao.approveMilestoneByDao(1, 0))
      .to.emit(grants, "MilestoneApproved")
      .withArgs(1n, 0n, MILESTONES[0], dao);
    await expect(byDao.approveMilestoneByDao(1, 2)).to.be.revertedWithCustomError(grants, "GrantStreamBadTerms");
    expect(await grants.vestedOf(1)).to.equal(500n * CXT);
    expect(await grants.milestoneOf(1, 0)).to.deep.equal([MILESTONES[0], true]);
    expect(await grants.milestoneOf(1, 9)).to.deep.equal([0n, false]);
  });

  it("takes back what has not vested, once, and leaves the rest", async function () {
    const { grants, byDao, token, treasury, start, steward, recipient } = await loadFixture(deployGrant);
    await grants.connect(steward).approveMilestone(1, 1);
    await time.setNextBlockTimestamp(start + DURATION / 4);
    const vested = LINEAR / 4n + 200n * CXT;
    await expect(byDao.revoke(1)).to.changeTokenBalances(
      ethers,
      token,
      [grants, treasury],
      [vested - TOTAL, TOTAL - vested],
    );
    await expect(byDao.revoke(1)).to.be.revertedWithCustomError(grants, "GrantStreamRevoked");
    await expect(grants.connect(steward).approveMilestone(1, 0)).to.be.revertedWithCustomError(
      grants,
      "GrantStreamRevoked",
    );
    await time.increase(DURATION);
    expect(await grants.vestedOf(1)).to.equal(vested);
    await expect(grants.withdraw(1)).to.changeTokenBalances(ethers, token, [grants, recipient], [-vested, vested]);
    expect(await token.balanceOf(grants)).to.equal(0n);
  });

  it("lets the recipient alone name another", async function () {
    const { grants, recipient, stranger, start } = await loadFixture(deployGrant);
    await expect(grants.connect(stranger).setRecipient(1, stranger)).to.be.revertedWithCustomError(
      grants,
      "GrantStreamNotRecipient",
    );
    await expect(grants.connect(recipient).setRecipient(1, ethers.ZeroAddress)).to.be.revertedWithCustomError(
      grants,
      "GrantStreamBadTerms",
    );
    await grants.connect(recipient).setRecipient(1, stranger);
    await time.increaseTo(start + DURATION);
    await grants.withdraw(1);
    expect((await grants.grantOf(1)).recipient).to.equal(stranger.address);
  });

  it("refuses bad terms, unknown grants, and what the budget does not give", async function () {
    const { grants, byDao, asset, small, whale, treasury } = await loadFixture(deployGrant);
    const good = [small.address, asset, LINEAR, 0, 0, DURATION, [] as bigint[], ethers.ZeroAddress] as const;
    const withTerm = (index: number, value: unknown) =>
      good.map((term, i) => (i === index ? value : term)) as unknown as typeof good;
    for (const bad of [
      withTerm(0, ethers.ZeroAddress),
      withTerm(1, whale.address),
      withTerm(2, 0n),
      withTerm(4, DURATION + 1),
      withTerm(5, 0),
      withTerm(5, 5 * 366 * DAY),
      withTerm(6, Array(17).fill(1n)),
      withTerm(6, [0n]),
    ]) {
      await expect(byDao.create(...bad)).to.be.revertedWithCustomError(grants, "GrantStreamBadTerms");
    }
    await expect(byDao.create(...withTerm(2, 3_500n * CXT + 1n))).to.be.revertedWithCustomError(
      treasury,
      "TreasuryBudgetExceeded",
    );
    for (const call of [
      async () => grants.withdraw(9),
      async () => grants.vestedOf(9),
      async () => byDao.revoke(9),
      async () => grants.approveMilestone(9, 0),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(grants, "GrantStreamUnknown").withArgs(9n);
    }
    expect(await grants.grantCount()).to.equal(1n);
  });
});

// Votes from paid work: the square root of its points, which decay.
import { expect } from "chai";

import { DAY, loadFixture, time } from "../support/market/suite.ts";
import { deployGovernance } from "../support/governance.ts";

const CONTRIBUTION = 2n;
const YEAR = 365 * DAY;

/** The suite, with a reporter that can credit the author's node, which is paid at once. */
async function deployContributing() {
  const suite = await deployGovernance();
  const { accessManager, rewardDistributor, stranger, node } = suite;
  await accessManager.grantRole(4n, stranger, 0);
  const work = async (points: bigint) => {
    await rewardDistributor.connect(stranger).creditNetwork(node, 0, points, 10_000);
    await time.increase(DAY);
    await rewardDistributor.settle([node]);
  };
  return { ...suite, work, ledger: suite.contributionUnits };
}

const rootDown = (value: bigint): bigint => {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root;
};

// ContributionUnits
// ├── counts every paid point once, whoever syncs how often (INV-CON-1)
// ├── units are the root of the score, and delegate like any other
// ├── the score halves in a year without work
// ├── a removed node has none (INV-CON-2); an unknown one nothing
// └── what the global share cut off comes with a later sync
describe("ContributionUnits", function () {
  it("turns paid points into units of the operator, once (INV-CON-1)", async function () {
    const { ledger, votes, author, node, work, stranger, rewardDistributor } = await loadFixture(deployContributing);
    await ledger.sync([node]);
    expect(await votes.unitsOf(author, CONTRIBUTION)).to.equal(0n);
    const before = await votes.getVotes(author);
    await work(10n ** 14n);
    const paid = await rewardDistributor.pointsPaidOf(node);
    expect(paid).to.be.greaterThan(0n);
    await ledger.connect(stranger).sync([node]);
    const units = rootDown(paid) * 10n ** 12n;
    expect(await votes.unitsOf(author, CONTRIBUTION)).to.equal(units);
    await ledger.sync([node, node]);
    const { score, seen, account } = await ledger.contributionOf(node);
    expect(seen).to.equal(paid);
    expect(score <= paid && score > (paid * 999_999n) / 1_000_000n).to.equal(true);
    expect(account).to.equal(author.address);
    const now = await votes.unitsOf(author, CONTRIBUTION);
    expect(now <= units && now > units - units / 1_000_000n).to.equal(true);
    expect(await votes.getVotes(author)).to.be.greaterThan(before);
  });

  it("halves the score in a year without work", async function () {
    const { ledger, node, work, votes, author } = await loadFixture(deployContributing);
    await work(10n ** 14n);
    await ledger.sync([node]);
    const { score } = await ledger.contributionOf(node);
    await time.increase(YEAR);
    const [decayed] = await ledger.preview(node);
    expect(decayed >= score / 2n - score / 10_000n && decayed <= score / 2n + score / 10_000n).to.equal(true);
    const kept = await votes.unitsOf(author, CONTRIBUTION);
    await ledger.sync([node]);
    const fallen = await votes.unitsOf(author, CONTRIBUTION);
    expect(fallen).to.be.lessThan((kept * 71n) / 100n);
    expect(fallen).to.be.greaterThan((kept * 70n) / 100n);
    await time.increase(100 * YEAR);
    await ledger.sync([node]);
    expect(await votes.unitsOf(author, CONTRIBUTION)).to.equal(0n);
  });

  it("gives a removed node none, and an unknown one nothing (INV-CON-2)", async function () {
    const { ledger, node, work, votes, author, nodeRegistry, admin } = await loadFixture(deployContributing);
    await work(10n ** 14n);
    await ledger.sync([node]);
    await nodeRegistry.connect(admin).remove(node);
    expect(await votes.unitsOf(author, CONTRIBUTION)).to.be.greaterThan(0n);
    await ledger.sync([node, 0n, 77n]);
    expect(await votes.unitsOf(author, CONTRIBUTION)).to.equal(0n);
    expect((await ledger.contributionOf(77n)).updatedAt).to.equal(0n);
    expect((await ledger.preview(77n))[1]).to.equal(0n);
  });

  it("lets a later sync have what the share of all contributions cut off (INV-VOT-4)", async function () {
    const { ledger, node, work, votes, token, author, whale, small, other, poor, vault } =
      await loadFixture(deployContributing);
    await work(10n ** 16n);
    for (const holder of [whale, small, other, poor, author])
      await token.connect(holder).burn(await token.balanceOf(holder));
    await vault.connect(author).startLeaving(node, 0);
    const others = await votes.totalSupply();
    await ledger.sync([node]);
    const accepted = await votes.unitsOf(author, CONTRIBUTION);
    expect(accepted <= (others * 1_500n) / 8_500n).to.equal(true);
    await vault.connect(author).cancelLeaving(node, 0);
    await ledger.sync([node]);
    const later = await votes.unitsOf(author, CONTRIBUTION);
    expect(later).to.be.greaterThan(accepted);
    expect(later * 10_000n <= (await votes.totalSupply()) * 1_500n).to.equal(true);
  });
});

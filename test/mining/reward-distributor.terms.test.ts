import { expect } from "chai";

import { DEFAULT_TERMS, SUPPLY, deployRewards, ethers, loadFixture, TREASURY } from "../support/fixtures.ts";

// RewardDistributor.constructor
// ├── it creates pool and fee router, and wires them to itself
// ├── it announces its first terms
// └── when a term is out of bounds
//     └── it reverts with RewardDistributorTermOutOfBounds(term, value, minimum, maximum)
describe("RewardDistributor.constructor", function () {
  it("creates pool and fee router, and wires them to itself", async function () {
    const { distributor, pool, feeRouter, token, manager, directory } = await loadFixture(deployRewards);
    expect(await pool.distributor()).to.equal(await distributor.getAddress());
    expect(await feeRouter.pool()).to.equal(await pool.getAddress());
    expect(await distributor.directory()).to.equal(await directory.getAddress());
    expect(await distributor.authority()).to.equal(await manager.getAddress());
    expect(await feeRouter.authority()).to.equal(await manager.getAddress());
    expect(await token.balanceOf(pool)).to.equal(SUPPLY);
  });

  it("announces its first terms", async function () {
    const { distributor } = await loadFixture(deployRewards);
    const [event] = await distributor.queryFilter(distributor.filters.RewardTermsUpdated(), 0);
    expect(event?.args.oldTerms).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    expect(event?.args.newTerms).to.deep.equal(Object.values(DEFAULT_TERMS));
    expect(await distributor.terms()).to.deep.equal(Object.values(DEFAULT_TERMS));
  });

  it("reverts with RewardDistributorTermOutOfBounds(term, value, minimum, maximum)", async function () {
    const { distributor, manager, directory, votes } = await loadFixture(deployRewards);
    const factory = await ethers.getContractFactory("RewardDistributor");
    await expect(factory.deploy(manager, directory, { ...DEFAULT_TERMS, matchBps: 20_001 }, TREASURY, votes))
      .to.be.revertedWithCustomError(distributor, "RewardDistributorTermOutOfBounds")
      .withArgs(ethers.encodeBytes32String("matchBps"), 20_001n, 0n, 20_000n);
  });
});

// RewardDistributor.setTerms
// ├── when the caller lacks the role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when a term is out of bounds
// │   └── it reverts with RewardDistributorTermOutOfBounds(term, value, minimum, maximum)
// └── when every term is within its bounds
//     └── it sets them, ends of the bounds included, and emits RewardTermsUpdated
describe("RewardDistributor.setTerms", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { distributor, reporterSigner } = await loadFixture(deployRewards);
    await expect(distributor.connect(reporterSigner).setTerms(DEFAULT_TERMS))
      .to.be.revertedWithCustomError(distributor, "AccessManagedUnauthorized")
      .withArgs(reporterSigner);
  });

  for (const [term, minimum, maximum, largest] of [
    ["computeShareBps", 6_000n, 9_000n, 65_535n],
    ["matchBps", 0n, 20_000n, 65_535n],
    ["networkShareBps", 0n, 10_000n, 65_535n],
    ["claimFeeBps", 0n, 500n, 65_535n],
    ["maxRewardPerPoint", 1n, 10n ** 12n, 2n ** 64n - 1n],
  ] as const) {
    it(`keeps ${term} within [${minimum}, ${maximum}]`, async function () {
      const { distributor, operations } = await loadFixture(deployRewards);
      const bad = [maximum + 1n, largest, ...(minimum > 0n ? [minimum - 1n, 0n] : [])];
      for (const value of bad) {
        await expect(distributor.connect(operations).setTerms({ ...DEFAULT_TERMS, [term]: value }))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorTermOutOfBounds")
          .withArgs(ethers.encodeBytes32String(term), value, minimum, maximum);
      }
      let old = Object.values(DEFAULT_TERMS);
      for (const value of [minimum, maximum]) {
        const updated = { ...DEFAULT_TERMS, [term]: value };
        await expect(distributor.connect(operations).setTerms(updated))
          .to.emit(distributor, "RewardTermsUpdated")
          .withArgs(old, Object.values(updated));
        old = Object.values(updated);
        expect(await distributor.terms()).to.deep.equal(old);
      }
    });
  }
});

import { expect } from "chai";

import {
  DEFAULT_TERMS,
  SUPPLY,
  TREASURY,
  deploySuite,
  endEpochWithRewards,
  ethers,
  loadFixture,
} from "../support/fixtures.ts";

const FEES = 10_001n;

/** The suite, in epoch 1, with `FEES` wei of fees in the router and the rest of the first reward in epoch 0's node. */
async function deployWithFees() {
  const suite = await deploySuite();
  const [payer] = suite.signers.slice(-1);
  if (payer === undefined) throw new Error("a signer is missing");
  await suite.distributor.connect(suite.operations).setTerms({ ...DEFAULT_TERMS, claimFeeBps: 0n });
  const { node, operator } = await endEpochWithRewards(suite, 10n ** 12n);
  await suite.registry.connect(operator).setPayout(payer);
  await suite.distributor.settle([node]);
  await suite.token.connect(payer).transfer(suite.feeRouter, FEES);
  return { ...suite, payer };
}

// FeeRouter.flush
// ├── when nothing is held
// │   └── it does nothing
// ├── when nothing is burned
// │   └── everything is the treasury's, or returns to the pool
// ├── when a share is burned
// │   └── the burned part is rounded up and the rest returns to the pool
// └── when everything is burned
//     └── nothing returns to the pool
describe("FeeRouter.flush", function () {
  it("does nothing when nothing is held", async function () {
    const { feeRouter, token } = await loadFixture(deploySuite);
    expect(await feeRouter.flush.staticCall()).to.deep.equal([0n, 0n, 0n]);
    await expect(feeRouter.flush()).to.not.emit(feeRouter, "FeesRouted");
    expect(await token.totalSupply()).to.equal(SUPPLY);
  });

  for (const [share, treasuryShare, burned, toTreasury] of [
    [0n, 0n, 0n, 0n],
    [1n, 0n, 2n, 0n],
    [3_000n, 0n, 3_001n, 0n],
    [9_999n, 0n, 10_000n, 0n],
    [10_000n, 0n, FEES, 0n],
    [0n, 10_000n, 0n, FEES],
    [1n, 9_999n, 2n, FEES - 2n],
    [3_000n, 5_000n, 3_001n, 5_000n],
    [0n, 1n, 0n, 1n],
  ] as const) {
    it(`burns ${burned} and gives ${toTreasury} of ${FEES} at shares of ${share} and ${treasuryShare}`, async function () {
      const { feeRouter, token, pool, operations, stranger } = await loadFixture(deployWithFees);
      await feeRouter.connect(operations).setShares(share, treasuryShare);
      const rest = FEES - burned - toTreasury;
      const remaining = await pool.remaining();
      expect(await feeRouter.connect(stranger).flush.staticCall()).to.deep.equal([burned, toTreasury, rest]);

      const flush = feeRouter.connect(stranger).flush();
      await expect(flush).to.emit(feeRouter, "FeesRouted").withArgs(burned, toTreasury, rest);
      await expect(flush).to.changeTokenBalances(ethers, token, [feeRouter, TREASURY, pool], [-FEES, toTreasury, rest]);
      expect(await feeRouter.totalRouted()).to.equal(FEES);
      expect(await token.totalSupply()).to.equal(SUPPLY - burned);
      expect(await pool.remaining()).to.equal(remaining + rest);
    });
  }
});

// FeeRouter.setShares
// ├── when the caller lacks the role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when both shares together are above one
// │   └── it reverts with FeeRouterSharesTooLarge(burnShare, treasuryShare, maximum)
// └── it sets the shares and emits SharesUpdated
describe("FeeRouter.setShares", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { feeRouter, stranger, security } = await loadFixture(deploySuite);
    for (const caller of [stranger, security]) {
      await expect(feeRouter.connect(caller).setShares(1, 1))
        .to.be.revertedWithCustomError(feeRouter, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("reverts with FeeRouterSharesTooLarge(burnShare, treasuryShare, maximum)", async function () {
    const { feeRouter, operations } = await loadFixture(deploySuite);
    const most = 2n ** 256n - 1n;
    for (const [burn, treasury] of [
      [10_001n, 0n],
      [most, 0n],
      [0n, most],
      [most, most],
      [5_000n, 5_001n],
    ] as const) {
      await expect(feeRouter.connect(operations).setShares(burn, treasury))
        .to.be.revertedWithCustomError(feeRouter, "FeeRouterSharesTooLarge")
        .withArgs(burn, treasury, 10_000n);
    }
  });

  it("sets the shares and emits SharesUpdated", async function () {
    const { feeRouter, operations, pool } = await loadFixture(deploySuite);
    expect(await feeRouter.burnShareBps()).to.equal(0n);
    expect(await feeRouter.treasuryShareBps()).to.equal(10_000n);
    await expect(feeRouter.connect(operations).setShares(10_000, 0))
      .to.emit(feeRouter, "SharesUpdated")
      .withArgs(10_000n, 0n);
    await expect(feeRouter.connect(operations).setShares(7, 9)).to.emit(feeRouter, "SharesUpdated").withArgs(7n, 9n);
    expect(await feeRouter.burnShareBps()).to.equal(7n);
    expect(await feeRouter.treasuryShareBps()).to.equal(9n);
    expect(await feeRouter.treasury()).to.equal(ethers.getAddress(TREASURY));
    expect(await feeRouter.pool()).to.equal(await pool.getAddress());
  });
});

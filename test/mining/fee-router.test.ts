import { expect } from "chai";

import { DEFAULT_TERMS, SUPPLY, deploySuite, endEpochWithRewards, ethers, loadFixture } from "../support/fixtures.ts";

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
// │   └── everything returns to the pool
// ├── when a share is burned
// │   └── the burned part is rounded up and the rest returns to the pool
// └── when everything is burned
//     └── nothing returns to the pool
describe("FeeRouter.flush", function () {
  it("does nothing when nothing is held", async function () {
    const { feeRouter, token } = await loadFixture(deploySuite);
    expect(await feeRouter.flush.staticCall()).to.deep.equal([0n, 0n]);
    await expect(feeRouter.flush()).to.not.emit(feeRouter, "FeesRouted");
    expect(await token.totalSupply()).to.equal(SUPPLY);
  });

  for (const [share, burned] of [
    [0n, 0n],
    [1n, 2n],
    [3_000n, 3_001n],
    [9_999n, 10_000n],
    [10_000n, FEES],
  ] as const) {
    it(`burns ${burned} of ${FEES} at a share of ${share} and returns the rest`, async function () {
      const { feeRouter, token, pool, operations, stranger } = await loadFixture(deployWithFees);
      await feeRouter.connect(operations).setBurnShare(share);
      const remaining = await pool.remaining();
      expect(await feeRouter.connect(stranger).flush.staticCall()).to.deep.equal([burned, FEES - burned]);

      const flush = feeRouter.connect(stranger).flush();
      await expect(flush)
        .to.emit(feeRouter, "FeesRouted")
        .withArgs(burned, FEES - burned);
      await expect(flush).to.changeTokenBalances(ethers, token, [feeRouter, pool], [-FEES, FEES - burned]);
      expect(await token.totalSupply()).to.equal(SUPPLY - burned);
      expect(await pool.remaining()).to.equal(remaining + FEES - burned);
    });
  }
});

// FeeRouter.setBurnShare
// ├── when the caller lacks the role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the share is above one
// │   └── it reverts with FeeRouterBurnShareTooLarge(share, maximum)
// └── it sets the share and emits BurnShareUpdated
describe("FeeRouter.setBurnShare", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { feeRouter, stranger, security } = await loadFixture(deploySuite);
    for (const caller of [stranger, security]) {
      await expect(feeRouter.connect(caller).setBurnShare(1))
        .to.be.revertedWithCustomError(feeRouter, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("reverts with FeeRouterBurnShareTooLarge(share, maximum)", async function () {
    const { feeRouter, operations } = await loadFixture(deploySuite);
    for (const share of [10_001n, 2n ** 256n - 1n]) {
      await expect(feeRouter.connect(operations).setBurnShare(share))
        .to.be.revertedWithCustomError(feeRouter, "FeeRouterBurnShareTooLarge")
        .withArgs(share, 10_000n);
    }
  });

  it("sets the share and emits BurnShareUpdated", async function () {
    const { feeRouter, operations, pool } = await loadFixture(deploySuite);
    expect(await feeRouter.burnShareBps()).to.equal(0n);
    await expect(feeRouter.connect(operations).setBurnShare(10_000))
      .to.emit(feeRouter, "BurnShareUpdated")
      .withArgs(0n, 10_000n);
    await expect(feeRouter.connect(operations).setBurnShare(7))
      .to.emit(feeRouter, "BurnShareUpdated")
      .withArgs(10_000n, 7n);
    expect(await feeRouter.burnShareBps()).to.equal(7n);
    expect(await feeRouter.pool()).to.equal(await pool.getAddress());
  });
});

// Auctions of other assets for CXT, which is burned.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { deployTreasury } from "./support/treasury.ts";

const LOT = 1_000n * CXT;
const START = 4n * CXT;
const FLOOR = CXT / 2n;

/** The treasury with 100,000 of another token, of which it may sell 2,000 in 30 days. */
async function deployBuyback() {
  const suite = await deployTreasury();
  const { buyback, dao, treasury, byDao, whale, token } = suite;
  const other = await ethers.deployContract("PlainToken", [treasury, 100_000n * CXT]);
  const asset = await other.getAddress();
  await byDao.setLimit(4, asset, 2_000n * CXT);
  await buyback.connect(dao).setTerms(asset, LOT, START, FLOOR);
  await token.connect(whale).approve(buyback, ethers.MaxUint256);
  return { ...suite, other, asset, terms: buyback.connect(dao), buyer: buyback.connect(whale) };
}

// BuybackAuction
// ├── start: by anyone, one a day, at most the lot and the budget
// ├── buy: at a price that falls linearly; the cost is rounded up and burned
// ├── end: the rest returns, once the day is over
// ├── terms: another asset than CXT, a price that falls at most to a thousandth
// └── stopped by the brake, for a time
describe("BuybackAuction", function () {
  it("sells at a falling price, and burns every CXT (INV-BUY-1, INV-BUY-2)", async function () {
    const { buyback, buyer, asset, other, token, whale, stranger } = await loadFixture(deployBuyback);
    await expect(buyback.connect(stranger).start(asset))
      .to.emit(buyback, "AuctionStarted")
      .withArgs(asset, LOT, START, FLOOR);
    const { startedAt } = await buyback.auctionOf(asset);
    await time.setNextBlockTimestamp(startedAt + BigInt(DAY / 2));
    const price = START - (START - FLOOR) / 2n;
    const supply = await token.totalSupply();
    await expect(buyer.buy(asset, 10n * CXT, price))
      .to.emit(buyback, "Bought")
      .withArgs(asset, whale, 10n * CXT, 10n * price, price);
    expect(await token.totalSupply()).to.equal(supply - 10n * price);
    expect(await other.getFunction("balanceOf")(whale)).to.equal(10n * CXT);
    expect(await token.balanceOf(buyback)).to.equal(0n);
    // One wei of the asset costs at least one wei.
    await expect(buyer.buy(asset, 1n, price)).to.emit(buyback, "Bought");
    expect(await token.totalSupply()).to.be.lessThan(supply - 10n * price);
  });

  it("refuses more than is left, a dearer price than agreed, and nothing at all", async function () {
    const { buyback, buyer, asset } = await loadFixture(deployBuyback);
    await expect(buyer.buy(asset, 1n, START)).to.be.revertedWithCustomError(buyback, "BuybackNotRunning");
    await buyback.start(asset);
    await expect(buyer.buy(asset, 1n, FLOOR)).to.be.revertedWithCustomError(buyback, "BuybackTooExpensive");
    for (const amount of [0n, LOT + 1n]) {
      await expect(buyer.buy(asset, amount, START))
        .to.be.revertedWithCustomError(buyback, "BuybackTooMuch")
        .withArgs(amount, LOT);
    }
    await buyer.buy(asset, LOT, START);
    expect(await buyback.priceOf(asset)).to.equal(0n);
    await expect(buyer.buy(asset, 1n, START)).to.be.revertedWithCustomError(buyback, "BuybackNotRunning");
  });

  it("starts once a day, returns the rest, and stops at the budget", async function () {
    const { buyback, buyer, asset, other, treasury } = await loadFixture(deployBuyback);
    await buyback.start(asset);
    await buyer.buy(asset, 100n * CXT, START);
    await expect(buyback.start(asset)).to.be.revertedWithCustomError(buyback, "BuybackRunning");
    await expect(buyback.end(asset)).to.be.revertedWithCustomError(buyback, "BuybackRunning");
    await time.increase(DAY);
    await expect(buyer.buy(asset, 1n, START)).to.be.revertedWithCustomError(buyback, "BuybackNotRunning");
    await expect(buyback.end(asset))
      .to.emit(buyback, "AuctionEnded")
      .withArgs(asset, 900n * CXT);
    await expect(buyback.end(asset)).to.not.emit(buyback, "AuctionEnded");
    expect(await other.getFunction("balanceOf")(treasury)).to.equal(99_900n * CXT);
    await buyback.start(asset);
    await time.increase(DAY);
    await expect(buyback.start(asset)).to.be.revertedWithCustomError(buyback, "BuybackTooMuch").withArgs(0n, 0n);
  });

  it("has terms for other assets than CXT alone, with a price that falls", async function () {
    const { buyback, terms, token, asset, whale } = await loadFixture(deployBuyback);
    for (const bad of [token, whale]) {
      await expect(terms.setTerms(bad, LOT, START, FLOOR)).to.be.revertedWithCustomError(buyback, "BuybackNotCXT");
    }
    for (const [start, floor] of [
      [START, 0n],
      [FLOOR - 1n, FLOOR],
      [1_001n, 1n],
    ] as const) {
      await expect(terms.setTerms(asset, LOT, start, floor)).to.be.revertedWithCustomError(buyback, "BuybackBadTerms");
    }
    await terms.setTerms(asset, 0, 0, 0);
    await expect(buyback.start(asset)).to.be.revertedWithCustomError(buyback, "BuybackNoTerms");
  });

  it("stands still under the brake, for a time; what is left still returns (INV-BRK-1)", async function () {
    const { buyback, buyer, asset, accessManager, stranger } = await loadFixture(deployBuyback);
    await accessManager.grantRole(22n, stranger, 0);
    await buyback.start(asset);
    await expect(buyback.connect(stranger).brake(7 * DAY + 1)).to.be.revertedWithCustomError(
      buyback,
      "BrakeOutOfBounds",
    );
    await buyback.connect(stranger).brake(2 * DAY);
    await expect(buyer.buy(asset, 1n, START)).to.be.revertedWithCustomError(buyback, "BrakeActive");
    await time.increase(DAY);
    await buyback.end(asset);
    await time.increase(DAY);
    await buyback.start(asset);
    await expect(buyback.connect(stranger).brake(1)).to.be.revertedWithCustomError(buyback, "BrakeOutOfBounds");
    await expect(buyback.connect(stranger).release()).to.be.revertedWithCustomError(buyback, "BrakeOutOfBounds");
    await time.increase(30 * DAY);
    await buyback.connect(stranger).brake(DAY);
    await buyback.connect(stranger).release();
    expect(await buyback.brakedUntil()).to.equal(BigInt(await time.latest()));
  });
});

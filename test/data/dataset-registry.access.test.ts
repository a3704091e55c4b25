import { expect } from "chai";
import { id, ZeroAddress } from "ethers";

import { ethers, loadFixture } from "../support/fixtures.ts";
import {
  CXT,
  deployWithDataset,
  now,
  permitOf,
  publish,
  register,
  ROUTER,
  TERMS,
  type DatasetSuite,
} from "./support/datasets.ts";

const FEE = 5n * CXT;
const NO_RECEIPT = [0n, 0n, 0n];

/** Nobody but those named is owed anything, and everything owed is there (INV-DAT-1). */
async function expectOwed({ datasets, token }: DatasetSuite, owed: readonly (readonly [string, bigint])[]) {
  let total = 0n;
  for (const [account, amount] of owed) {
    expect(await datasets.owedTo(account)).to.equal(amount);
    total += amount;
  }
  expect(await datasets.recordedTotal()).to.equal(total);
  expect(await token.balanceOf(datasets)).to.equal(total);
}

// DatasetRegistry.buyAccess
// ├── when the receiver is the zero address
// │   └── it reverts with DatasetRegistryInvalidGrantee(grantee)
// ├── given the receiver has access: owner, free dataset, receipt of this or an earlier version
// │   └── it reverts with DatasetRegistryAlreadyGranted(dataset, grantee)
// ├── given the version is retired
// │   └── it reverts with DatasetRegistryRetired(dataset)
// ├── when the price is above what the buyer agreed to
// │   └── it reverts with DatasetRegistryPriceAbove(dataset, price, maxPrice)
// ├── when the buyer cannot pay
// │   └── it reverts with the token's error, and nothing is granted
// ├── it takes the price, owes fee and rest, and gives a receipt (INV-DAT-1)
// └── a receipt covers its version and later ones, whatever the owner does (INV-DAT-3)
describe("DatasetRegistry.buyAccess", function () {
  it("takes the price of the moment, gives a receipt and owes owner and protocol (INV-DAT-1)", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, token, owner, buyer, grantee, dataset } = suite;
    expect(await datasets.hasAccess(dataset, grantee)).to.equal(false);
    const call = datasets.connect(buyer).buyAccess(dataset, grantee, TERMS.price + 1n);
    await expect(call).to.changeTokenBalances(
      ethers,
      token,
      [buyer, grantee, owner, datasets],
      [-TERMS.price, 0n, 0n, TERMS.price],
    );
    await expect(call)
      .to.emit(datasets, "AccessBought")
      .withArgs(dataset, grantee, buyer, 1n, TERMS.price, FEE)
      .and.to.emit(datasets, "ShareOwed")
      .withArgs(dataset, ROUTER, FEE)
      .and.to.emit(datasets, "ShareOwed")
      .withArgs(dataset, owner, TERMS.price - FEE);
    const receipt = [TERMS.price, await now(), 1n];
    expect(await datasets.receiptOf(dataset, grantee)).to.deep.equal(receipt);
    expect(await datasets.hasAccess(dataset, grantee)).to.equal(true);
    expect(await datasets.hasAccess(dataset, buyer)).to.equal(false);
    expect(await datasets.receiptOf(dataset, buyer)).to.deep.equal(NO_RECEIPT);
    expect((await datasets.get(dataset)).sales).to.equal(1n);
    await expectOwed(suite, [
      [ROUTER, FEE],
      [owner.address, TERMS.price - FEE],
    ]);
  });

  it("rounds the fee up, even of a price of one wei", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, dataset } = suite;
    for (const [price, fee] of [
      [1n, 1n],
      [21n, 2n],
      [20n, 1n],
    ] as const) {
      const before = await datasets.owedTo(ROUTER);
      const cheap = await register(suite, { manifest: id(`cheap ${price}`), price });
      await datasets.connect(buyer).buyAccess(cheap, buyer, price);
      expect((await datasets.owedTo(ROUTER)) - before).to.equal(fee);
    }
    expect(await datasets.owedTo(owner)).to.equal(0n + 19n + 19n);
    expect((await datasets.get(dataset)).sales).to.equal(0n);
  });

  it("reverts for the zero address and for who has access already", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, token, owner, buyer, grantee, dataset } = suite;
    const buy = (version: string, account: string) => datasets.connect(buyer).buyAccess(version, account, TERMS.price);
    await expect(buy(dataset, ZeroAddress))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryInvalidGrantee")
      .withArgs(ZeroAddress);
    const free = await register(suite, { manifest: id("free"), price: 0n });
    await buy(dataset, grantee.address);
    const second = await publish(suite, dataset, { manifest: id("second") });
    const balance = await token.balanceOf(buyer);
    for (const [version, account] of [
      [dataset, owner.address],
      [free, grantee.address],
      [dataset, grantee.address],
      [second, grantee.address],
    ] as const) {
      await expect(buy(version, account))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryAlreadyGranted")
        .withArgs(version, account);
    }
    expect(await token.balanceOf(buyer)).to.equal(balance);
  });

  it("does not take more than the buyer agreed to when the owner raises the price just before", async function () {
    const { datasets, owner, buyer, dataset } = await loadFixture(deployWithDataset);
    await datasets.connect(owner).setPrice(dataset, TERMS.price + 1n);
    await expect(datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryPriceAbove")
      .withArgs(dataset, TERMS.price + 1n, TERMS.price);
    expect(await datasets.hasAccess(dataset, buyer)).to.equal(false);
  });

  it("grants nothing to who does not pay", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, token, owner, buyer, dataset } = suite;
    await token.connect(buyer).approve(datasets, TERMS.price - 1n);
    await expect(datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(datasets, TERMS.price - 1n, TERMS.price);
    const dear = 2n ** 96n - 1n;
    await datasets.connect(owner).setPrice(dataset, dear);
    await token.connect(buyer).approve(datasets, dear);
    await expect(datasets.connect(buyer).buyAccess(dataset, buyer, dear)).to.be.revertedWithCustomError(
      token,
      "ERC20InsufficientBalance",
    );
    expect(await datasets.hasAccess(dataset, buyer)).to.equal(false);
    await expectOwed(suite, [[owner.address, 0n]]);
  });

  it("covers the version bought and every later one, not an earlier one", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, buyer, dataset: first } = suite;
    const second = await publish(suite, first, { manifest: id("second"), price: 7n * CXT });
    await datasets.connect(buyer).buyAccess(second, buyer, 7n * CXT);
    const boughtAt = await now();
    const third = await publish(suite, second, { manifest: id("third"), price: 9n * CXT });
    expect(await datasets.hasAccess(first, buyer)).to.equal(false);
    expect(await datasets.receiptOf(first, buyer)).to.deep.equal(NO_RECEIPT);
    for (const version of [second, third]) {
      expect(await datasets.hasAccess(version, buyer)).to.equal(true);
      expect(await datasets.receiptOf(version, buyer)).to.deep.equal([7n * CXT, boughtAt, 2n]);
    }
    // The earlier version can be bought later, and leaves the other receipt.
    await datasets.connect(buyer).buyAccess(first, buyer, TERMS.price);
    expect(await datasets.receiptOf(first, buyer)).to.deep.equal([TERMS.price, await now(), 1n]);
    expect(await datasets.receiptOf(second, buyer)).to.deep.equal([7n * CXT, boughtAt, 2n]);
  });

  it("keeps what was granted, whatever the owner does (INV-DAT-3)", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, stranger, dataset } = suite;
    await datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price);
    const receipt = await datasets.receiptOf(dataset, buyer);
    await datasets.connect(owner).setPrice(dataset, 0n);
    await datasets.connect(owner).setPrice(dataset, 2n ** 96n - 1n);
    await datasets.connect(owner).retire(dataset);
    await datasets.connect(owner).transferOwnership(dataset, stranger);
    await datasets.connect(stranger).acceptOwnership(dataset);
    const next = { ...TERMS, manifest: id("next"), price: 2n ** 96n - 1n };
    await datasets.connect(stranger).publishVersion(dataset, next);
    for (const version of [dataset, await datasets.datasetIdOf(stranger, next)]) {
      expect(await datasets.hasAccess(version, buyer)).to.equal(true);
      expect(await datasets.receiptOf(version, buyer)).to.deep.equal(receipt);
    }
    expect(await datasets.hasAccess(dataset, owner)).to.equal(false);
  });
});

// DatasetRegistry.buyAccessWithPermit
// ├── when the permit is the caller's
// │   └── it buys without an earlier approval
// ├── when somebody used the permit before
// │   └── it buys with the allowance that the permit gave
// └── when the permit is wrong and there is no allowance
//     └── it reverts with the token's error
describe("DatasetRegistry.buyAccessWithPermit", function () {
  async function withoutAllowance() {
    const suite = await loadFixture(deployWithDataset);
    await suite.token.connect(suite.buyer).approve(suite.datasets, 0n);
    return suite;
  }

  it("buys without an earlier approval", async function () {
    const suite = await withoutAllowance();
    const { datasets, token, buyer, grantee, dataset } = suite;
    const { deadline, v, r, s } = await permitOf(suite, buyer.address, TERMS.price, buyer);
    await datasets.connect(buyer).buyAccessWithPermit(dataset, grantee, TERMS.price, deadline, v, r, s);
    expect(await datasets.hasAccess(dataset, grantee)).to.equal(true);
    expect(await token.allowance(buyer, datasets)).to.equal(0n);
  });

  it("buys when somebody used the permit before it", async function () {
    const suite = await withoutAllowance();
    const { datasets, token, buyer, stranger, dataset } = suite;
    const { deadline, v, r, s } = await permitOf(suite, buyer.address, TERMS.price, buyer);
    await token.connect(stranger).permit(buyer, datasets, TERMS.price, deadline, v, r, s);
    await datasets.connect(buyer).buyAccessWithPermit(dataset, buyer, TERMS.price, deadline, v, r, s);
    expect(await datasets.hasAccess(dataset, buyer)).to.equal(true);
  });

  it("reverts with the token's error for a wrong signature", async function () {
    const suite = await withoutAllowance();
    const { datasets, token, buyer, stranger, dataset } = suite;
    const { deadline, v, r, s } = await permitOf(suite, buyer.address, TERMS.price, stranger);
    await expect(datasets.connect(buyer).buyAccessWithPermit(dataset, buyer, TERMS.price, deadline, v, r, s))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(datasets, 0n, TERMS.price);
  });
});

// DatasetRegistry.withdraw
// ├── given nothing is owed
// │   └── it reverts with DatasetRegistryNothingOwed(account)
// └── it sends everything owed to its owner, whoever calls, and no donation
describe("DatasetRegistry.withdraw", function () {
  it("pays once, to whom it is owed alone, and leaves donations", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, token, owner, buyer, stranger, dataset } = suite;
    await token.connect(stranger).transfer(datasets, 3n);
    await datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price);
    for (const [account, amount] of [
      [owner.address, TERMS.price - FEE],
      [ROUTER, FEE],
    ] as const) {
      const call = datasets.connect(stranger).withdraw(account);
      await expect(call).to.emit(datasets, "ShareWithdrawn").withArgs(account, amount);
      await expect(call).to.changeTokenBalances(ethers, token, [account, stranger, datasets], [amount, 0n, -amount]);
      await expect(datasets.connect(stranger).withdraw(account))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryNothingOwed")
        .withArgs(account);
    }
    expect(await datasets.recordedTotal()).to.equal(0n);
    expect(await token.balanceOf(datasets)).to.equal(3n);
  });
});

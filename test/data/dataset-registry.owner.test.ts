import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import { hashOf } from "../support/market/hashes.ts";
import { loadFixture } from "../support/fixtures.ts";
import { CXT, deployWithDataset, publish, register, ROUTER, TERMS } from "./support/datasets.ts";

const COLLABORATORS = "tuple(address account, uint16 shareBps)[]";

// DatasetRegistry.setPrice, retire
// ├── when the caller is not the owner
// │   └── they revert with DatasetRegistryNotOwner(dataset, caller, owner)
// ├── setPrice moves the price of later sales and emits both
// ├── retire ends sales of that version alone; a free one stays free
// └── given it is retired
//     └── retire reverts with DatasetRegistryRetired(dataset)
describe("DatasetRegistry.setPrice and retire", function () {
  it("revert for everyone but the owner", async function () {
    const { datasets, owner, stranger, dataset } = await loadFixture(deployWithDataset);
    const calls = [
      () => datasets.connect(stranger).setPrice(dataset, 0n),
      () => datasets.connect(stranger).retire(dataset),
      () => datasets.connect(stranger).transferOwnership(dataset, stranger),
      () => datasets.connect(stranger).setCollaborators(dataset, [{ account: stranger, shareBps: 10_000n }]),
    ];
    for (const call of calls) {
      await expect(call())
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryNotOwner")
        .withArgs(dataset, stranger, owner);
    }
  });

  it("move the price of one version, and free it", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, stranger, dataset } = suite;
    const second = await publish(suite, dataset, { manifest: id("second") });
    await expect(datasets.connect(owner).setPrice(dataset, 0n))
      .to.emit(datasets, "PriceUpdated")
      .withArgs(dataset, TERMS.price, 0n);
    expect(await datasets.hasAccess(dataset, stranger)).to.equal(true);
    expect(await datasets.hasAccess(second, stranger)).to.equal(false);
    const { price, terms } = await datasets.get(dataset);
    expect([price, terms.price]).to.deep.equal([0n, TERMS.price]);
    await datasets.connect(owner).setPrice(dataset, 3n);
    expect(await datasets.hasAccess(dataset, stranger)).to.equal(false);
  });

  it("end the sales of one version for good", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, stranger, dataset } = suite;
    await expect(datasets.connect(owner).retire(dataset)).to.emit(datasets, "DatasetRetired").withArgs(dataset);
    for (const call of [
      () => datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price),
      () => datasets.connect(owner).retire(dataset),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(datasets, "DatasetRegistryRetired").withArgs(dataset);
    }
    const second = await publish(suite, dataset, { manifest: id("second") });
    await datasets.connect(buyer).buyAccess(second, buyer, TERMS.price);
    const free = await register(suite, { manifest: id("free"), price: 0n });
    await datasets.connect(owner).retire(free);
    expect(await datasets.hasAccess(free, stranger)).to.equal(true);
  });
});

// DatasetRegistry.transferOwnership, acceptOwnership
// ├── when the caller was not offered the line
// │   └── acceptOwnership reverts with DatasetRegistryNotOffered(dataset, caller, offeredTo)
// ├── given the offer was withdrawn
// │   └── acceptOwnership reverts
// └── the whole line moves when the offer is taken, and what was owed before does not
describe("DatasetRegistry ownership", function () {
  it("moves in two steps, with all versions, but not with what is owed", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, stranger, other, dataset } = suite;
    const second = await publish(suite, dataset, { manifest: id("second") });
    const unrelated = await register(suite, { manifest: id("unrelated") });
    await datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price);
    await expect(datasets.connect(owner).transferOwnership(second, stranger))
      .to.emit(datasets, "OwnershipOffered")
      .withArgs(dataset, owner, stranger);
    expect(await datasets.offeredTo(dataset)).to.equal(stranger);
    expect(await datasets.ownerOf(dataset)).to.equal(owner);
    for (const caller of [owner, other]) {
      await expect(datasets.connect(caller).acceptOwnership(dataset))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryNotOffered")
        .withArgs(dataset, caller, stranger);
    }
    await expect(datasets.connect(stranger).acceptOwnership(second))
      .to.emit(datasets, "OwnershipTransferred")
      .withArgs(dataset, owner, stranger);
    for (const version of [dataset, second]) expect(await datasets.ownerOf(version)).to.equal(stranger);
    expect(await datasets.idsOf(owner, 0, 9)).to.deep.equal([unrelated]);
    expect(await datasets.idsOf(stranger, 0, 9)).to.deep.equal([dataset]);
    // The offer is used up; sales are the new owner's from now on.
    await expect(datasets.connect(stranger).acceptOwnership(dataset)).to.be.revertedWithCustomError(
      datasets,
      "DatasetRegistryNotOffered",
    );
    await datasets.connect(buyer).buyAccess(second, other, TERMS.price);
    expect(await datasets.owedTo(owner)).to.equal(95n * CXT);
    expect(await datasets.owedTo(stranger)).to.equal(95n * CXT);
  });

  it("stays when the offer is withdrawn, even against the zero address", async function () {
    const { datasets, owner, stranger, dataset } = await loadFixture(deployWithDataset);
    await datasets.connect(owner).transferOwnership(dataset, stranger);
    await datasets.connect(owner).transferOwnership(dataset, ZeroAddress);
    await expect(datasets.connect(stranger).acceptOwnership(dataset))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryNotOffered")
      .withArgs(dataset, stranger, ZeroAddress);
  });

  it("pages what an owner has", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, dataset } = suite;
    const more = [dataset];
    for (let i = 0; i < 3; i++) more.push(await register(suite, { manifest: id(`more ${i}`) }));
    expect(await datasets.idsOf(owner, 0, 2)).to.deep.equal(more.slice(0, 2));
    expect(await datasets.idsOf(owner, 3, 2n ** 256n - 1n)).to.deep.equal(more.slice(3));
    expect(await datasets.idsOf(owner, 4, 1)).to.deep.equal([]);
  });
});

// DatasetRegistry.setCollaborators
// ├── when there are none or more than 16
// │   └── it reverts with DatasetRegistryCollaboratorCount(count, maximum)
// ├── when one is the zero address or has no share
// │   └── it reverts with DatasetRegistryInvalidCollaborator(account, shareBps)
// ├── when the shares are not one together
// │   └── it reverts with DatasetRegistryShareSum(sumBps, expectedBps)
// ├── given the version was sold
// │   └── it reverts with DatasetRegistrySold(dataset, sales)
// ├── a sale is split, its dust to the first
// └── a later version starts with the same, and can have others before its first sale
describe("DatasetRegistry.setCollaborators", function () {
  it("reverts for lists that are no shares of one", async function () {
    const { datasets, owner, stranger, dataset } = await loadFixture(deployWithDataset);
    const set = (list: readonly (readonly [string, bigint])[]) =>
      datasets.connect(owner).setCollaborators(
        dataset,
        list.map(([account, shareBps]) => ({ account, shareBps })),
      );
    const many = Array.from({ length: 17 }, (): [string, bigint] => [stranger.address, 588n]);
    for (const list of [[], many]) {
      await expect(set(list))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryCollaboratorCount")
        .withArgs(BigInt(list.length), 16n);
    }
    for (const wrong of [
      [ZeroAddress, 5_000n],
      [stranger.address, 0n],
    ] as const) {
      await expect(set([[owner.address, 5_000n], wrong]))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryInvalidCollaborator")
        .withArgs(...wrong);
    }
    for (const shares of [[9_999n], [10_000n, 1n], [65_535n, 65_535n]]) {
      await expect(set(shares.map((share) => [stranger.address, share])))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryShareSum")
        .withArgs(
          shares.reduce((sum, share) => sum + share, 0n),
          10_000n,
        );
    }
  });

  it("splits every sale, gives the dust to the first, and is fixed with the first sale", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, grantee, stranger, other } = suite;
    const dataset = await register(suite, { manifest: id("shared"), price: 1_001n });
    const list = [
      { account: stranger.address, shareBps: 3_333n },
      { account: other.address, shareBps: 3_333n },
      { account: owner.address, shareBps: 3_334n },
    ];
    const split = hashOf(COLLABORATORS, list);
    await expect(datasets.connect(owner).setCollaborators(dataset, list))
      .to.emit(datasets, "CollaboratorsUpdated")
      .withArgs(
        dataset,
        ZeroHash,
        split,
        list.map(({ account, shareBps }) => [account, shareBps]),
      );
    expect(await datasets.collaboratorsOf(dataset)).to.deep.equal(
      list.map(({ account, shareBps }) => [account, shareBps]),
    );
    await datasets.connect(buyer).buyAccess(dataset, buyer, 1_001n);
    // Fee 51 of 1,001; of 950 two parts are 316 rounded down, and the first has the other 318.
    const owed = async () =>
      Promise.all([ROUTER, stranger, other, owner].map(async (account) => datasets.owedTo(account)));
    expect(await owed()).to.deep.equal([51n, 318n, 316n, 316n]);
    await expect(datasets.connect(owner).setCollaborators(dataset, [{ account: owner, shareBps: 10_000n }]))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistrySold")
      .withArgs(dataset, 1n);
    // A new owner cannot redirect it either.
    await datasets.connect(owner).transferOwnership(dataset, grantee);
    await datasets.connect(grantee).acceptOwnership(dataset);
    await datasets.connect(buyer).buyAccess(dataset, other, 1_001n);
    expect(await owed()).to.deep.equal([102n, 636n, 632n, 632n]);
    expect(await datasets.owedTo(grantee)).to.equal(0n);
    expect(await datasets.recordedTotal()).to.equal(2_002n);
  });

  it("is inherited by the next version, which can have others before its first sale", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, buyer, stranger, other, dataset } = suite;
    const first = [{ account: stranger.address, shareBps: 10_000n }];
    const next = [{ account: other.address, shareBps: 10_000n }];
    await datasets.connect(owner).setCollaborators(dataset, first);
    await datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price);
    const second = await publish(suite, dataset, { manifest: id("second") });
    expect(await datasets.collaboratorsOf(second)).to.deep.equal([[stranger.address, 10_000n]]);
    await datasets.connect(owner).setCollaborators(second, next);
    // The same list twice is stored once.
    await datasets.connect(owner).setCollaborators(second, first);
    await datasets.connect(owner).setCollaborators(second, next);
    expect(await datasets.collaboratorsOf(second)).to.deep.equal([[other.address, 10_000n]]);
    expect(await datasets.collaboratorsOf(dataset)).to.deep.equal([[stranger.address, 10_000n]]);
    await datasets.connect(buyer).buyAccess(second, stranger, TERMS.price);
    expect(await datasets.owedTo(stranger)).to.equal(95n * CXT);
    expect(await datasets.owedTo(other)).to.equal(95n * CXT);
  });
});

import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";

import { ethers, loadFixture } from "../support/fixtures.ts";
import { deployDatasets, deployWithDataset, now, publish, register, TERMS, TERMS_TYPE } from "./support/datasets.ts";

const UNKNOWN = id("unknown");

// DatasetRegistry.register
// ├── when a hash or a count is zero
// │   └── it reverts with DatasetRegistryEmptyTerm(term)
// ├── given the same owner registered the same terms
// │   └── it reverts with DatasetRegistryDatasetExists(dataset)
// ├── when the parent is unknown, or itself
// │   └── it reverts with DatasetRegistryUnknownDataset(parent)
// ├── when the parent has a price and the caller no access
// │   └── it reverts with DatasetRegistryNoAccess(parent, caller)
// ├── when another owner registers the same terms
// │   └── it is another dataset
// └── it records the terms under their hash and emits DatasetRegistered
describe("DatasetRegistry.register", function () {
  it("reverts for every hash and count that is missing", async function () {
    const { datasets, owner } = await loadFixture(deployDatasets);
    for (const term of ["manifest", "shardRoot", "schemaHash", "preprocessingHash", "licence"] as const) {
      await expect(datasets.connect(owner).register({ ...TERMS, [term]: ZeroHash }))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryEmptyTerm")
        .withArgs(ethers.encodeBytes32String(term));
    }
    for (const term of ["shards", "rows"] as const) {
      await expect(datasets.connect(owner).register({ ...TERMS, [term]: 0n }))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryEmptyTerm")
        .withArgs(ethers.encodeBytes32String(term));
    }
  });

  it("reverts for the same terms of the same owner, as first and as later version", async function () {
    const { datasets, owner, dataset } = await loadFixture(deployWithDataset);
    for (const call of [
      () => datasets.connect(owner).register(TERMS),
      () => datasets.connect(owner).publishVersion(dataset, TERMS),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(datasets, "DatasetRegistryDatasetExists").withArgs(dataset);
    }
  });

  it("gives each owner its own dataset of the same terms", async function () {
    const { datasets, owner, stranger, dataset } = await loadFixture(deployWithDataset);
    await datasets.connect(stranger).register(TERMS);
    const other = await datasets.datasetIdOf(stranger, TERMS);
    expect(other).to.not.equal(dataset);
    expect(await datasets.ownerOf(dataset)).to.equal(owner);
    expect(await datasets.ownerOf(other)).to.equal(stranger);
  });

  it("reverts for a parent that is unknown or not accessible, and takes it once it is", async function () {
    const { datasets, stranger, buyer, dataset } = await loadFixture(deployWithDataset);
    const derived = { ...TERMS, manifest: id("derived"), parent: dataset };
    await expect(datasets.connect(stranger).register({ ...derived, parent: UNKNOWN }))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryUnknownDataset")
      .withArgs(UNKNOWN);
    await expect(datasets.connect(stranger).register(derived))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryNoAccess")
      .withArgs(dataset, stranger);
    await datasets.connect(buyer).buyAccess(dataset, stranger, TERMS.price);
    await datasets.connect(stranger).register(derived);
    expect((await datasets.get(await datasets.datasetIdOf(stranger, derived))).terms.parent).to.equal(dataset);
  });

  it("takes a parent of the same owner, and a free one of anyone", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, stranger, dataset } = suite;
    await register(suite, { manifest: id("derived"), parent: dataset });
    const free = await register(suite, { manifest: id("free"), price: 0n });
    await datasets.connect(stranger).register({ ...TERMS, parent: free });
  });

  it("records the terms under their hash", async function () {
    const { datasets, owner } = await loadFixture(deployDatasets);
    const { chainId } = await ethers.provider.getNetwork();
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["uint256", "address", "address", TERMS_TYPE],
      [chainId, await datasets.getAddress(), owner.address, TERMS],
    );
    const dataset = keccak256(encoded);
    expect(await datasets.connect(owner).register.staticCall(TERMS)).to.equal(dataset);
    const call = datasets.connect(owner).register(TERMS);
    await call;
    const terms = Object.values(TERMS);
    await expect(call).to.emit(datasets, "DatasetRegistered").withArgs(dataset, dataset, owner, ZeroHash, 1n, terms);
    expect(await datasets.get(dataset)).to.deep.equal([
      terms,
      dataset,
      ZeroHash,
      TERMS.price,
      await now(),
      1n,
      0n,
      false,
    ]);
    expect(await datasets.offeredTo(dataset)).to.equal(ZeroAddress);
    expect(await datasets.collaboratorsOf(dataset)).to.deep.equal([]);
  });
});

// DatasetRegistry.publishVersion
// ├── when the version before is unknown
// │   └── it reverts with DatasetRegistryUnknownDataset(previous)
// ├── when the caller does not own the line
// │   └── it reverts with DatasetRegistryNotOwner(previous, caller, owner)
// ├── given the version before has a successor
// │   └── it reverts with DatasetRegistryNotLatest(previous, latest)
// └── it appends to the line, whose history stays a list (INV-DAT-2)
describe("DatasetRegistry.publishVersion", function () {
  it("reverts for everyone but the owner, and for an unknown dataset", async function () {
    const { datasets, owner, stranger, dataset } = await loadFixture(deployWithDataset);
    const next = { ...TERMS, manifest: id("second") };
    await expect(datasets.connect(owner).publishVersion(UNKNOWN, next))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryUnknownDataset")
      .withArgs(UNKNOWN);
    await expect(datasets.connect(stranger).publishVersion(dataset, next))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryNotOwner")
      .withArgs(dataset, stranger, owner);
  });

  it("appends versions to one line, never in its middle (INV-DAT-2)", async function () {
    const suite = await loadFixture(deployWithDataset);
    const { datasets, owner, dataset: first } = suite;
    const second = await publish(suite, first, { manifest: id("second"), schemaHash: id("wider") });
    const third = { ...TERMS, manifest: id("third") };
    await expect(datasets.connect(owner).publishVersion(first, third))
      .to.be.revertedWithCustomError(datasets, "DatasetRegistryNotLatest")
      .withArgs(first, second);
    const call = datasets.connect(owner).publishVersion(second, third);
    await call;
    const last = await datasets.datasetIdOf(owner, third);
    await expect(call)
      .to.emit(datasets, "DatasetRegistered")
      .withArgs(last, first, owner, second, 3n, Object.values(third));

    const history = [first, second, last];
    for (const [index, version] of history.entries()) {
      expect(await datasets.versionOf(version)).to.equal(BigInt(index + 1));
      expect(await datasets.previousOf(version)).to.equal(history[index - 1] ?? ZeroHash);
      expect(await datasets.nextOf(version)).to.equal(history[index + 1] ?? ZeroHash);
      expect(await datasets.latestOf(version)).to.equal(last);
      expect(await datasets.versionsOf(version, 0, 10)).to.deep.equal(history);
      expect((await datasets.get(version)).line).to.equal(first);
    }
    expect(await datasets.versionsOf(first, 1, 1)).to.deep.equal([second]);
    expect(await datasets.versionsOf(first, 2, 2n ** 256n - 1n)).to.deep.equal([last]);
    expect(await datasets.versionsOf(first, 3, 1)).to.deep.equal([]);
    expect(await datasets.versionsOf(first, 2n ** 256n - 1n, 2n ** 256n - 1n)).to.deep.equal([]);
    expect(await datasets.idsOf(owner, 0, 10)).to.deep.equal([first]);
  });
});

// DatasetRegistry, queries of an unknown dataset
// └── they revert with DatasetRegistryUnknownDataset(dataset)
describe("DatasetRegistry of an unknown dataset", function () {
  it("reverts whatever is asked", async function () {
    const { datasets, owner } = await loadFixture(deployDatasets);
    const asked = [
      () => datasets.get(UNKNOWN),
      () => datasets.ownerOf(UNKNOWN),
      () => datasets.offeredTo(UNKNOWN),
      () => datasets.versionOf(UNKNOWN),
      () => datasets.latestOf(UNKNOWN),
      () => datasets.previousOf(UNKNOWN),
      () => datasets.nextOf(UNKNOWN),
      () => datasets.versionsOf(UNKNOWN, 0, 1),
      () => datasets.collaboratorsOf(UNKNOWN),
      () => datasets.hasAccess(UNKNOWN, owner),
      () => datasets.receiptOf(UNKNOWN, owner),
      () => datasets.connect(owner).setPrice(UNKNOWN, 1n),
      () => datasets.connect(owner).retire(UNKNOWN),
      () => datasets.connect(owner).transferOwnership(UNKNOWN, owner),
      () => datasets.connect(owner).acceptOwnership(UNKNOWN),
      () => datasets.connect(owner).setCollaborators(UNKNOWN, []),
      () => datasets.connect(owner).buyAccess(UNKNOWN, owner, 1n),
    ];
    for (const call of asked) {
      await expect(call()).to.be.revertedWithCustomError(datasets, "DatasetRegistryUnknownDataset").withArgs(UNKNOWN);
    }
  });
});

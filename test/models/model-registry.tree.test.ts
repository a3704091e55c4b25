import { expect } from "chai";
import { encodeBytes32String, id, ZeroHash } from "ethers";

import { bytes32ToContentId } from "../../packages/sdk/src/store/content-id.ts";
import { loadFixture } from "../support/market/suite.ts";
import { ARTIFACT, trainChild, trainedRounds } from "./support/trained.ts";

const LABEL = encodeBytes32String("classifier");
const UNKNOWN = id("unknown");

// ModelRegistry.nameModel
// ├── when the model is unknown
// │   └── it reverts with ModelRegistryUnknownModel(model)
// ├── when the caller does not own the model
// │   └── it reverts with ModelRegistryNotModelOwner(model, caller, owner)
// ├── when the label is zero
// │   └── it reverts with ModelRegistryEmptyLabel()
// ├── given the model has a name
// │   └── it reverts with ModelRegistryNamed(model, label, version)
// └── it makes the model the next version of owner and label (INV-MOD-5)
describe("ModelRegistry.nameModel", function () {
  it("reverts for an unknown model, a stranger and no label", async function () {
    const { models, owner, stranger, model } = await loadFixture(trainedRounds);
    await expect(models.connect(owner).nameModel(UNKNOWN, LABEL))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(UNKNOWN);
    await expect(models.connect(stranger).nameModel(model, LABEL))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotModelOwner")
      .withArgs(model, stranger, owner);
    await expect(models.connect(owner).nameModel(model, ZeroHash)).to.be.revertedWithCustomError(
      models,
      "ModelRegistryEmptyLabel",
    );
  });

  it("counts versions of owner and label, and names a model once (INV-MOD-5)", async function () {
    const trained = await loadFixture(trainedRounds);
    const { models, owner, stranger, model } = trained;
    expect(await models.nameOf(model)).to.deep.equal([ZeroHash, 0n]);
    expect(await models.latestOf(owner, LABEL)).to.equal(ZeroHash);
    await expect(models.connect(owner).nameModel(model, LABEL))
      .to.emit(models, "ModelNamed")
      .withArgs(model, owner, LABEL, 1n);
    await expect(models.connect(owner).nameModel(model, encodeBytes32String("other")))
      .to.be.revertedWithCustomError(models, "ModelRegistryNamed")
      .withArgs(model, LABEL, 1n);
    const child = await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 1n });
    expect(await models.connect(owner).nameModel.staticCall(child, LABEL)).to.equal(2n);
    await models.connect(owner).nameModel(child, LABEL);
    expect(await models.nameOf(child)).to.deep.equal([LABEL, 2n]);
    expect(await models.latestOf(owner, LABEL)).to.equal(child);
    expect(await models.versionsOf(owner, LABEL, 0, 9)).to.deep.equal([model, child]);
    expect(await models.versionsOf(owner, LABEL, 1, 9)).to.deep.equal([child]);
    for (const [version, expected] of [
      [0n, ZeroHash],
      [1n, model],
      [2n, child],
      [3n, ZeroHash],
      [2n ** 256n - 1n, ZeroHash],
    ] as const) {
      expect(await models.versionAt(owner, LABEL, version)).to.equal(expected);
    }
    // A label is its owner's: another has nothing under it.
    expect(await models.versionsOf(stranger, LABEL, 0, 9)).to.deep.equal([]);
    await expect(models.nameOf(UNKNOWN)).to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel");
  });
});

// ModelRegistry.childrenOf, modelsOf
// ├── when the model is unknown
// │   └── childrenOf reverts with ModelRegistryUnknownModel(model)
// └── they page what was registered, in order; each model is the child of its parent alone (INV-MOD-6)
describe("ModelRegistry.childrenOf and modelsOf", function () {
  it("page the tree of descent (INV-MOD-6)", async function () {
    const trained = await loadFixture(trainedRounds);
    const { models, owner, model } = trained;
    await expect(models.childrenOf(UNKNOWN, 0, 1))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(UNKNOWN);
    expect(await models.childrenOf(model, 0, 9)).to.deep.equal([]);
    const first = await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 1n });
    const second = await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 2n });
    // Of one round: its weights are 90,000.
    const grandchild = await trainChild(trained, owner, first, { initialWeights: 90_000n, nonce: 3n });
    expect(await models.childrenOf(model, 0, 9)).to.deep.equal([first, second]);
    expect(await models.childrenOf(model, 1, 2n ** 256n - 1n)).to.deep.equal([second]);
    expect(await models.childrenOf(model, 0, 1)).to.deep.equal([first]);
    expect(await models.childrenOf(model, 2, 1)).to.deep.equal([]);
    expect(await models.childrenOf(first, 0, 9)).to.deep.equal([grandchild]);
    for (const leaf of [second, grandchild]) expect(await models.childrenOf(leaf, 0, 9)).to.deep.equal([]);
    expect(await models.modelsOf(owner, 0, 9)).to.deep.equal([model, first, second, grandchild]);
    expect(await models.modelsOf(owner, 2, 1)).to.deep.equal([second]);
    expect(await models.lineageOf(grandchild, 9)).to.deep.equal([grandchild, first, model]);
  });
});

// ModelRegistry.artifactCidOf
// ├── when the model is unknown
// │   └── it reverts with ModelRegistryUnknownModel(model)
// └── it spells the artifact as the store does
describe("ModelRegistry.artifactCidOf", function () {
  it("spells the artifact as the store does", async function () {
    const { models, model } = await loadFixture(trainedRounds);
    expect(await models.artifactCidOf(model)).to.equal(bytes32ToContentId(ARTIFACT));
    await expect(models.artifactCidOf(UNKNOWN))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(UNKNOWN);
  });
});

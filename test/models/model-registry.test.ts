import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { extendTranscript, hashOf } from "../support/market/hashes.ts";
import { deploySuite, ethers, loadFixture, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

const ARTIFACT = id("weights file");
const METADATA = "ipfs://model";

/** A completed task of one chain and one step, and what it recorded. */
async function completed() {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner, chains: 1, steps: 1 });
  await task.publish();
  const operator = await task.assign(0);
  const { newWeights, gradient, batch, loss } = await task.submission(0, operator.address);
  const record = { newWeights, gradient, batch, loss, node: await suite.nodeRegistry.nodeOf(operator) };
  await task.submit(0);
  return { ...suite, suite, task, record, asOwner: suite.models.connect(suite.owner) };
}

// ModelRegistry.register
// ├── when the caller does not own the task
// │   └── it reverts with ModelRegistryNotTaskOwner(caller, owner)
// ├── given the task is unknown, active or cancelled
// │   └── it reverts with ModelRegistryTaskNotCompleted(task)
// ├── given the model is registered
// │   └── it reverts with ModelRegistryModelExists(model)
// ├── when the artifact is empty
// │   └── it reverts with ModelRegistryEmptyArtifact()
// ├── when the metadata is too long
// │   └── it reverts with ModelRegistryMetadataTooLong(length, maximum)
// ├── when the parent is unknown
// │   └── it reverts with ModelRegistryUnknownModel(parent)
// ├── when the task did not start from the parent's weights
// │   └── it reverts with ModelRegistryNotParent(parent, parentWeights, initialWeights)
// └── it records what the market proved and emits ModelRegistered
describe("ModelRegistry.register", function () {
  it("reverts for everyone but the task's owner", async function () {
    const { models, market, admin, stranger, owner, task } = await completed();
    for (const caller of [admin, stranger]) {
      await expect(models.connect(caller).register(task.terms, ZeroHash, ARTIFACT, METADATA))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotTaskOwner")
        .withArgs(caller, owner);
    }
    // Terms that name the caller are those of another task.
    const forged = { ...task.terms, owner: stranger.address };
    await expect(models.connect(stranger).register(forged, ZeroHash, ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryTaskNotCompleted")
      .withArgs(await market.taskIdOf(forged));
  });

  it("reverts while the task is active, and for ever once it is cancelled", async function () {
    const suite = await loadFixture(deploySuite);
    const { models, market, owner } = suite;
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    for (const cancel of [false, true]) {
      if (cancel) await market.connect(owner).cancel(task.terms);
      await expect(models.connect(owner).register(task.terms, ZeroHash, ARTIFACT, METADATA))
        .to.be.revertedWithCustomError(models, "ModelRegistryTaskNotCompleted")
        .withArgs(task.id);
    }
  });

  it("reverts when the artifact is empty or the metadata too long", async function () {
    const { models, asOwner, task } = await completed();
    await expect(asOwner.register(task.terms, ZeroHash, ZeroHash, METADATA)).to.be.revertedWithCustomError(
      models,
      "ModelRegistryEmptyArtifact",
    );
    await expect(asOwner.register(task.terms, ZeroHash, ARTIFACT, "x".repeat(513)))
      .to.be.revertedWithCustomError(models, "ModelRegistryMetadataTooLong")
      .withArgs(513n, 512n);
    await asOwner.register(task.terms, ZeroHash, ARTIFACT, "x".repeat(512));
  });

  it("records what the market proved and emits ModelRegistered, once (INV-MOD-1)", async function () {
    const { models, asOwner, owner, task, record } = await completed();
    const model = hashOfModel(await chainId(), await models.getAddress(), task.id);
    expect(await models.modelIdOf(task.id)).to.equal(model);
    expect(await asOwner.register.staticCall(task.terms, ZeroHash, ARTIFACT, METADATA)).to.equal(model);
    const call = asOwner.register(task.terms, ZeroHash, ARTIFACT, METADATA);
    await call;
    const expected = [
      task.id,
      ZeroHash,
      hashOf("uint256[]", [record.newWeights]),
      hashOf("bytes32[]", [extendTranscript(ZeroHash, record)]),
      ARTIFACT,
      owner.address,
      BigInt(await time.latest()),
      0n,
    ];
    await expect(call).to.emit(models, "ModelRegistered").withArgs(model, task.id, ZeroHash, expected, METADATA);
    expect(await models.get(model)).to.deep.equal(expected);
    await expect(asOwner.register(task.terms, ZeroHash, id("other"), METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryModelExists")
      .withArgs(model);
  });

  it("reverts when the parent is unknown, itself, or not what the task started from (INV-MOD-2)", async function () {
    const { suite, models, asOwner, owner, task } = await completed();
    const model = await models.modelIdOf(task.id);
    for (const parent of [id("unknown"), model]) {
      await expect(asOwner.register(task.terms, parent, ARTIFACT, METADATA))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
        .withArgs(parent);
    }
    await asOwner.register(task.terms, ZeroHash, ARTIFACT, METADATA);
    // Its twin started from the same initial weights, not from its result.
    const twin = await LinearTask.create(suite, { owner, chains: 1, steps: 1, nonce: 1n });
    await twin.publish();
    await twin.complete();
    const { weights } = await models.get(model);
    await expect(asOwner.register(twin.terms, model, ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotParent")
      .withArgs(model, weights, twin.terms.initialWeights);
  });
});

// ModelRegistry.get, lineageOf
// ├── when the model is unknown
// │   └── they revert with ModelRegistryUnknownModel(model)
// ├── when the limit is below the length
// │   └── it returns the newest
// └── it walks from child to root
describe("ModelRegistry.lineageOf", function () {
  it("reverts when the model is unknown", async function () {
    const { models } = await loadFixture(deploySuite);
    for (const call of ["get", "lineageOf"] as const) {
      const args = call === "get" ? [id("unknown")] : [id("unknown"), 5];
      await expect(models.getFunction(call)(...args))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
        .withArgs(id("unknown"));
    }
  });

  it("walks from child to root, and stops at the limit", async function () {
    const { suite, models, asOwner, owner, task } = await completed();
    const parent = await models.modelIdOf(task.id);
    await asOwner.register(task.terms, ZeroHash, ARTIFACT, METADATA);
    const child = await LinearTask.create(suite, { owner, chains: 1, steps: 1, continues: task });
    await child.publish();
    await child.complete();
    const model = await models.modelIdOf(child.id);
    await asOwner.register(child.terms, parent, ARTIFACT, METADATA);
    expect((await models.get(model)).depth).to.equal(1n);
    expect(await models.lineageOf(model, 10)).to.deep.equal([model, parent]);
    expect(await models.lineageOf(model, 2n ** 256n - 1n)).to.deep.equal([model, parent]);
    expect(await models.lineageOf(model, 1)).to.deep.equal([model]);
    expect(await models.lineageOf(model, 0)).to.deep.equal([]);
    expect(await models.lineageOf(parent, 10)).to.deep.equal([parent]);
  });
});

// ModelRegistry.isTranscript
// ├── when the records are the chain's steps in order
// │   └── it returns true
// └── when one is changed, missing, added or moved
//     └── it returns false
describe("ModelRegistry.isTranscript", function () {
  it("accepts exactly the settled steps in their order", async function () {
    const { models, task, record } = await completed();
    expect(await models.isTranscript(task.id, 0, [record])).to.equal(true);
    for (const field of ["newWeights", "gradient", "batch", "loss", "node"] as const) {
      const forged = { ...record, [field]: record[field] + 1n };
      expect(await models.isTranscript(task.id, 0, [forged])).to.equal(false);
    }
    expect(await models.isTranscript(task.id, 0, [])).to.equal(false);
    expect(await models.isTranscript(task.id, 0, [record, record])).to.equal(false);
    expect(await models.isTranscript(task.id, 1, [record])).to.equal(false);
    expect(await models.isTranscript(id("unknown"), 0, [record])).to.equal(false);
    // A chain without steps has the empty transcript.
    expect(await models.isTranscript(task.id, 1, [])).to.equal(true);
  });
});

async function chainId(): Promise<bigint> {
  return (await ethers.provider.getNetwork()).chainId;
}

function hashOfModel(chain: bigint, registry: string, task: string): string {
  return hashOf("tuple(uint256 chain, address registry, bytes32 task)", { chain, registry, task });
}

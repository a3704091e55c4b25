import { expect } from "chai";
import { AbiCoder, keccak256, ZeroHash } from "ethers";

import { deployReview, Kind, loadFixture, RIGHT, WRONG } from "../support/review/suite.ts";
import { accepts, rejects, Work, type WorkOptions } from "../support/review/work.ts";

const METADATA = "ipfs://network";

/** A task of two fragments, of which verifiers let the first pass, and its owner approved it. */
async function trained(options: WorkOptions = {}) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, { kind: Kind.Training, ...options });
  const worker = await work.judged(accepts);
  await suite.review.connect(suite.owner).approve(work.terms, 0);
  return { ...suite, suite, work, worker, asOwner: suite.models.connect(suite.owner) };
}

// ModelRegistry.registerWork
// ├── when the caller does not own the task
// │   └── it reverts with ModelRegistryNotTaskOwner(caller, owner)
// ├── when nothing was paid for the fragment, or its result was rejected, or the task is no training, or is unknown
// │   └── it reverts with ModelRegistryNotTrained(task, fragment)
// ├── when the model exists, or the metadata is too long
// │   └── it is refused as by `register`
// └── it records the paid result, one model for each fragment, with nothing proved (INV-MOD-7)
describe("ModelRegistry.registerWork", function () {
  it("reverts for everyone but the task's owner", async function () {
    const { models, stranger, owner, work } = await trained();
    await expect(models.connect(stranger).registerWork(work.terms, 0, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotTaskOwner")
      .withArgs(stranger, owner);
  });

  it("reverts without a paid result of free training", async function () {
    const { models, suite, work, asOwner } = await trained();
    await work.judged(rejects, 1, WRONG);
    for (const fragment of [1, 2, 63]) {
      await expect(asOwner.registerWork(work.terms, fragment, METADATA))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotTrained")
        .withArgs(work.id, fragment);
    }
    const unknown = await Work.create(suite, { kind: Kind.Training, fragments: 3n });
    await expect(asOwner.registerWork(unknown.terms, 0, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotTrained")
      .withArgs(unknown.id, 0);
    const features = await trained({ kind: Kind.Features });
    await expect(features.asOwner.registerWork(features.work.terms, 0, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotTrained")
      .withArgs(features.work.id, 0);
  });

  it("refuses a second time and metadata that is too long", async function () {
    const { models, work, asOwner } = await trained();
    await expect(asOwner.registerWork(work.terms, 0, "x".repeat(513)))
      .to.be.revertedWithCustomError(models, "ModelRegistryMetadataTooLong")
      .withArgs(513, 512);
    await asOwner.registerWork(work.terms, 0, METADATA);
    await expect(asOwner.registerWork(work.terms, 0, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryModelExists")
      .withArgs(await models.workModelIdOf(work.id, 0));
  });

  it("records the paid result, with nothing proved (INV-MOD-7)", async function () {
    const { models, owner, work, worker, asOwner } = await trained();
    const id = await models.workModelIdOf(work.id, 0);
    await expect(asOwner.registerWork(work.terms, 0, METADATA)).to.emit(models, "ModelRegistered");
    const model = await models.get(id);
    expect([model.task, model.parent, model.weights, model.artifact]).to.deep.equal([work.id, ZeroHash, RIGHT, RIGHT]);
    const transcript = AbiCoder.defaultAbiCoder().encode(["uint32", "uint32", "bytes32"], [0, worker.node, RIGHT]);
    expect([model.owner, model.depth, model.transcript]).to.deep.equal([owner.address, 0n, keccak256(transcript)]);
    expect((await models.metricsOf(id)).source).to.equal(0n);
    expect(id)
      .not.to.equal(await models.modelIdOf(work.id))
      .and.not.to.equal(await models.workModelIdOf(work.id, 1));
    expect(await models.lineageOf(id, 8)).to.deep.equal([id]);
  });
});

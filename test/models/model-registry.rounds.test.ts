import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { hashOf } from "../support/market/hashes.ts";
import { time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";
import { deployRounds, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, RoundTask, type RoundOptions } from "../support/rounds/task.ts";

const ARTIFACT = id("weights file");
const METADATA = "ipfs://model";
/** `MetricSource.Proved`. */
const PROVED = 1n;
const NONE = { name: "", version: 0, params: [] };

/** A completed task of one round of one lane, with two held-out shards of eight samples. */
async function completed(options: Omit<RoundOptions, "owner"> = {}) {
  const suite = await loadFixture(deployRounds);
  const task = await RoundTask.create(suite, { owner: suite.owner, rounds: 1n, lanes: 1n, ...options });
  await task.publish();
  await task.complete();
  return { ...suite, suite, task, asOwner: suite.models.connect(suite.owner), evaluator: suite.circuits.evaluate.name };
}

// ModelRegistry.registerRound
// ├── when the caller does not own the task
// │   └── it reverts with ModelRegistryNotTaskOwner(caller, owner)
// ├── given the task is unknown, active or cancelled
// │   └── it reverts with ModelRegistryTaskNotCompleted(task)
// ├── when the named circuit is not that of the task
// │   └── it reverts with ModelRegistryWrongCircuit(named, evaluated)
// ├── when artifact, metadata or parent are refused by `register`
// │   └── they are refused here
// ├── it records what the market proved, metrics included, once (INV-MOD-3)
// └── without evaluation it records no metrics
describe("ModelRegistry.registerRound", function () {
  it("reverts for everyone but the task's owner, and for another task", async function () {
    const { models, rounds, stranger, owner, task, evaluator } = await completed();
    const register = models.connect(stranger).registerRound;
    await expect(register(task.terms, evaluator, ZeroHash, ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotTaskOwner")
      .withArgs(stranger, owner);
    const forged = { ...task.terms, owner: stranger.address };
    await expect(register(forged, evaluator, ZeroHash, ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryTaskNotCompleted")
      .withArgs(await rounds.taskIdOf(forged));
  });

  it("reverts until the last held-out shard is evaluated, and for ever once the task is cancelled", async function () {
    const suite = await loadFixture(deployRounds);
    const { models, rounds, owner } = suite;
    const task = await RoundTask.create(suite, { owner, rounds: 1n, lanes: 1n });
    await task.publish();
    const refused = async () =>
      expect(models.connect(owner).registerRound(task.terms, suite.circuits.evaluate.name, ZeroHash, ARTIFACT, ""))
        .to.be.revertedWithCustomError(models, "ModelRegistryTaskNotCompleted")
        .withArgs(task.id);
    await refused();
    await task.workLanes();
    await task.work(APPLY_FRAGMENT);
    await refused();
    await rounds.connect(owner).cancel(task.terms);
    await refused();
  });

  it("reverts when the name is not that of the circuit that evaluated (INV-MOD-3)", async function () {
    const { models, asOwner, circuitRegistry, task, evaluator } = await completed();
    const more = { ...evaluator, params: [8_000, 4] };
    for (const name of [more, NONE]) {
      await expect(asOwner.registerRound(task.terms, name, ZeroHash, ARTIFACT, METADATA))
        .to.be.revertedWithCustomError(models, "ModelRegistryWrongCircuit")
        .withArgs(await circuitRegistry.idOf(name), task.terms.evaluateCircuit);
    }
  });

  it("refuses what `register` refuses: artifact, metadata, parent", async function () {
    const { models, asOwner, task, evaluator } = await completed();
    const register = asOwner.registerRound;
    await expect(register(task.terms, evaluator, ZeroHash, ZeroHash, METADATA)).to.be.revertedWithCustomError(
      models,
      "ModelRegistryEmptyArtifact",
    );
    await expect(register(task.terms, evaluator, ZeroHash, ARTIFACT, "x".repeat(513)))
      .to.be.revertedWithCustomError(models, "ModelRegistryMetadataTooLong")
      .withArgs(513n, 512n);
    await expect(register(task.terms, evaluator, id("unknown"), ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(id("unknown"));
    await register(task.terms, evaluator, ZeroHash, ARTIFACT, METADATA);
    await expect(register(task.terms, evaluator, ZeroHash, id("other"), METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryModelExists")
      .withArgs(await models.modelIdOf(task.id));
  });

  it("records weights, transcript and metrics as the market proved them (INV-MOD-1, INV-MOD-3)", async function () {
    const { models, rounds, asOwner, owner, task, evaluator } = await completed();
    const model = await models.modelIdOf(task.id);
    const call = asOwner.registerRound(task.terms, evaluator, ZeroHash, ARTIFACT, METADATA);
    await call;
    const expected = [
      task.id,
      ZeroHash,
      hashOf("uint256[]", [90_000n]),
      await rounds.transcriptOf(task.id),
      ARTIFACT,
      owner.address,
      BigInt(await time.latest()),
      0n,
    ];
    // Losses 40 and 41, hits 5 and 6, two shards of eight samples.
    const metrics = [PROVED, task.terms.evaluateCircuit, task.terms.heldOutRoot, 81n, 11n, 16n, 2n];
    await expect(call).to.emit(models, "ModelRegistered").withArgs(model, task.id, ZeroHash, expected, METADATA);
    await expect(call).to.emit(models, "ModelEvaluated").withArgs(model, metrics);
    expect(await models.get(model)).to.deep.equal(expected);
    expect(await models.metricsOf(model)).to.deep.equal(metrics);
    await expect(models.metricsOf(id("unknown"))).to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel");
  });

  it("records no metrics without evaluation, whatever circuit is named", async function () {
    const { models, asOwner, task, evaluator } = await completed({ heldOut: 0n });
    const call = asOwner.registerRound(task.terms, evaluator, ZeroHash, ARTIFACT, METADATA);
    await expect(call).to.not.emit(models, "ModelEvaluated");
    const metrics = await models.metricsOf(await models.modelIdOf(task.id));
    expect(metrics).to.deep.equal([0n, ZeroHash, ZeroHash, 0n, 0n, 0n, 0n]);
  });

  it("takes a parent of either market, if the task started from its weights (INV-MOD-2)", async function () {
    const { suite, models, asOwner, owner, task, evaluator } = await completed({ heldOut: 0n });
    const chains = await LinearTask.create(suite, { owner, chains: 1, steps: 1 });
    await chains.publish();
    await chains.complete();
    await asOwner.register(chains.terms, ZeroHash, ARTIFACT, METADATA);
    const parent = await models.modelIdOf(chains.id);
    await expect(asOwner.registerRound(task.terms, evaluator, parent, ARTIFACT, METADATA))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotParent")
      .withArgs(parent, (await models.get(parent)).weights, hashOf("uint256[]", [task.terms.initialWeights]));

    const head = await suite.market.headOf(chains.id, 0);
    const child = await RoundTask.create(suite, { owner, initialWeights: head, rounds: 1n, lanes: 1n, heldOut: 0n });
    await child.publish();
    await child.complete();
    await asOwner.registerRound(child.terms, NONE, parent, ARTIFACT, METADATA);
    const model = await models.modelIdOf(child.id);
    // And a child of a round's model.
    const last = { owner, initialWeights: 90_000n, rounds: 1n, lanes: 1n, heldOut: 0n, nonce: 1n };
    const grandchild = await RoundTask.create(suite, last);
    await grandchild.publish();
    await grandchild.complete();
    await asOwner.registerRound(grandchild.terms, NONE, model, ARTIFACT, METADATA);
    const newest = await models.modelIdOf(grandchild.id);
    expect(await models.lineageOf(newest, 10)).to.deep.equal([newest, model, parent]);
    expect((await models.get(newest)).depth).to.equal(2n);
  });
});

// ModelRegistry.isRoundTranscript
// ├── when the records are the settled fragments in order
// │   └── it returns true
// └── when one is changed, missing, added or moved
//     └── it returns false
describe("ModelRegistry.isRoundTranscript", function () {
  it("accepts exactly the settled fragments in their order", async function () {
    const { models, rounds, task } = await completed();
    const events = await rounds.queryFilter(rounds.filters.FragmentSettled(task.id));
    const records = events.map(({ args }) => {
      const { round, fragment, node, output, batch, loss, correct } = args.record;
      return { round, fragment, node, output, batch, loss, correct };
    });
    expect(records.length).to.equal(4);
    expect(await models.isRoundTranscript(task.id, records)).to.equal(true);
    expect(await models.isRoundTranscript(task.id, records.slice(0, 3))).to.equal(false);
    expect(await models.isRoundTranscript(task.id, records.toReversed())).to.equal(false);
    const [first, ...rest] = records;
    for (const field of ["round", "fragment", "node", "output", "batch", "loss", "correct"] as const) {
      const forged = { ...first, [field]: (first?.[field] ?? 0n) + 1n } as (typeof records)[0];
      expect(await models.isRoundTranscript(task.id, [forged, ...rest]), field).to.equal(false);
    }
    expect(await models.isRoundTranscript(id("unknown"), [])).to.equal(true);
  });
});

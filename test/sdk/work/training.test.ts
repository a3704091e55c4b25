import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { check } from "../../../packages/sdk/src/work/check.ts";
import { baselineLoss, evaluateNetwork } from "../../../packages/sdk/src/work/evaluate-network.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import { initialNetwork, networkSize } from "../../../packages/sdk/src/work/network.ts";
import { trainNetwork } from "../../../packages/sdk/src/work/train-network.ts";
import type { TrainingParams } from "../../../packages/sdk/src/work/training-params.ts";
import { readTraining, type TrainingResult, writeTraining } from "../../../packages/sdk/src/work/training-result.ts";
import type { Verdict } from "../../../packages/sdk/src/work/verdict.ts";
import { writeSamples } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { sampleContext, sampleSamples, sampleTraining } from "./support/sample-work.ts";

const VALIDATION = sampleSamples("validation", 64);
const TRAIN = sampleSamples("train", 96);
const MAX_BYTES = 4096;

// evaluateNetwork
// ├── it is what TensorFlow.js says, up to rounding of float32
// └── when weights overflow, the loss is no finite number
describe("work.evaluateNetwork", function () {
  for (const activation of ["relu", "tanh", "sigmoid"] as const) {
    it(`is what TensorFlow.js says, with ${activation}`, async function () {
      const architecture = { inputs: 3, hidden: [{ units: 5, activation }], classes: 2 };
      const weights = initialNetwork(architecture, "seed");
      await tf.setBackend("wasm");
      const [loss, hits] = tf.tidy(() => {
        const part = (from: number, shape: [number, number]) =>
          tf.tensor2d(weights.slice(from, from + shape[0] * shape[1]), shape);
        const X = tf.tensor2d(VALIDATION.rows.map((row) => [...row]));
        const hidden = tf[activation](tf.add(tf.matMul(X, part(0, [3, 5])), part(15, [1, 5])));
        const scores = tf.add(tf.matMul(hidden, part(20, [5, 2])), part(30, [1, 2]));
        const labels = tf.tensor1d([...VALIDATION.labels], "int32");
        const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 2), scores).dataSync()[0] ?? 0;
        return [loss, tf.sum(tf.equal(tf.argMax(scores, 1), labels)).dataSync()[0]];
      });
      const found = evaluateNetwork(architecture, weights, VALIDATION);
      expect(found.loss).to.be.within((loss ?? 0) - 1e-6, (loss ?? 0) + 1e-6);
      expect(found.hits).to.equal(hits);
    });
  }

  it("has the loss of the class frequencies for weights of zero and even classes", function () {
    const architecture = { inputs: 3, hidden: [], classes: 2 };
    const { loss } = evaluateNetwork(architecture, new Float32Array(networkSize(architecture)), VALIDATION);
    expect(loss).to.be.within(Math.log(2) - 1e-12, Math.log(2) + 1e-12);
    expect(baselineLoss(VALIDATION)).to.be.within(Math.log(2) - 1e-12, Math.log(2) + 1e-12);
    expect(baselineLoss({ labels: [0, 0, 0, 1] })).to.be.within(0.5623351446188083 - 1e-12, 0.5623351446188083 + 1e-12);
    expect(baselineLoss({ labels: [1, 1] })).to.equal(0);
  });
});

// trainNetwork
// ├── it learns, with every optimiser
// ├── the seed decides
// └── it leaves no tensor behind
describe("work.trainNetwork", function () {
  let folder: string;
  let store: DirectoryStore;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-training-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const optimisers = [
    { name: "sgd", learningRate: 0.5 },
    { name: "momentum", learningRate: 0.1 },
    { name: "adam", learningRate: 0.05 },
  ] as const;
  for (const optimiser of optimisers) {
    for (const activation of ["relu", "tanh", "sigmoid"] as const) {
      it(`learns with ${optimiser.name} and ${activation}`, async function () {
        const hidden = [{ units: 4, activation }];
        const architecture = { inputs: 3, hidden, classes: 2 };
        const params = await sampleTraining(store, { optimiser, architecture, epochs: 15 });
        const { loss, hits } = evaluateNetwork(architecture, await trainNetwork(params, TRAIN), VALIDATION);
        expect(loss).to.be.below(0.5 * Math.log(2));
        expect(hits).to.be.above(60);
      });
    }
  }

  it("is decided by the seed, up to rounding", async function () {
    const train = async (seed: string) => trainNetwork(await sampleTraining(store, { seed }), TRAIN);
    const [first, again, other] = [await train("a"), await train("a"), await train("b")];
    const apart = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? 0))));
    expect(apart(first, again)).to.be.below(1e-4);
    expect(apart(first, other)).to.be.above(0.05);
  });

  it("starts where the seed says, and changes nothing at a tiny rate", async function () {
    const params = await sampleTraining(store, { optimiser: { name: "sgd", learningRate: 1e-6 }, epochs: 1 });
    const initial = initialNetwork(params.architecture, params.seed);
    (await trainNetwork(params, TRAIN)).forEach((weight, i) =>
      expect(weight).to.be.within((initial[i] ?? 0) - 1e-5, (initial[i] ?? 0) + 1e-5),
    );
  });

  it("leaves no tensor behind, one after the other and at the same time", async function () {
    const params = await sampleTraining(store);
    await trainNetwork(params, TRAIN);
    const { numTensors, numBytes } = tf.memory();
    const alone = await trainNetwork(params, TRAIN);
    const [left] = await Promise.all([trainNetwork(params, TRAIN), trainNetwork({ ...params, seed: "b" }, TRAIN)]);
    expect(tf.memory()).to.include({ numTensors, numBytes });
    left.forEach((weight, i) => expect(weight).to.be.within((alone[i] ?? 0) - 1e-4, (alone[i] ?? 0) + 1e-4));
    const narrow = { ...TRAIN, rows: TRAIN.rows.map((row) => row.slice(1)) };
    const failure = await trainNetwork(params, narrow).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(tf.memory()).to.include({ numTensors, numBytes });
  });
});

// execute
// ├── when the outcome misses the quality of the spec, it throws WORK_BELOW_QUALITY
// └── when it takes too much, it throws WORK_TOO_LARGE or WORK_RESULT_TOO_LARGE
// check
// ├── when claims are within the tolerance, it accepts, else it rejects
// ├── when weights are not those of the architecture or not finite, it rejects
// ├── when weights are untrained, it rejects
// └── when node or fragment are not the executor's, it rejects
describe("work.training", function () {
  let folder: string;
  let store: DirectoryStore;
  let training: TrainingParams;
  let honest: TrainingResult;
  const input = writeSamples(TRAIN);

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "corex-training-"));
    store = new DirectoryStore(folder);
    training = await sampleTraining(store);
    honest = readTraining(await run(), MAX_BYTES);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const specOf = (changes: Partial<TrainingParams> = {}, maxResultBytes = MAX_BYTES) =>
    ({ work: "training", maxResultBytes, training: { ...training, ...changes } }) as const;
  const run = (changes: Partial<TrainingParams> = {}, bytes = input, maxResultBytes = MAX_BYTES) =>
    execute(WORK_KIND.training, specOf(changes, maxResultBytes), bytes, sampleContext(store));
  const checkBytes = (bytes: Uint8Array, changes: Partial<TrainingParams> = {}): Promise<Verdict> =>
    check(WORK_KIND.training, specOf(changes), input, bytes, sampleContext(store));
  const checked = (change: Partial<TrainingResult>, params: Partial<TrainingParams> = {}): Promise<Verdict> =>
    checkBytes(writeTraining({ ...honest, ...change }), params);
  const rejected = async (verdict: Promise<Verdict>, reason: RegExp): Promise<void> => {
    expect(await verdict).to.include({ vote: "reject" });
    expect((await verdict).reason).to.match(reason);
  };

  describe("execute", function () {
    it("does not submit what the spec refuses", async function () {
      await expectCorexError(() => run({ margin: 10 }), "WORK_BELOW_QUALITY", /class frequencies minus 10/);
      const hopeless = { optimiser: { name: "sgd", learningRate: 1e-6 }, epochs: 1 } as const;
      await expectCorexError(() => run(hopeless), "WORK_BELOW_QUALITY", /is above/);
    });

    it("refuses what takes too much, before training", async function () {
      const wide = { ...training.architecture, hidden: [{ units: 1024, activation: "relu" as const }] };
      await expectCorexError(() => run({ architecture: wide }), "WORK_RESULT_TOO_LARGE", /6146 values/);
      await expectCorexError(() => run({ epochs: 10_000, batchSize: 1 }), "WORK_TOO_LARGE", /960000 steps/);
      const deep = { ...training.architecture, hidden: Array(8).fill({ units: 1024, activation: "relu" as const }) };
      await expectCorexError(() => run({ architecture: deep, epochs: 1000 }), "WORK_TOO_LARGE", /units/);
    });

    it("refuses samples of another width or class", async function () {
      const wrong = writeSamples({ rows: [[1, 2]], labels: [0] });
      await expectCorexError(() => run({}, wrong), "WORK_INPUT_INVALID", /an array of 3 elements/);
      const labelled = writeSamples({ rows: [[1, 2, 3]], labels: [2] });
      await expectCorexError(() => run({}, labelled), "WORK_INPUT_INVALID", /labels\[0\] is 2/);
    });
  });

  describe("check", function () {
    it("accepts claims up to the tolerance and nothing beyond, on both sides", async function () {
      const tolerance = { absolute: 0.01, relative: 0.05, hits: 2 };
      const allowed = 0.01 + 0.05 * honest.loss;
      for (const sign of [-1, 1]) {
        expect(await checked({ loss: honest.loss + sign * allowed * 0.999 }, { tolerance })).to.include({
          vote: "accept",
        });
        await rejected(checked({ loss: honest.loss + sign * allowed * 1.001 }, { tolerance }), /apart is allowed/);
      }
      expect(await checked({ hits: honest.hits - 2 }, { tolerance })).to.include({ vote: "accept" });
      await rejected(checked({ hits: honest.hits - 3 }, { tolerance }), /at most 2 apart/);
    });

    it("compares the loss exactly when the spec tolerates nothing", async function () {
      const tolerance = { absolute: 0, relative: 0, hits: 0 };
      expect(await checked({}, { tolerance })).to.include({ vote: "accept" });
      await rejected(checked({ loss: honest.loss * (1 + 1e-15) }, { tolerance }), /apart is allowed/);
    });

    it("rejects weights of another number, and a result of another node or fragment", async function () {
      await rejected(checked({ weights: honest.weights.slice(1) }), /25 weights, the architecture has 26/);
      await rejected(checked({ node: 8 }), /names node 8, node 7 submitted it: copied/);
      await rejected(checked({ fragment: 4 }), /of fragment 4, expected 3/);
    });

    it("rejects weights that are not finite, or make the loss so", async function () {
      for (const value of [NaN, Infinity, -Infinity]) {
        await rejected(checked({ weights: honest.weights.map((w, i) => (i === 9 ? value : w)) }), /weights\[9\] is/);
      }
      const huge = honest.weights.map((_, i) => (i % 2 === 0 ? 3e38 : -3e38));
      await rejected(checked({ weights: huge }), /the loss is/);
    });

    it("rejects zero epochs: initial weights with honest metrics of their own", async function () {
      const weights = initialNetwork(training.architecture, training.seed);
      const metrics = evaluateNetwork(training.architecture, weights, VALIDATION);
      await rejected(checked({ ...metrics, weights }), /is above .* that of the class frequencies minus 0\.1/);
      const zeros = new Float32Array(weights.length);
      const nothing = evaluateNetwork(training.architecture, zeros, VALIDATION);
      await rejected(checked({ ...nothing, weights: zeros }), /is above/);
    });

    it("rejects too few hits, whatever the loss", async function () {
      const flipped = await store.put(
        writeSamples({ ...VALIDATION, labels: VALIDATION.labels.map((label, i) => (i < 8 ? 1 - label : label)) }),
      );
      const tolerance = { absolute: 0.01, relative: 0.1, hits: 1000 };
      const weights = honest.weights.map((weight, i) => (i < 16 ? weight : weight / 4));
      const samples = { ...VALIDATION, labels: VALIDATION.labels.map((label, i) => (i < 8 ? 1 - label : label)) };
      const { loss, hits } = evaluateNetwork(training.architecture, weights, samples);
      const params = { validation: flipped, tolerance, margin: 1e-3 };
      expect(await checked({ loss, hits, weights }, { ...params, minAccuracy: 0.5 })).to.include({ vote: "accept" });
      await rejected(checked({ loss, hits, weights }, { ...params, minAccuracy: 1 }), /1 of them are asked for/);
    });

    it("rejects weights that are no base64, no float32 or not in their one spelling", async function () {
      const text = new TextDecoder().decode(writeTraining(honest));
      const withWeights = (weights: string) =>
        checkBytes(new TextEncoder().encode(text.replace(/"weights":"[^"]*"/, `"weights":"${weights}"`)));
      await rejected(withWeights("%%%"), /expected base64/);
      await rejected(withWeights("AAAA"), /3 bytes of weights/);
      await rejected(withWeights("AAAAAB=="), /fields that nothing asks for/);
      await rejected(withWeights("AAAAAA="), /fields that nothing asks for/);
    });

    it("abstains when evaluating would take too much", async function () {
      const hidden = Array(8).fill({
        units: 1024,
        activation: "relu" as const,
      }) as TrainingParams["architecture"]["hidden"];
      const validation = await store.put(
        writeSamples({ rows: Array(2000).fill([1, 2, 3]) as number[][], labels: Array(2000).fill(0) as number[] }),
      );
      const verdict = await checked({}, { validation, architecture: { inputs: 3, hidden, classes: 2 } });
      expect(verdict).to.include({ vote: "abstain" });
      expect(verdict.reason).to.match(/^WORK_TOO_LARGE/);
    });
  });
});

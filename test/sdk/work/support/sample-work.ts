import { commitModel } from "../../../../packages/sdk/src/commit/commit-model.ts";
import { createPrng } from "../../../../packages/sdk/src/data/prng.ts";
import { type ModelShape, weightCount } from "../../../../packages/sdk/src/math/model-shape.ts";
import { putModelArtifact } from "../../../../packages/sdk/src/models/model-artifact.ts";
import type { ContentId } from "../../../../packages/sdk/src/store/content-id.ts";
import type { ContentStore } from "../../../../packages/sdk/src/store/content-store.ts";
import { modelOpening } from "../../../../packages/sdk/src/task/tensor-opening.ts";
import { putWeightsOpening } from "../../../../packages/sdk/src/task/weights-opening.ts";
import type { FeatureMethod } from "../../../../packages/sdk/src/work/feature-method.ts";
import type { LabelRule } from "../../../../packages/sdk/src/work/label-rule.ts";
import type { TrainingParams } from "../../../../packages/sdk/src/work/training-params.ts";
import type { WorkContext } from "../../../../packages/sdk/src/work/work-context.ts";
import {
  type WorkItem,
  type WorkSamples,
  writeItems,
  writeRows,
  writeSamples,
} from "../../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../../packages/sdk/src/work/work-kind.ts";
import type { WorkSpec } from "../../../../packages/sdk/src/work/work-spec.ts";

export const FORMAT = { B: 16, F: 8 } as const;
export const CLASSES = ["code", "prose", "table"] as const;
const MAX_RESULT_BYTES = 2 ** 16;

/** A fragment of some kind with everything it takes to execute it. */
export interface SampleWork {
  readonly name: string;
  readonly kind: number;
  readonly spec: WorkSpec;
  readonly input: Uint8Array;
}

/** Fragment 3 of node 7; its random bytes are all one. */
export function sampleContext(store: ContentStore, changes: Partial<WorkContext> = {}): WorkContext {
  const operator = "0x00000000000000000000000000000000000000aa";
  return { store, node: 7, operator, fragment: 3, random: (bytes) => new Uint8Array(bytes).fill(1), ...changes };
}

/** Registers models as the demo does: one head for each shape. */
export async function publishModel(
  store: ContentStore,
  shapes: readonly ModelShape[],
  seed: string,
): Promise<ContentId> {
  const heads: bigint[] = [];
  const weights: ContentId[] = [];
  for (const [chain, shape] of shapes.entries()) {
    const values = integers(`${seed}/${chain}`, weightCount(shape), 256);
    const input = { values, salt: 5n, shape, format: FORMAT };
    heads.push(await commitModel(input));
    weights.push(await putWeightsOpening(store, modelOpening(input)));
  }
  const [manifest] = weights;
  if (manifest === undefined) throw new Error("a model needs a head");
  return putModelArtifact(store, { task: `0x${"1".repeat(64)}`, manifest, labels: ["a", "b"], heads, weights });
}

/** Uniform integers in [-limit, limit). */
export function integers(seed: string, count: number, limit: number): bigint[] {
  const prng = createPrng(seed);
  return Array.from({ length: count }, () => BigInt(prng.below(2 * limit) - limit));
}

export function rowsOf(seed: string, rows: number, cols: number, limit: number): number[][] {
  const values = integers(seed, rows * cols, limit).map(Number);
  return Array.from({ length: rows }, (_, i) => values.slice(i * cols, (i + 1) * cols));
}

export const SAMPLE_RULE: LabelRule = {
  clauses: [
    { label: 0, weight: 3, when: { type: "keyword", words: ["return", "const"], ignoreCase: false } },
    { label: 0, weight: 1, when: { type: "character", index: 1, min: 0.5, max: 1000 } },
    { label: 1, weight: 2, when: { type: "pattern", pattern: "^[a-z]+ [a-z]+", ignoreCase: true } },
    { label: 2, weight: 2, when: { type: "value", index: 0, min: 10, max: 20 } },
  ],
  minScore: 2,
  otherwise: 1,
};

/** Texts that look like one of {@link CLASSES} each, in turn. */
export function sampleItems(count: number): WorkItem[] {
  const texts = ["const a = 1;\nreturn a;\n", "The quick fox jumps", "1|2|3\n4|5|6\n"];
  return Array.from({ length: count }, (_, i) => ({
    id: `item-${i}`,
    text: `${texts[i % 3] ?? ""}${i}`,
    values: [i % 3 === 2 ? 15 : 0],
  }));
}

/** Points of two classes on both sides of a line, `apart` from it. */
export function sampleSamples(seed: string, count: number, apart = 1): WorkSamples {
  const prng = createPrng(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const noise = (): number => prng.nextUint32() / 2 ** 32 - 0.5;
  return { labels, rows: labels.map((label) => [(label === 0 ? -apart : apart) + noise(), noise(), noise()]) };
}

/** Parameters that reach their quality in a second, on 64 validation samples. */
export async function sampleTraining(
  store: ContentStore,
  changes: Partial<TrainingParams> = {},
): Promise<TrainingParams> {
  return {
    architecture: { inputs: 3, hidden: [{ units: 4, activation: "tanh" }], classes: 2 },
    optimiser: { name: "adam", learningRate: 0.05 },
    epochs: 4,
    batchSize: 16,
    seed: "a",
    validation: await store.put(writeSamples(sampleSamples("validation", 64))),
    tolerance: { absolute: 1e-6, relative: 1e-6, hits: 0 },
    margin: 0.1,
    minAccuracy: 0.9,
    ...changes,
  };
}

/** At least one fragment of each kind, and of each way in which a kind works. */
export async function sampleWorks(store: ContentStore, seed = "work"): Promise<SampleWork[]> {
  const base = { maxResultBytes: MAX_RESULT_BYTES };
  const linear = { kind: "linear", d: 4, k: 3 } as const;
  const models: [string, ModelShape[]][] = [
    ["linear", [linear]],
    ["one against the rest", [0, 1, 2].map(() => ({ ...linear, k: 1 }))],
    ["one output", [{ ...linear, k: 1 }]],
    ["perceptron", [{ kind: "mlp", d: 4, h: 5, k: 3 }]],
  ];
  const works: SampleWork[] = [];
  for (const [name, shapes] of models) {
    const spec = { ...base, work: "inference" as const, model: await publishModel(store, shapes, seed) };
    const input = writeRows(rowsOf(seed, 6, 4, 1024));
    works.push({ name: `inference, ${name}`, kind: WORK_KIND.inference, spec, input });
  }
  works.push({
    name: "labelling",
    kind: WORK_KIND.labelling,
    spec: { ...base, work: "labelling", classes: CLASSES, rule: SAMPLE_RULE, minScore: 50 },
    input: writeItems(sampleItems(9)),
  });
  const matrix = await store.put(writeRows(rowsOf(`${seed}/matrix`, 4, 2, 512)));
  const methods: [FeatureMethod, Uint8Array][] = [
    [{ type: "hash", buckets: 8 }, writeItems(sampleItems(5))],
    [{ type: "characters", fraction: 16 }, writeItems(sampleItems(5))],
    [{ type: "product", bits: 16, fraction: 8, matrix }, writeRows(rowsOf(seed, 5, 4, 1024))],
    [{ type: "normalise", bits: 16, fraction: 14 }, writeRows(rowsOf(seed, 5, 4, 1024))],
    [{ type: "distances", bits: 16 }, writeRows(rowsOf(seed, 5, 4, 1024))],
  ];
  for (const [method, input] of methods) {
    const spec = { ...base, work: "features" as const, method };
    works.push({ name: `features, ${method.type}`, kind: WORK_KIND.features, spec, input });
  }
  works.push({
    name: "preprocessing",
    kind: WORK_KIND.preprocessing,
    spec: {
      ...base,
      work: "preprocessing",
      bits: 16,
      fraction: 10,
      steps: [
        { type: "select", columns: [2, 0, 1] },
        { type: "standardise", means: [1.5, 0.25, -3], stds: [2, 0, 0.5] },
        { type: "clip", min: -4, max: 4 },
        { type: "shuffle", seed: "s" },
      ],
    },
    input: writeRows(rowsOf(seed, 7, 4, 50).map((row) => row.map((value) => value / 8))),
  });
  works.push({
    name: "training",
    kind: WORK_KIND.training,
    spec: { ...base, work: "training", training: await sampleTraining(store) },
    input: writeSamples(sampleSamples(seed, 96)),
  });
  return works;
}

import { CorexError } from "../errors.ts";
import { checkBatchShape } from "./batch-shape.ts";
import { classTargets } from "./class-targets.ts";
import type { LabelledRows } from "./dataset.ts";
import { interleaveClasses } from "./interleave-classes.ts";
import { prepareSamples } from "./prepare-samples.ts";
import type { RawDataset } from "./raw-dataset.ts";
import type { RoundBatchShape, RoundDataset, RoundShard } from "./round-dataset.ts";

/** Most held-out shards of a task: each costs a proof. `RoundRules.MAX_HELD_OUT`. */
export const MAX_HELD_OUT_SHARDS = 16;

/** More outputs than any circuit has: keeps arrays small. */
const MAX_OUTPUTS = 4096;

/** Shape of the batches and how many of them. */
export interface RoundDatasetOptions extends RoundBatchShape {
  /** Training batches; by default as many as it takes to see every training sample once. */
  readonly shards?: number;
  /** Most held-out batches; {@link MAX_HELD_OUT_SHARDS} by default. */
  readonly heldOutShards?: number;
  /** Seed of the sample order. */
  readonly seed: string;
}

/**
 * Standardises, selects, quantises and cuts raw samples into batches with the targets of all classes.
 *
 * Both splits interleave their classes. Training starts again from the first sample when the samples run out; held-out
 * samples are used once at most, and what does not fill a batch is left out, so that every one counts the same.
 *
 * @throws CorexError DATA_INVALID_SHAPE (shape, number of shards, unequal rows), DATA_TOO_MANY_CLASSES (more than k, or
 * not two when k is 1), DATA_EMPTY (fewer than m held-out samples, a class without training sample), DATA_SINGLE_CLASS,
 * MATH_OUT_OF_RANGE (the format is too narrow for +-4).
 */
export function buildRoundDataset(raw: RawDataset, options: RoundDatasetOptions): RoundDataset {
  const { m, d, k, bits, fraction, seed } = options;
  const shape = { m, d, k, bits, fraction };
  checkRoundShape(shape);
  checkClasses(raw.classes, k);
  const { features, train, heldOut, counts } = prepareSamples(raw, shape);
  const shards = requireCount("shards", options.shards ?? Math.ceil(train.X.length / m));
  const most = requireCount("heldOutShards", options.heldOutShards ?? MAX_HELD_OUT_SHARDS);
  const heldOutShards = Math.min(most, MAX_HELD_OUT_SHARDS, Math.floor(heldOut.X.length / m));
  if (heldOutShards === 0) {
    throw new CorexError("DATA_EMPTY", `the held-out split has ${heldOut.X.length} samples, a batch takes ${m}`, {
      retry: "after-change",
      details: { samples: heldOut.X.length, m },
    });
  }
  return {
    shape,
    seed,
    classes: raw.classes,
    features,
    train: cutShards(train, shape, { seed, count: shards }),
    heldOut: cutShards(heldOut, shape, { seed, count: heldOutShards }),
    counts,
    source: raw.source,
  };
}

/** @throws CorexError DATA_INVALID_SHAPE when a dimension is no integer in its limits, or 1 does not fit in the format. */
export function checkRoundShape(shape: RoundBatchShape): void {
  checkBatchShape(shape);
  requireCount("k", shape.k, MAX_OUTPUTS);
}

function cutShards(
  { X, labels }: LabelledRows,
  { m, k, fraction }: RoundBatchShape,
  { seed, count }: { seed: string; count: number },
): RoundShard[] {
  const order = interleaveClasses(labels, seed);
  return Array.from({ length: count }, (_, index) => {
    const samples = Array.from({ length: m }, (_unused, i) => order[(index * m + i) % order.length] ?? 0);
    const classes = samples.map((sample) => labels[sample] ?? 0);
    return { index, X: samples.map((sample) => X[sample] ?? []), Y: classTargets(classes, k, fraction) };
  });
}

function checkClasses(classes: readonly string[], k: number): void {
  if (k === 1 ? classes.length <= 2 : classes.length <= k) return;
  const limit = k === 1 ? "one output tells 2 apart" : `the circuit has ${k} outputs`;
  throw new CorexError("DATA_TOO_MANY_CLASSES", `the data has ${classes.length} classes, ${limit}`, {
    retry: "after-change",
    details: { classes: classes.length, k },
  });
}

function requireCount(name: string, value: number, max = 2 ** 32): number {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new CorexError("DATA_INVALID_SHAPE", `${name} = ${value} is not an integer in [1, ${max}]`, {
      details: { [name]: value },
    });
  }
  return value;
}

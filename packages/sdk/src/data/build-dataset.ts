import { CorexError } from "../errors.ts";
import { quantize } from "../math/quantize.ts";
import { checkBatchShape, type BatchShape } from "./batch-shape.ts";
import type { Dataset, Shard } from "./dataset.ts";
import { interleaveClasses } from "./interleave-classes.ts";
import { oneVsRest } from "./one-vs-rest.ts";
import type { RawDataset, RawSample } from "./raw-dataset.ts";
import { selectFeatures } from "./select-features.ts";
import { fitStandardizer, standardize } from "./standardize.ts";

/** Shape of the batches and how many of them. */
export interface DatasetOptions extends BatchShape {
  /** Batches of each chain; by default as many as it takes to see every training sample once. */
  readonly shardsPerChain?: number;
  /** Seed of the sample order. */
  readonly seed: string;
}

/**
 * Standardises, selects, quantises and cuts raw samples into one-vs-rest batches.
 *
 * Every chain sees the same samples in the same order and only its targets differ. The order interleaves the classes;
 * when the samples run out it starts again from the first, which also fills the last batch.
 *
 * @throws CorexError DATA_INVALID_SHAPE (shape, shardsPerChain, unequal rows), DATA_EMPTY (no held-out sample, a class
 * without training sample), DATA_SINGLE_CLASS, MATH_OUT_OF_RANGE (the format is too narrow for +-4).
 */
export function buildDataset(raw: RawDataset, options: DatasetOptions): Dataset {
  const { m, d, bits, fraction, seed } = options;
  const shape = { m, d, bits, fraction };
  checkBatchShape(shape);
  const counts = { train: countClasses(raw, raw.train), heldOut: countClasses(raw, raw.heldOut) };
  checkCounts(raw, counts.train);

  const standardizer = fitStandardizer(raw.train.map(({ features }) => features));
  const labels = raw.train.map(({ label }) => label);
  const standardized = raw.train.map(({ features }) => standardize(features, standardizer));
  const kept = selectFeatures(standardized, labels, d - 1);
  const toRow = (row: readonly number[]) => quantizeRow(row, kept, shape);

  const trainRows = standardized.map(toRow);
  const order = interleaveClasses(labels, seed);
  const shardsPerChain = checkShardsPerChain(options.shardsPerChain ?? Math.ceil(order.length / m));
  return {
    shape,
    seed,
    classes: raw.classes,
    features: kept.map((column) => ({
      name: raw.featureNames[column] ?? "",
      mean: standardizer.means[column] ?? 0,
      std: standardizer.stds[column] ?? 0,
    })),
    chains: raw.classes.length,
    shardsPerChain,
    shards: cutShards(trainRows, labels, order, { shape, chains: raw.classes.length, shardsPerChain }),
    heldOut: {
      X: raw.heldOut.map(({ features }) => toRow(standardize(features, standardizer))),
      labels: raw.heldOut.map(({ label }) => label),
    },
    counts,
    source: raw.source,
  };
}

function quantizeRow(row: readonly number[], kept: readonly number[], { d, bits, fraction }: BatchShape): bigint[] {
  const values = kept.map((column, index) => quantize(row[column] ?? 0, { bits, fraction }, index));
  const padding = Array<bigint>(d - 1 - values.length).fill(0n);
  return [...values, ...padding, 1n << BigInt(fraction)];
}

function cutShards(
  rows: readonly (readonly bigint[])[],
  labels: readonly number[],
  order: readonly number[],
  { shape, chains, shardsPerChain }: { shape: BatchShape; chains: number; shardsPerChain: number },
): Shard[] {
  const { m, fraction } = shape;
  return Array.from({ length: chains * shardsPerChain }, (_, index) => {
    const position = index % shardsPerChain;
    const chain = (index - position) / shardsPerChain;
    const samples = Array.from({ length: m }, (_, i) => order[(position * m + i) % order.length] ?? 0);
    const X = samples.map((sample) => rows[sample] ?? []);
    const batchLabels = samples.map((sample) => labels[sample] ?? 0);
    return { index, chain, position, X, y: oneVsRest(batchLabels, chain, fraction) };
  });
}

/** Also checks that rows have one value per feature and labels name a class. */
function countClasses({ classes, featureNames }: RawDataset, samples: readonly RawSample[]): number[] {
  const counts = classes.map(() => 0);
  for (const [position, { features, label }] of samples.entries()) {
    const count = counts[label];
    if (count === undefined || features.length !== featureNames.length) {
      throw new CorexError(
        "DATA_INVALID_SHAPE",
        `sample ${position} has ${features.length} features and label ${label}, expected ${featureNames.length} features and a label below ${classes.length}`,
        { details: { position, label, features: features.length } },
      );
    }
    counts[label] = count + 1;
  }
  return counts;
}

function checkCounts({ classes, heldOut }: RawDataset, trainCounts: readonly number[]): void {
  if (classes.length < 2) {
    throw new CorexError("DATA_SINGLE_CLASS", `the dataset has ${classes.length} class(es): ${classes.join(", ")}`);
  }
  const missing = trainCounts.indexOf(0);
  if (missing >= 0) {
    throw new CorexError("DATA_EMPTY", `class "${classes[missing]}" has no training sample`, {
      retry: "after-change",
      details: { class: classes[missing] },
    });
  }
  if (heldOut.length === 0) {
    throw new CorexError("DATA_EMPTY", "the held-out split has no sample", { retry: "after-change" });
  }
}

function checkShardsPerChain(shardsPerChain: number): number {
  if (!Number.isSafeInteger(shardsPerChain) || shardsPerChain < 1) {
    throw new CorexError("DATA_INVALID_SHAPE", `shardsPerChain = ${shardsPerChain} is not a positive integer`);
  }
  return shardsPerChain;
}

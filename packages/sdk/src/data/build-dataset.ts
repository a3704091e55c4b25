import { CorexError } from "../errors.ts";
import { checkBatchShape, type BatchShape } from "./batch-shape.ts";
import type { Dataset, LabelledRows, Shard } from "./dataset.ts";
import { interleaveClasses } from "./interleave-classes.ts";
import { oneVsRest } from "./one-vs-rest.ts";
import { prepareSamples } from "./prepare-samples.ts";
import type { RawDataset } from "./raw-dataset.ts";

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
  const { features, train, heldOut, counts } = prepareSamples(raw, shape);
  const order = interleaveClasses(train.labels, seed);
  const shardsPerChain = checkShardsPerChain(options.shardsPerChain ?? Math.ceil(order.length / m));
  const chains = raw.classes.length;
  return {
    shape,
    seed,
    classes: raw.classes,
    features,
    chains,
    shardsPerChain,
    shards: cutShards(train, order, { shape, chains, shardsPerChain }),
    heldOut,
    counts,
    source: raw.source,
  };
}

function cutShards(
  { X: rows, labels }: LabelledRows,
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

function checkShardsPerChain(shardsPerChain: number): number {
  if (!Number.isSafeInteger(shardsPerChain) || shardsPerChain < 1) {
    throw new CorexError("DATA_INVALID_SHAPE", `shardsPerChain = ${shardsPerChain} is not a positive integer`);
  }
  return shardsPerChain;
}

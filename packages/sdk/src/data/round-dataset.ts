import type { JsonValue } from "../store/canonical-json.ts";
import type { BatchShape } from "./batch-shape.ts";
import type { DatasetFeature, SampleCounts } from "./dataset.ts";

/** The shape of a batch with all classes in its targets. */
export interface RoundBatchShape extends BatchShape {
  /** Targets of a sample: outputs of the model. */
  readonly k: number;
}

/** The splits of a round dataset: each has its own shards, numbered from 0, and its own Merkle tree. */
export type RoundSplit = "train" | "heldOut";

/** One batch of a split. */
export interface RoundShard {
  /** Place in its split, from 0: the leaf index in the split's Merkle tree. */
  readonly index: number;
  /** m rows of d values in units of 2^(-fraction); the last column is 1. */
  readonly X: readonly (readonly bigint[])[];
  /** m rows of k targets in units of 2^(-fraction), see `classTargets`. */
  readonly Y: readonly (readonly bigint[])[];
}

/** A dataset for tasks that train one model for all classes in rounds and evaluate it with proofs. */
export interface RoundDataset {
  readonly shape: RoundBatchShape;
  readonly seed: string;
  /** At most k, or exactly two when k is 1; targets beyond them are zero. */
  readonly classes: readonly string[];
  /** Kept features in column order, at most d - 1; columns beyond them are zero. */
  readonly features: readonly DatasetFeature[];
  readonly train: readonly RoundShard[];
  readonly heldOut: readonly RoundShard[];
  /** Samples of each class and split before they were cut into shards. */
  readonly counts: SampleCounts;
  readonly source: JsonValue;
}

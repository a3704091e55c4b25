import type { JsonValue } from "../store/canonical-json.ts";
import type { BatchShape } from "./batch-shape.ts";

/** One feature as the model sees it. */
export interface DatasetFeature {
  readonly name: string;
  /** Mean and population standard deviation on the training split, before standardisation. */
  readonly mean: number;
  readonly std: number;
}

/** Samples of each class and split, in class order. */
export interface SampleCounts {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/** One batch of one chain. */
export interface Shard {
  /** chain * shardsPerChain + position: the leaf index in the Merkle tree. */
  readonly index: number;
  /** The class this batch is labelled for. */
  readonly chain: number;
  /** Place of the batch in its chain, from 0. */
  readonly position: number;
  /** m rows of d values in units of 2^(-fraction); the last column is 1. */
  readonly X: readonly (readonly bigint[])[];
  /** m targets, +1 or -1 in units of 2^(-fraction). */
  readonly y: readonly bigint[];
}

/** Rows with the class of each. */
export interface LabelledRows {
  /** Rows of d values in units of 2^(-fraction). */
  readonly X: readonly (readonly bigint[])[];
  /** Class of each row. */
  readonly labels: readonly number[];
}

/** A dataset ready to be committed: standardised, quantised and cut into batches. */
export interface Dataset {
  readonly shape: BatchShape;
  readonly seed: string;
  readonly classes: readonly string[];
  /** Kept features in column order, at most d - 1; columns beyond them are zero. */
  readonly features: readonly DatasetFeature[];
  /** One chain per class. */
  readonly chains: number;
  readonly shardsPerChain: number;
  /** Shards in index order. */
  readonly shards: readonly Shard[];
  /** Rows that no chain is trained on. */
  readonly heldOut: LabelledRows;
  readonly counts: SampleCounts;
  readonly source: JsonValue;
}

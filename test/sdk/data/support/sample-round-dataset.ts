import { buildRoundDataset, type RoundDatasetOptions } from "../../../../packages/sdk/src/data/build-round-dataset.ts";
import {
  publishRoundDataset,
  type PublishedRoundDataset,
} from "../../../../packages/sdk/src/data/publish-round-dataset.ts";
import type { RoundDataset, RoundSplit } from "../../../../packages/sdk/src/data/round-dataset.ts";
import type { ContentStore } from "../../../../packages/sdk/src/store/content-store.ts";
import { sampleRawDataset } from "./sample-dataset.ts";

/** The three classes of the sample in batches of 4 rows of 4 columns and 4 targets, 8 fraction bits, unless changed. */
export function sampleRoundDataset(options: Partial<RoundDatasetOptions> = {}): RoundDataset {
  return buildRoundDataset(sampleRawDataset(), { m: 4, d: 4, k: 4, bits: 16, fraction: 8, seed: "test", ...options });
}

/** Repeatable salts, different for every shard of both splits. */
export function splitSalt(split: RoundSplit, index: number): bigint {
  return BigInt(index) + (split === "train" ? 1000n : 2000n);
}

/** Publishes the sample with repeatable salts. */
export function publishSample(store: ContentStore, dataset = sampleRoundDataset()): Promise<PublishedRoundDataset> {
  return publishRoundDataset(dataset, { store, newSalt: splitSalt });
}

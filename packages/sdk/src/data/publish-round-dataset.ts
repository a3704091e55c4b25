import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { putJson } from "../store/json.ts";
import { commitRoundShard, ROUND_SHARD_KIND, ROUND_SHARD_VERSION, type RoundShardOpening } from "./load-round-shard.ts";
import type { ManifestShard } from "./manifest.ts";
import { ROUND_MANIFEST_KIND, ROUND_MANIFEST_VERSION, type RoundDatasetManifest } from "./round-dataset-manifest.ts";
import type { RoundDataset, RoundSplit } from "./round-dataset.ts";
import { shardRoot } from "./shard-tree.ts";
import { CLIP } from "./standardize.ts";

/** Where to publish, and where salts come from. */
export interface PublishRoundDatasetContext {
  readonly store: ContentStore;
  /** A fresh salt for a shard. A fixed function makes the whole publication repeatable. */
  readonly newSalt: (split: RoundSplit, index: number) => bigint;
}

/** What a round task needs to know about a published dataset. */
export interface PublishedRoundDataset {
  /** Root of the keccak Merkle tree over (index, commitment) of the training shards. */
  readonly shardRoot: `0x${string}`;
  /** The same over the held-out shards. */
  readonly heldOutRoot: `0x${string}`;
  readonly manifestId: ContentId;
  readonly manifest: RoundDatasetManifest;
}

/**
 * Commits every shard of both splits, stores the openings and the manifest, and builds the Merkle trees.
 *
 * Stopping half-way leaves only content that nothing points to; the same call with the same salts then repeats it
 * without effect and finishes.
 *
 * @throws CorexError as `commitBatchK`, and what the store throws.
 */
export async function publishRoundDataset(
  dataset: RoundDataset,
  context: PublishRoundDatasetContext,
): Promise<PublishedRoundDataset> {
  const { shape, features, classes, counts, seed, source } = dataset;
  const train = await publishSplit("train", dataset, context);
  const heldOut = await publishSplit("heldOut", dataset, context);
  const manifest: RoundDatasetManifest = {
    kind: ROUND_MANIFEST_KIND,
    version: ROUND_MANIFEST_VERSION,
    shape,
    clip: CLIP,
    features,
    classes,
    counts,
    seed,
    train,
    heldOut,
    source,
  };
  const manifestId = await putJson(context.store, manifest);
  return { shardRoot: shardRoot(train), heldOutRoot: shardRoot(heldOut), manifestId, manifest };
}

async function publishSplit(
  split: RoundSplit,
  dataset: RoundDataset,
  { store, newSalt }: PublishRoundDatasetContext,
): Promise<ManifestShard[]> {
  const published: ManifestShard[] = [];
  for (const { index, X, Y } of dataset[split]) {
    const opening: RoundShardOpening = { index, X, Y, salt: newSalt(split, index) };
    const commitment = await commitRoundShard(opening, dataset.shape);
    const contentId = await putJson(store, { kind: ROUND_SHARD_KIND, version: ROUND_SHARD_VERSION, ...opening });
    published.push({ index, commitment: `0x${commitment.toString(16).padStart(64, "0")}`, contentId });
  }
  return published;
}

import { CorexError } from "../errors.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { putJson } from "../store/json.ts";
import type { Dataset, Shard } from "./dataset.ts";
import { HELD_OUT_KIND, HELD_OUT_VERSION } from "./load-held-out.ts";
import { OPENING_KIND, OPENING_VERSION, type ShardOpening } from "./load-shard.ts";
import { MANIFEST_KIND, MANIFEST_VERSION, type DatasetManifest, type ManifestShard } from "./manifest.ts";
import { datasetRoot } from "./shard-tree.ts";
import { CLIP } from "./standardize.ts";

const UINT256_RANGE = 1n << 256n;

/** Where to publish, and the two secrets-related functions the caller provides. */
export interface PublishDatasetContext {
  readonly store: ContentStore;
  /** Commitment of a shard opening; must be what the training circuit computes. */
  readonly commit: (opening: ShardOpening) => Promise<bigint>;
  /** A fresh salt for the shard with this index. A fixed function makes the whole publication repeatable. */
  readonly newSalt: (index: number) => bigint;
}

/** What a task needs to know about a published dataset. */
export interface PublishedDataset {
  /** Root of the keccak Merkle tree over (index, commitment). */
  readonly root: `0x${string}`;
  readonly manifestId: ContentId;
  readonly manifest: DatasetManifest;
  readonly chains: number;
  readonly shardsPerChain: number;
}

/**
 * Commits every shard, stores the openings, the held-out rows and the manifest, and builds the Merkle tree.
 *
 * Stopping half-way leaves only content that nothing points to; the same call with the same salts then repeats it
 * without effect and finishes.
 *
 * @throws CorexError DATA_INVALID_COMMITMENT when `commit` leaves uint256; and what store and `commit` throw.
 */
export async function publishDataset(dataset: Dataset, context: PublishDatasetContext): Promise<PublishedDataset> {
  const shards: ManifestShard[] = [];
  for (const shard of dataset.shards) shards.push(await publishShard(shard, context));

  const { X, labels } = dataset.heldOut;
  const heldOut = await putJson(context.store, { kind: HELD_OUT_KIND, version: HELD_OUT_VERSION, X, labels });
  const { shape, features, classes, counts, seed, chains, shardsPerChain, source } = dataset;
  const manifest: DatasetManifest = {
    kind: MANIFEST_KIND,
    version: MANIFEST_VERSION,
    shape,
    clip: CLIP,
    features,
    classes,
    counts,
    seed,
    chains,
    shardsPerChain,
    shards,
    heldOut,
    source,
  };
  const manifestId = await putJson(context.store, manifest);
  return { root: datasetRoot(manifest), manifestId, manifest, chains, shardsPerChain };
}

async function publishShard(
  { index, X, y }: Shard,
  { store, commit, newSalt }: PublishDatasetContext,
): Promise<ManifestShard> {
  const opening: ShardOpening = { index, X, y, salt: newSalt(index) };
  const commitment = await commit(opening);
  if (commitment < 0n || commitment >= UINT256_RANGE) {
    throw new CorexError("DATA_INVALID_COMMITMENT", `the commitment of shard ${index} is no uint256: ${commitment}`, {
      details: { index, commitment },
    });
  }
  const contentId = await putJson(store, { kind: OPENING_KIND, version: OPENING_VERSION, ...opening });
  return { index, commitment: `0x${commitment.toString(16).padStart(64, "0")}`, contentId };
}

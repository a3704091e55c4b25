import type { BlockStore } from "../../store/block-store.ts";
import type { ContentId } from "../../store/content-id.ts";
import type { ContentStore } from "../../store/content-store.ts";
import { buildPrepared, type PrepareOptions } from "./build-prepared.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";
import type { Recipe } from "./recipe.ts";

/** Where the two kinds of content of a dataset are. */
export interface DatasetStore {
  /** The manifest. */
  readonly content: ContentStore;
  /** Shards and the list of raw files. */
  readonly blocks: BlockStore;
}

export interface PreparedDataset {
  readonly manifestId: ContentId;
  readonly manifest: PreparedManifest;
}

/**
 * Prepares a dataset: raw files and a recipe become shards and a manifest, the same bytes on every machine.
 *
 * Shards are stored first and the manifest last. A run that is stopped or fails leaves only blocks that nothing points to;
 * the same call finishes it.
 *
 * @param input file or folder.
 * @throws CorexError as `buildPrepared`.
 */
export async function prepareDataset(
  input: string,
  recipe: Recipe,
  store: DatasetStore,
  options: PrepareOptions = {},
): Promise<PreparedDataset> {
  const { manifest, bytes } = await buildPrepared(input, recipe, store.blocks, options);
  return { manifestId: await store.content.put(bytes), manifest };
}

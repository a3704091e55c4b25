import type { ContentId } from "../../store/content-id.ts";
import { readFile } from "../../store/unixfs-file.ts";
import { loadPrepared } from "./load-prepared.ts";
import { loadPreparedShard } from "./load-prepared-shard.ts";
import type { PrepareOptions } from "./build-prepared.ts";
import { Pass } from "./pass.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";
import type { DatasetStore } from "./prepare-dataset.ts";

/**
 * Reads everything that a manifest names out of the store and checks it: blocks, hashes, headers, numbers, labels. Holds one
 * shard. Progress is counted in bytes of shards.
 *
 * @throws CorexError DATA_SHARD_INVALID and STORE_* naming the first part that is wrong, DATA_ABORTED, as `loadPrepared`.
 */
export async function verifyStored(
  manifestId: ContentId,
  store: DatasetStore,
  { onProgress, signal }: PrepareOptions = {},
): Promise<PreparedManifest> {
  const manifest = await loadPrepared(store.content, manifestId);
  const pass = new Pass({ purpose: "write", signal });
  const { list } = manifest.source;
  await readFile(store.blocks, list.cid, list.bytes);
  let done = 0;
  for (const { index, bytes } of manifest.shards) {
    pass.checkSignal();
    await loadPreparedShard(manifest, index, store.blocks);
    done += bytes;
    onProgress?.({ phase: "write", done, total: manifest.counts.bytes });
  }
  return manifest;
}

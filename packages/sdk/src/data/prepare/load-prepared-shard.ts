import { createHash } from "node:crypto";

import { CorexError } from "../../errors.ts";
import type { BlockStore } from "../../store/block-store.ts";
import { readFile } from "../../store/unixfs-file.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";
import { decodeShard, type PreparedShard } from "./prepared-shard.ts";

/**
 * Fetches a shard and checks it before anyone computes on it: blocks, size, SHA-256, header, values and labels.
 *
 * @throws CorexError DATA_UNKNOWN_SHARD, DATA_SHARD_INVALID, and what the store throws for blocks that are missing or
 *   corrupted.
 */
export async function loadPreparedShard(
  { shards, schema }: PreparedManifest,
  index: number,
  blocks: Pick<BlockStore, "get">,
): Promise<PreparedShard> {
  const entry = shards[index];
  if (entry === undefined) {
    throw new CorexError("DATA_UNKNOWN_SHARD", `there is no shard ${index}: the dataset has ${shards.length}`, {
      details: { index, shards: shards.length },
    });
  }
  const bytes = await readFile(blocks, entry.cid, entry.bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== entry.sha256) {
    throw new CorexError(
      "DATA_SHARD_INVALID",
      `shard ${index} hashes to ${sha256}, the manifest says ${entry.sha256}`,
      {
        details: { index, sha256, expected: entry.sha256 },
      },
    );
  }
  const { rows } = entry;
  const shape = { index, rows, width: schema.width, labelled: schema.classes !== null };
  return decodeShard(bytes, shape, schema.classes?.length ?? 0);
}

import { FIELD_ORDER } from "../commit/field.ts";
import { CorexError } from "../errors.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson } from "../store/json.ts";
import type { BatchShape } from "./batch-shape.ts";
import { JsonReader } from "./json-reader.ts";
import type { DatasetManifest } from "./manifest.ts";
import { parseRows } from "./parse-rows.ts";
import { requireShard } from "./shard-tree.ts";

export const OPENING_KIND = "corex/shard";
export const OPENING_VERSION = 1;

/** What a shard commitment opens to. */
export interface ShardOpening {
  readonly index: number;
  /** m rows of d values in units of 2^(-fraction); the last column is 1. */
  readonly X: readonly (readonly bigint[])[];
  /** m targets, +1 or -1 in units of 2^(-fraction). */
  readonly y: readonly bigint[];
  /** Field element. */
  readonly salt: bigint;
}

/**
 * Fetches a shard and checks it before anyone computes on it.
 *
 * @param options.commit when given, the commitment is recomputed and compared with the manifest.
 * @throws CorexError DATA_UNKNOWN_SHARD (index), DATA_SHARD_INVALID (index, shape, range, target, constant column,
 * salt), DATA_COMMITMENT_MISMATCH, and what the store throws for content that is missing or corrupted.
 */
export async function loadShard(
  manifest: DatasetManifest,
  index: number,
  store: ContentStore,
  options: { commit?: (opening: ShardOpening) => Promise<bigint> } = {},
): Promise<ShardOpening> {
  const entry = requireShard(manifest, index);
  const json = await getJson(store, entry.contentId);
  const opening = parseOpening(json, index, manifest.shape);
  if (options.commit === undefined) return opening;

  const commitment = await options.commit(opening);
  if (commitment !== BigInt(entry.commitment)) {
    throw new CorexError(
      "DATA_COMMITMENT_MISMATCH",
      `shard ${index} opens to 0x${commitment.toString(16).padStart(64, "0")}, the manifest says ${entry.commitment}`,
      { details: { index, commitment, expected: entry.commitment, contentId: entry.contentId } },
    );
  }
  return opening;
}

function parseOpening(json: unknown, index: number, shape: BatchShape): ShardOpening {
  const shard = new JsonReader(json, "DATA_SHARD_INVALID", `shard ${index}`);
  shard.field("kind").literal(OPENING_KIND);
  shard.field("version").literal(OPENING_VERSION);
  shard.field("index").literal(index);

  const one = 1n << BigInt(shape.fraction);
  return {
    index,
    X: parseRows(shard.field("X"), shape, shape.m),
    y: shard
      .field("y")
      .items(shape.m)
      .map((target) => {
        const value = target.bigint(-one, one);
        if (value !== one && value !== -one) throw target.fail(`${one} or ${-one}`);
        return value;
      }),
    salt: shard.field("salt").bigint(0n, FIELD_ORDER - 1n),
  };
}

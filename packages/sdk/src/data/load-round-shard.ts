import { commitBatchK } from "../commit/commit-batch.ts";
import { FIELD_ORDER } from "../commit/field.ts";
import { CorexError } from "../errors.ts";
import { largestIndex } from "../math/predicted-class.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson } from "../store/json.ts";
import { classTargets } from "./class-targets.ts";
import { JsonReader } from "./json-reader.ts";
import { parseRows } from "./parse-rows.ts";
import type { RoundDatasetManifest } from "./round-dataset-manifest.ts";
import type { RoundBatchShape, RoundShard, RoundSplit } from "./round-dataset.ts";
import { requireShardIn } from "./shard-tree.ts";

export const ROUND_SHARD_KIND = "corex/round-shard";
export const ROUND_SHARD_VERSION = 1;

/** What the commitment of a round shard opens to. */
export interface RoundShardOpening extends RoundShard {
  /** Field element. */
  readonly salt: bigint;
}

/**
 * Fetches a shard of either split and checks it, with its commitment, before anyone computes on it.
 *
 * @throws CorexError DATA_UNKNOWN_SHARD (index), DATA_SHARD_INVALID (index, shape, range, targets, constant column,
 * salt), DATA_COMMITMENT_MISMATCH, and what the store throws for content that is missing or corrupted.
 */
export async function loadRoundShard(
  manifest: RoundDatasetManifest,
  split: RoundSplit,
  index: number,
  store: ContentStore,
): Promise<RoundShardOpening> {
  const entry = requireShardIn(manifest[split], index);
  const name = `${split} shard ${index}`;
  const opening = parseOpening(await getJson(store, entry.contentId), name, index, manifest);
  const commitment = await commitRoundShard(opening, manifest.shape);
  if (commitment !== BigInt(entry.commitment)) {
    throw new CorexError(
      "DATA_COMMITMENT_MISMATCH",
      `${name} opens to 0x${commitment.toString(16).padStart(64, "0")}, the manifest says ${entry.commitment}`,
      { details: { split, index, commitment, expected: entry.commitment, contentId: entry.contentId } },
    );
  }
  return opening;
}

/** The commitment of a batch, as the gradient and evaluation circuits compute it. Errors as `commitTensor`. */
export async function commitRoundShard(
  { X, Y, salt }: Omit<RoundShardOpening, "index">,
  { m, d, k, bits, fraction }: RoundBatchShape,
): Promise<bigint> {
  return commitBatchK({ X, Y, salt, params: { m, d, k, B: bits, F: fraction } });
}

function parseOpening(
  json: unknown,
  name: string,
  index: number,
  { shape, classes }: RoundDatasetManifest,
): RoundShardOpening {
  const shard = new JsonReader(json, "DATA_SHARD_INVALID", name);
  shard.field("kind").literal(ROUND_SHARD_KIND);
  shard.field("version").literal(ROUND_SHARD_VERSION);
  shard.field("index").literal(index);
  return {
    index,
    X: parseRows(shard.field("X"), shape, shape.m),
    Y: shard
      .field("Y")
      .items(shape.m)
      .map((row) => parseTargets(row, shape, classes.length)),
    salt: shard.field("salt").bigint(0n, FIELD_ORDER - 1n),
  };
}

/** Targets that stand for a class and nothing else: any other row would train towards what no class asks for. */
function parseTargets(row: JsonReader, { k, fraction }: RoundBatchShape, classes: number): bigint[] {
  const one = 1n << BigInt(fraction);
  const targets = row.items(k).map((target) => target.bigint(-one, one));
  const label = k === 1 ? Number((targets[0] ?? 0n) > 0n) : largestIndex(targets);
  const expected = classTargets([label], k, fraction)[0] ?? [];
  if (label >= classes || targets.some((target, output) => target !== expected[output])) {
    throw row.fail(`the targets of one of ${classes} classes`);
  }
  return targets;
}

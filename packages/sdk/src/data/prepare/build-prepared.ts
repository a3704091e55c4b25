import { createHash } from "node:crypto";

import { CorexError } from "../../errors.ts";
import type { BlockStore } from "../../store/block-store.ts";
import { canonicalJson } from "../../store/canonical-json.ts";
import { addFile } from "../../store/unixfs-file.ts";
import type { Standardizer } from "../standardize.ts";
import { listInput } from "./input-files.ts";
import { LIMITS } from "./limits.ts";
import { openSource } from "./open-source.ts";
import { Pass, type SourceDigest } from "./pass.ts";
import { documentHash, preparedRoot } from "./prepared-hashes.ts";
import {
  PREPARED_KIND,
  PREPARED_VERSION,
  type PreparedManifest,
  type PreparedSchema,
  type StoredFile,
} from "./prepared-manifest.ts";
import type { Recipe } from "./recipe.ts";
import { RowScaler } from "./row-scaler.ts";
import type { RowSource } from "./row-source.ts";
import { RunningStatistics } from "./running-statistics.ts";
import { ShardWriter } from "./shard-writer.ts";

/** How far a preparation is. */
export interface Progress {
  readonly phase: "fit" | "write";
  /** Raw bytes read in all passes, and those to read. */
  readonly done: number;
  readonly total: number;
}

export interface PrepareOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops the preparation at the next piece of input. */
  readonly signal?: AbortSignal | undefined;
}

/** The canonical bytes of a manifest and what they say. */
export interface BuiltDataset {
  readonly manifest: PreparedManifest;
  readonly bytes: Uint8Array;
  /** The raw files that were read. */
  readonly sources: readonly SourceDigest[];
}

/**
 * Reads raw input and stores its shards; the manifest is returned, not stored. Reads the input once, and once more before
 * that when statistics or classes must be found first. Memory is bounded by the sizes in `LIMITS`, not by the input.
 *
 * @param input file or folder.
 * @throws CorexError DATA_*: docs/data.md, and what the store throws.
 */
export async function buildPrepared(
  input: string,
  recipe: Recipe,
  blocks: Pick<BlockStore, "put">,
  { onProgress, signal }: PrepareOptions = {},
): Promise<BuiltDataset> {
  const files = await listInput(input);
  const source = await openSource(files, input, recipe);
  const needsFit = source.scaling.kind === "fit" || source.classes?.isSealed === false;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const total = bytes * (needsFit ? 2 : 1);
  let done = 0;
  const startPass = (purpose: Progress["phase"]): Pass =>
    new Pass({
      purpose,
      signal,
      onBytes: (read) => onProgress?.({ phase: purpose, done: (done += read), total }),
    });

  const fitPass = startPass("fit");
  const statistics = needsFit ? await fit(source, fitPass) : givenStatistics(source);
  const fitted = needsFit ? fitPass.digestsOf(files) : undefined;

  const pass = startPass("write");
  const { shards, shardRows, read } = await writeShards(source, pass, { recipe, statistics, blocks });
  const digests = pass.digestsOf(files);
  if (fitted !== undefined) requireSame(fitted, digests);

  const schema: PreparedSchema = {
    data: recipe.data,
    width: source.width,
    layout: source.layout,
    classes: source.classes?.names ?? null,
  };
  const manifest: PreparedManifest = {
    kind: PREPARED_KIND,
    version: PREPARED_VERSION,
    recipe,
    preprocessingHash: documentHash(recipe),
    schema,
    schemaHash: documentHash(schema),
    seed: recipe.seed,
    counts: {
      read,
      rows: shards.reduce((sum, shard) => sum + shard.rows, 0),
      bytes: shards.reduce((sum, shard) => sum + shard.bytes, 0),
    },
    shardRows,
    statistics: statistics ?? null,
    source: { files: files.length, bytes, list: await storeList(digests, blocks) },
    shards,
    shardRoot: preparedRoot(shards),
  };
  return { manifest, bytes: encodeManifest(manifest), sources: digests };
}

/** Reads the input for its statistics and classes. */
async function fit(source: RowSource, pass: Pass): Promise<Standardizer | undefined> {
  const { scaling, width } = source;
  const statistics = new RunningStatistics(scaling.channels);
  let rows = 0;
  for await (const { values, count } of source.rows(pass)) {
    if (scaling.kind === "fit") statistics.add(values, count, width);
    rows += count;
  }
  source.classes?.seal();
  if (rows === 0) throw noRows();
  if (scaling.kind !== "fit") return givenStatistics(source);
  const result = statistics.result(width);
  const wrong = [...result.means, ...result.stds].findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return result;
  throw new CorexError(
    "DATA_OUT_OF_RANGE",
    `the values of column ${wrong % scaling.channels} are too large to average`,
    {
      retry: "after-change",
      details: { column: wrong % scaling.channels },
    },
  );
}

function givenStatistics({ scaling: { means, stds } }: RowSource): Standardizer | undefined {
  return means === undefined || stds === undefined ? undefined : { means, stds };
}

interface WriteContext {
  readonly recipe: Recipe;
  readonly statistics: Standardizer | undefined;
  readonly blocks: Pick<BlockStore, "put">;
}

async function writeShards(source: RowSource, pass: Pass, { recipe, statistics, blocks }: WriteContext) {
  const scaler = new RowScaler(source.scaling, statistics, recipe.seed);
  const { width, classes } = source;
  const { shardRows } = recipe;
  const writer = new ShardWriter({ blocks, scaler, width, labelled: classes !== undefined, shardRows });
  let read = 0;
  for await (const batch of source.rows(pass)) {
    pass.checkSignal();
    await writer.append(batch);
    read += batch.count;
  }
  if (read === 0) throw noRows();
  return { shards: await writer.finish(), shardRows: writer.shardRows, read };
}

async function storeList(digests: readonly SourceDigest[], blocks: Pick<BlockStore, "put">): Promise<StoredFile> {
  const bytes = new TextEncoder().encode(canonicalJson({ files: digests }));
  if (bytes.length > LIMITS.sourceListBytes) {
    throw new CorexError(
      "DATA_TOO_LARGE",
      `the list of raw files has ${bytes.length} bytes: their paths are too long`,
      {
        retry: "after-change",
        details: { bytes: bytes.length, limit: LIMITS.sourceListBytes },
      },
    );
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { cid: await addFile(blocks, bytes), bytes: bytes.length, sha256 };
}

function encodeManifest(manifest: PreparedManifest): Uint8Array {
  const bytes = new TextEncoder().encode(canonicalJson(manifest));
  if (bytes.length <= LIMITS.manifestBytes) return bytes;
  throw new CorexError(
    "DATA_MANIFEST_TOO_LARGE",
    `the manifest would have ${bytes.length} bytes, at most ${LIMITS.manifestBytes}: raise shardRows or keep fewer columns`,
    { retry: "after-change", details: { bytes: bytes.length, limit: LIMITS.manifestBytes } },
  );
}

/** Statistics of one content must not scale another. */
function requireSame(fitted: readonly SourceDigest[], written: readonly SourceDigest[]): void {
  const index = fitted.findIndex(({ sha256 }, position) => sha256 !== written[position]?.sha256);
  if (index < 0) return;
  const path = fitted[index]?.path;
  throw new CorexError("DATA_INPUT_CHANGED", `${path} changed between two readings`, {
    retry: "later",
    details: { path },
  });
}

function noRows(): CorexError {
  return new CorexError("DATA_EMPTY", "the recipe keeps no row of the input", { retry: "after-change" });
}

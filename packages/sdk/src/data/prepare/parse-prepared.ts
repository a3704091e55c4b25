import { parseBlockCid, type BlockCid } from "../../store/block-cid.ts";
import { canonicalJson } from "../../store/canonical-json.ts";
import { CorexError } from "../../errors.ts";
import { JsonReader } from "../json-reader.ts";
import { MAX_COUNT } from "../manifest.ts";
import { LIMITS } from "./limits.ts";
import { parseRecipe } from "./parse-recipe.ts";
import { documentHash, preparedRoot } from "./prepared-hashes.ts";
import {
  PREPARED_KIND,
  PREPARED_VERSION,
  type PreparedManifest,
  type PreparedSchema,
  type PreparedShardEntry,
  type StoredFile,
} from "./prepared-manifest.ts";
import { shardBytes } from "./prepared-shard.ts";

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Validates the bytes of a manifest: every field, that the numbers agree with each other, that hashes and root are those of
 * its own parts, and that it is written in the one canonical way.
 *
 * @throws CorexError DATA_MANIFEST_TOO_LARGE, DATA_MANIFEST_INVALID naming the field and its value, DATA_RECIPE_INVALID.
 */
export function parsePrepared(bytes: Uint8Array): PreparedManifest {
  if (bytes.length > LIMITS.manifestBytes) {
    throw new CorexError(
      "DATA_MANIFEST_TOO_LARGE",
      `the manifest has ${bytes.length} bytes, at most ${LIMITS.manifestBytes} are allowed`,
      { retry: "after-change", details: { bytes: bytes.length, limit: LIMITS.manifestBytes } },
    );
  }
  const text = Buffer.from(bytes).toString("utf8");
  const manifest = readFields(new JsonReader(decode(text), "DATA_MANIFEST_INVALID", "manifest"));
  checkSums(manifest);
  if (canonicalJson(manifest) !== text) throw invalid("it is not canonical JSON, or it has fields that mean nothing");
  return manifest;
}

function readFields(reader: JsonReader): PreparedManifest {
  const recipe = parseRecipe(reader.field("recipe").json());
  const schema = readSchema(reader.field("schema"), recipe.data);
  const list = reader.field("shards").items();
  if (list.length === 0 || list.length > LIMITS.shards)
    throw reader.field("shards").fail(`1 to ${LIMITS.shards} shards`);
  const shards = list.map(readShard);
  const counts = reader.field("counts");
  const source = reader.field("source");
  return {
    kind: reader.field("kind").literal(PREPARED_KIND),
    version: reader.field("version").literal(PREPARED_VERSION),
    recipe,
    preprocessingHash: reader.field("preprocessingHash").literal(documentHash(recipe)),
    schema,
    schemaHash: reader.field("schemaHash").literal(documentHash(schema)),
    seed: reader.field("seed").literal(recipe.seed),
    counts: {
      read: counts.field("read").integer(1, MAX_COUNT),
      rows: counts.field("rows").integer(1, MAX_COUNT),
      bytes: counts.field("bytes").integer(1, Number.MAX_SAFE_INTEGER),
    },
    shardRows: reader.field("shardRows").integer(1, LIMITS.shardBytes),
    statistics: readStatistics(reader.field("statistics")),
    source: {
      files: source.field("files").integer(1, LIMITS.files),
      bytes: source.field("bytes").integer(1, Number.MAX_SAFE_INTEGER),
      list: readFile(source.field("list"), LIMITS.sourceListBytes),
    },
    shards,
    shardRoot: reader.field("shardRoot").literal(preparedRoot(shards)),
  };
}

function readSchema<Data extends PreparedSchema["data"]>(schema: JsonReader, data: Data): PreparedSchema {
  const classes = schema.field("classes");
  const layout = schema.field("layout");
  // Reading a field checks that it is an object; which fields it has depends on the kind of data.
  layout.optional("width");
  return {
    data: schema.field("data").literal(data),
    width: schema.field("width").integer(1, LIMITS.width),
    layout: layout.json() as PreparedSchema["layout"],
    classes: classes.isNull() ? null : classes.items().map((name) => name.string()),
  };
}

function readStatistics(statistics: JsonReader): PreparedManifest["statistics"] {
  if (statistics.isNull()) return null;
  const means = statistics.field("means").items();
  const stds = statistics.field("stds").items(means.length);
  return { means: means.map((mean) => mean.number()), stds: stds.map((std) => std.number()) };
}

function readShard(entry: JsonReader, index: number): PreparedShardEntry {
  return {
    index: entry.field("index").literal(index),
    rows: entry.field("rows").integer(1, MAX_COUNT),
    ...readFile(entry, LIMITS.shardBytes),
  };
}

function readFile(file: JsonReader, limit: number): StoredFile {
  return {
    cid: readCid(file.field("cid")),
    bytes: file.field("bytes").integer(1, limit),
    sha256: file.field("sha256").matching(SHA256, "64 lower-case hexadecimal digits"),
  };
}

function readCid(reader: JsonReader): BlockCid {
  try {
    return parseBlockCid(reader.string());
  } catch {
    throw reader.fail("a CID of a UnixFS file");
  }
}

/** The parts must agree: a reader then knows the size of everything before it fetches anything. */
function checkSums({ counts, shards, shardRows, schema }: PreparedManifest): void {
  const labelled = schema.classes !== null;
  for (const { index, rows, bytes } of shards) {
    const isLast = index === shards.length - 1;
    if (isLast ? rows > shardRows : rows !== shardRows)
      throw invalid(`shard ${index} has ${rows} rows of ${shardRows}`);
    const expected = shardBytes({ index, rows, width: schema.width, labelled });
    if (bytes !== expected) throw invalid(`shard ${index} has ${bytes} bytes, its rows make ${expected}`);
  }
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  if (rows !== counts.rows || bytes !== counts.bytes) {
    throw invalid(`the shards have ${rows} rows and ${bytes} bytes, counts say ${counts.rows} and ${counts.bytes}`);
  }
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
}

function invalid(reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_MANIFEST_INVALID", `the manifest is wrong: ${reason}`, { retry: "after-change", cause });
}

import { CorexError } from "../../errors.ts";
import { canonicalJson } from "../../store/canonical-json.ts";
import { contentIdOf, type ContentId } from "../../store/content-id.ts";
import { readFile } from "../../store/unixfs-file.ts";
import { JsonReader } from "../json-reader.ts";
import { buildPrepared, type PrepareOptions } from "./build-prepared.ts";
import { loadPrepared } from "./load-prepared.ts";
import type { SourceDigest } from "./pass.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";
import type { DatasetStore } from "./prepare-dataset.ts";

/** Blocks are computed for their CIDs alone. */
const FORGETFUL = { put: (): Promise<void> => Promise.resolve() };

/**
 * Repeats a preparation from the raw input, stores nothing, and compares every shard and the manifest byte for byte.
 *
 * @param input file or folder.
 * @returns the manifest, which is the one that this input and its recipe give.
 * @throws CorexError DATA_VERIFY_MISMATCH naming the first difference, and as `loadPrepared` and `buildPrepared`.
 */
export async function verifyDataset(
  manifestId: ContentId,
  input: string,
  store: DatasetStore,
  options: PrepareOptions = {},
): Promise<PreparedManifest> {
  const expected = await loadPrepared(store.content, manifestId);
  const { manifest, bytes, sources } = await buildPrepared(input, expected.recipe, FORGETFUL, options);

  if (manifest.source.list.sha256 !== expected.source.list.sha256) {
    throw mismatch(await differingFile(expected, sources, store));
  }
  for (const part of ["schema", "statistics", "counts", "shardRows"] as const) {
    const [found, wanted] = [manifest[part], expected[part]].map((value) => canonicalJson(value));
    if (found !== wanted) throw mismatch(`${part} is ${shorten(found)}, the manifest says ${shorten(wanted)}`);
  }
  for (const [index, shard] of manifest.shards.entries()) {
    const wanted = expected.shards[index];
    if (shard.cid !== wanted?.cid) throw mismatch(`shard ${index} is ${shard.cid}, the manifest says ${wanted?.cid}`);
  }
  const found = contentIdOf(bytes);
  if (found !== manifestId) throw mismatch(`the input gives the manifest ${found}`);
  return expected;
}

/** The first raw file that is another one than when the dataset was made. */
async function differingFile(
  expected: PreparedManifest,
  sources: readonly SourceDigest[],
  { blocks }: DatasetStore,
): Promise<string> {
  const { cid, bytes } = expected.source.list;
  const wanted = readList(await readFile(blocks, cid, bytes));
  const found = new Map(sources.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, digest] of wanted) {
    const other = found.get(path);
    if (other === undefined) return `the raw file ${path} is missing`;
    if (other !== digest) return `the raw file ${path} has the SHA-256 ${other}, it was ${digest}`;
  }
  const added = [...found.keys()].find((path) => !wanted.has(path));
  return added === undefined ? "the list of raw files is another one" : `the raw file ${added} was not there`;
}

/** SHA-256 by path. */
function readList(bytes: Uint8Array): Map<string, string> {
  const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  const files = new JsonReader(json, "DATA_MANIFEST_INVALID", "list of raw files").field("files").items();
  return new Map(files.map((file) => [file.field("path").string(), file.field("sha256").string()]));
}

function mismatch(difference: string): CorexError {
  return new CorexError("DATA_VERIFY_MISMATCH", `the raw input does not give this dataset: ${difference}`, {
    details: { difference },
  });
}

function shorten(text = ""): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

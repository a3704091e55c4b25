import type { BlockCid } from "../../store/block-cid.ts";
import type { JsonValue } from "../../store/canonical-json.ts";
import type { Standardizer } from "../standardize.ts";
import type { Recipe } from "./recipe.ts";

export const PREPARED_KIND = "corex/prepared-dataset";
export const PREPARED_VERSION = 1;

/** A file in the block store. */
export interface StoredFile {
  /** UnixFS file. */
  readonly cid: BlockCid;
  readonly bytes: number;
  /** SHA-256 of its bytes in lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** One shard. */
export interface PreparedShardEntry extends StoredFile {
  readonly index: number;
  readonly rows: number;
}

/** What the values of a row are. */
export interface PreparedSchema {
  readonly data: Recipe["data"];
  readonly width: number;
  /** Columns, sizes or buckets, by the kind of data. */
  readonly layout: Readonly<Record<string, JsonValue>>;
  /** Class names; the position is the label. Null when rows have no class. */
  readonly classes: readonly string[] | null;
}

/** The public description of a prepared dataset. Layout and meaning of every field: docs/data.md. */
export interface PreparedManifest {
  readonly kind: typeof PREPARED_KIND;
  readonly version: typeof PREPARED_VERSION;
  readonly recipe: Recipe;
  /** keccak256 of the canonical JSON of the recipe. */
  readonly preprocessingHash: `0x${string}`;
  readonly schema: PreparedSchema;
  /** keccak256 of the canonical JSON of the schema. */
  readonly schemaHash: `0x${string}`;
  readonly seed: string;
  /** `read`: rows of the input that were kept; `rows`: rows stored, copies and variants included. */
  readonly counts: { readonly read: number; readonly rows: number; readonly bytes: number };
  readonly shardRows: number;
  /** What values were scaled with, by channel; null when they were not. */
  readonly statistics: Standardizer | null;
  /** The raw files: their number, their bytes, and the list of `{path, bytes, sha256}`. */
  readonly source: { readonly files: number; readonly bytes: number; readonly list: StoredFile };
  /** In index order, without gaps. */
  readonly shards: readonly PreparedShardEntry[];
  /** Root of the keccak Merkle tree over (index, value) of every shard. */
  readonly shardRoot: `0x${string}`;
}

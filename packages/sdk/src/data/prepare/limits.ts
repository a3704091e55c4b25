/** Bounds of what a dataset may be prepared from and into. They keep memory constant, whatever the input. */
export const LIMITS = {
  /** Bytes of a manifest, and of a recipe. */
  manifestBytes: 1024 * 1024,
  /** Shards of a dataset: their list must fit into the manifest. */
  shards: 4096,
  /** Bytes of one shard: a UnixFS file with one layer of links. */
  shardBytes: 32 * 1024 * 1024,
  /** Rows of a shard when the recipe leaves it open, in bytes. */
  defaultShardBytes: 1024 * 1024,
  /** Values in a row. */
  width: 1_048_576,
  /** Values in a row with statistics or names of their own. */
  columns: 4096,
  classes: 1024,
  /** Raw files of a dataset. */
  files: 100_000,
  /** Bytes of the list of raw files. */
  sourceListBytes: 32 * 1024 * 1024,
  /** Bytes of one image file, and pixels of one image. */
  imageBytes: 64 * 1024 * 1024,
  imagePixels: 64_000_000,
  /** Bytes of one CSV record: more is an unclosed quote. */
  recordBytes: 4 * 1024 * 1024,
  /** Bytes of a Parquet row group: as it is stored, decompressed, and of its numbers, which are held as a whole. */
  rowGroupBytes: 64 * 1024 * 1024,
  /** Rows of a Parquet row group: what other libraries write at most by default. */
  rowGroupRows: 1024 * 1024,
} as const;

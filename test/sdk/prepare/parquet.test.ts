import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { join } from "node:path";

import { expect } from "chai";
import { parquetMetadata } from "hyparquet";
import { parquetWriteBuffer, type ColumnSource } from "hyparquet-writer";

import { checkRowGroups } from "@corex/sdk/data/prepare/check-row-groups";
import { LIMITS } from "@corex/sdk/data/prepare/limits";
import { loadPreparedShard } from "@corex/sdk/data/prepare/load-prepared-shard";
import { ParquetBytes } from "@corex/sdk/data/prepare/parquet-bytes";
import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import type { PreparedManifest } from "@corex/sdk/data/prepare/prepared-manifest";
import { openStore } from "@corex/sdk/store/open-store";

import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { CSV, recipe, writeInput } from "./support/inputs.ts";

/** The table of `CSV` as Apache Arrow writes it: pages of the first version, columns that may have gaps, dictionaries, two groups. */
const ARROW = [
  "UEFSMRUEFTAVLEwVBhUAEgAAGAAABQEE+D8FBygAAMAAAAAAAADQPxUAFRQVGCwVBhUQFQYVBhwAAAAKJAIAAAAGAQIDJAAVBBUYFRxMFQYVABIAAAwsKAAA",
  "ADIAAAA8AAAAFQAVFBUYLBUGFRAVBhUGHAAAAAokAgAAAAYBAgMkABUEFRwVIEwVBBUAEgAADjQDAAAAY2F0AwAAAGRvZxUAFRIVFiwVBhUQFQYVBhwAAAAJ",
  "IAIAAAAGAQEDAhUEFRAVFEwVAhUAEgAACBwAAAAAAAAIQBUAFRIVFiwVAhUQFQYVBhwAAAAJIAIAAAACAQECABUEFQgVDEwVAhUAEgAABAxGAAAAFQAVEhUW",
  "LBUCFRAVBhUGHAAAAAkgAgAAAAIBAQIAFQQVDhUSTBUCFQASAAAHGAMAAABkb2cVABUSFRYsFQIVEBUGFQYcAAAACSACAAAAAgEBAgAVBBlMNQAYBnNjaGVt",
  "YRUGABUKJQIYBmhlaWdodAAVAiUCGAZ3ZWlnaHQAFQwlAhgEa2luZCUATBwAAAAWCBksGTwmABwVChk1AAYQGRgGaGVpZ2h0FQIWBhaGARaGASZQJggpLBUE",
  "FQAVAgAVABUQFQIAPCkGGSYABgAAACYAHBUCGTUABhAZGAZ3ZWlnaHQVAhYGFm4WdibGASaOASksFQQVABUCABUAFRAVAgA8KQYZJgAGAAAAJgAcFQwZNQAG",
  "EBkYBGtpbmQVAhYGFnAWeCbAAiaEAiksFQQVABUCABUAFRAVAgA8FhIZBhkmAAYAAAAW5AIWBiYIFvQCABk8JgAcFQoZNQAGEBkYBmhlaWdodBUCFgIWZBZs",
  "JqwDJvwCKSwVBBUAFQIAFQAVEBUCADwpBhkmAAIAAAAmABwVAhk1AAYQGRgGd2VpZ2h0FQIWAhZcFmQmkAQm6AMpLBUEFQAVAgAVABUQFQIAPCkGGSYAAgAA",
  "ACYAHBUMGTUABhAZGARraW5kFQIWAhZiFmom+gQmzAQpLBUEFQAVAgAVABUQFQIAPBYGGQYZJgACAAAAFqICFgIm/AIWugIAKCBwYXJxdWV0LWNwcC1hcnJv",
  "dyB2ZXJzaW9uIDI1LjAuMRk8HAAAHAAAHAAAAOsBAABQQVIx",
].join("");

const ROWS = 10;

/** Ten rows in groups of four, with a column of every type that is read as numbers. */
function columns(overrides: Readonly<Record<string, ColumnSource>> = {}): ColumnSource[] {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const all: Record<string, ColumnSource> = {
    double: { name: "double", data: rows.map((row) => row / 4), type: "DOUBLE" },
    nullable: { name: "nullable", data: rows.map((row) => -row), type: "DOUBLE", nullable: true },
    long: { name: "long", data: rows.map((row) => BigInt(row) - 5n), type: "INT64" },
    flag: { name: "flag", data: rows.map((row) => row % 3 === 0), type: "BOOLEAN" },
    number: { name: "number", data: rows.map((row) => row % 2), type: "INT32" },
    ...overrides,
  };
  return Object.values(all);
}

const EXPECTED = Array.from({ length: ROWS }, (_, row) => [row / 4, 0 - row, row - 5, row % 3 === 0 ? 1 : 0]);

// Parquet
// ├── what Apache Arrow writes gives the shards of the same CSV
// ├── for every compression: it reads numbers of every type, with numbers as classes
// ├── given rows: it keeps them wherever groups begin; a gap outside of them does not matter, one inside is named by its row in the file
// ├── for groups with too many rows or numbers, it fails with DATA_TOO_LARGE
// └── ParquetBytes: lends pieces and pages up to the size of a row group, and takes them back
describe("Parquet", function () {
  const folder = temporaryFolder();

  async function prepare(
    bytes: Uint8Array | ArrayBuffer,
    fields: object = {},
  ): Promise<{ manifest: PreparedManifest; rows: number[][]; labels: number[] }> {
    const input = await writeInput(folder(), "a.parquet", new Uint8Array(bytes));
    const store = openStore(`dir:${join(folder(), "store")}`);
    const { manifest } = await prepareDataset(input, recipe({ data: "table", format: "parquet", ...fields }), store);
    const { values, width, labels } = await loadPreparedShard(manifest, 0, store.blocks);
    const rows = Array.from({ length: values.length / width }, (_, row) => [
      ...values.subarray(row * width, (row + 1) * width),
    ]);
    return { manifest, rows, labels: [...(labels ?? [])] };
  }

  it("gives what Apache Arrow writes the shards of the same CSV", async function () {
    const { manifest } = await prepare(Buffer.from(ARROW, "base64"), { target: "kind" });
    const input = await writeInput(folder(), "a.csv", CSV);
    const store = openStore(`dir:${join(folder(), "store")}`);
    const fields = { data: "table", format: "csv", target: "kind" };
    const { manifest: fromCsv } = await prepareDataset(input, recipe(fields), store);
    expect(manifest.shards).to.deep.equal(fromCsv.shards);
    expect(manifest.schema).to.deep.equal(fromCsv.schema);
  });

  const compressors = {
    GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
    BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes)),
    ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)),
  };
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
    it(`reads numbers of every type from ${codec} pages, with numbers as classes`, async function () {
      const bytes = parquetWriteBuffer({ columnData: columns(), rowGroupSize: 4, codec, compressors });
      const { rows, labels, manifest } = await prepare(bytes, { target: "number" });
      expect(rows).to.deep.equal(EXPECTED);
      expect(labels).to.deep.equal(Array.from({ length: ROWS }, (_, row) => row % 2));
      expect(manifest.schema.classes).to.deep.equal(["0", "1"]);
    });
  }

  it("fails with DATA_MALFORMED_PARQUET when a page decompresses to more than it says", async function () {
    const bombs = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(Buffer.concat([bytes, bytes]))) };
    const bytes = parquetWriteBuffer({ columnData: columns(), codec: "GZIP", compressors: bombs });
    await expectCorexError(() => prepare(bytes), "DATA_MALFORMED_PARQUET", /larger than|more than/, "after-change");
  });

  describe("given rows to keep", function () {
    const gaps = (row: number): ColumnSource => ({
      name: "nullable",
      data: Array.from({ length: ROWS }, (_, index) => (index === row ? null : -index)),
      type: "DOUBLE",
      nullable: true,
    });

    it("keeps them wherever groups begin", async function () {
      const bytes = parquetWriteBuffer({ columnData: columns(), rowGroupSize: 4 });
      for (const [start, end] of [[0, 4], [3, 5], [5, 7], [4, 8], [2, 10], [9, null]] as const) {
        const { rows } = await prepare(bytes, { rows: { start, end }, target: "number" });
        expect(rows).to.deep.equal(EXPECTED.slice(start, end ?? ROWS));
      } // prettier-ignore
    });

    it("does not mind a gap outside of them, in their group or another", async function () {
      for (const row of [1, 4]) {
        const bytes = parquetWriteBuffer({ columnData: columns({ nullable: gaps(row) }), rowGroupSize: 4 });
        const { rows } = await prepare(bytes, { rows: { start: 5, end: 8 }, target: "number" });
        expect(rows).to.deep.equal(EXPECTED.slice(5, 8));
      }
    });

    it("fails with DATA_MISSING_CELL for a gap inside of them, and names its row in the file", async function () {
      const bytes = parquetWriteBuffer({ columnData: columns({ nullable: gaps(6) }), rowGroupSize: 4 });
      const run = () => prepare(bytes, { rows: { start: 5, end: 8 } });
      await expectCorexError(run, "DATA_MISSING_CELL", /row 6: no usable value in column "nullable"/, "after-change");
    });
  });

  describe("given groups that are too large", function () {
    const flags = (rows: number): ColumnSource => ({
      name: "flag",
      data: Array<boolean>(rows).fill(true),
      type: "BOOLEAN",
    });

    it("fails with DATA_TOO_LARGE for too many rows", async function () {
      const rows = LIMITS.rowGroupRows + 1;
      const bytes = parquetWriteBuffer({ columnData: [flags(rows)], rowGroupSize: rows });
      await expectCorexError(
        () => prepare(bytes),
        "DATA_TOO_LARGE",
        /row group 0 .* has 1048577 rows, at most 1048576/,
      );
    });

    it("fails with DATA_TOO_LARGE for too many numbers, however few bytes they take in the file", async function () {
      const rows = 1000;
      const metadata = parquetMetadata(parquetWriteBuffer({ columnData: [flags(rows)] }));
      const widest = LIMITS.rowGroupBytes / 8 / rows;
      const file = { path: "input", location: "flags", bytes: 0 };
      checkRowGroups(file, metadata, Math.floor(widest));
      const check = () => checkRowGroups(file, metadata, Math.ceil(widest));
      await expectCorexError(
        check,
        "DATA_TOO_LARGE",
        /row group 0 of flags has 67112000 bytes, at most/,
        "after-change",
      );
    });
  });

  describe("ParquetBytes", function () {
    it("lends pieces and pages up to the size of a row group, and takes them back", async function () {
      const location = await writeInput(folder(), "bytes", Uint8Array.of(1, 2, 3, 4));
      const bytes = await ParquetBytes.open({ path: "input", location, bytes: 4 });
      try {
        const piece = await bytes.slice(1, 100);
        expect([...new Uint8Array(piece)]).to.deep.equal([2, 3, 4]);
        // Snappy: a length of 2, and a literal of 2 bytes.
        const page = bytes.compressors.SNAPPY?.(Uint8Array.of(2, 4, 7, 8), 2) ?? new Uint8Array();
        expect([...page]).to.deep.equal([7, 8]);
        bytes.release();
        expect([piece.byteLength, page.length]).to.deep.equal([0, 0]);
        for (const decompress of Object.values(bytes.compressors)) {
          expect(() => decompress(Uint8Array.of(0), LIMITS.rowGroupBytes + 1)).to.throw(RangeError, /of a row group/);
        }
        for (const [start, end] of [[-1, 2], [5, 6], [3, 2], [NaN, 1]] as const) {
          const failure = await bytes.slice(start, end).catch((error: unknown) => error);
          expect(failure).to.be.instanceOf(RangeError);
        } // prettier-ignore
      } finally {
        await bytes.close();
      }
    });

    it("refuses a file that became shorter", async function () {
      const location = await writeInput(folder(), "bytes", Uint8Array.of(1, 2));
      const bytes = await ParquetBytes.open({ path: "input", location, bytes: 4 });
      try {
        const failure = await bytes.slice(0, 4).catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(RangeError).with.property("message", "it ends before byte 4");
      } finally {
        await bytes.close();
      }
    });
  });
});

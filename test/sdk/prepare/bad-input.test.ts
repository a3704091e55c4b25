import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { expect } from "chai";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";

import { buildPrepared } from "@corex/sdk/data/prepare/build-prepared";
import { LIMITS } from "@corex/sdk/data/prepare/limits";
import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import { openStore } from "@corex/sdk/store/open-store";

import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { CSV, float32, npy, parquet, png, recipe, writeInput } from "./support/inputs.ts";

type Fields = Readonly<Record<string, unknown>>;

const CSV_TABLE: Fields = { data: "table", format: "csv" };
const PARQUET: Fields = { data: "table", format: "parquet" };
const F32: Fields = { data: "vectors", format: "f32", width: 2 };
const NPY: Fields = { data: "vectors", format: "npy" };
const TEXT: Fields = { data: "text", sliceBytes: 16, buckets: 4 };
const IMAGES: Fields = { data: "images", width: 2, height: 2, colour: "grey" };

interface BadInput {
  readonly when: string;
  readonly files: () => Readonly<Record<string, string | Uint8Array>> | Promise<Readonly<Record<string, Uint8Array>>>;
  readonly fields: Fields;
  readonly code: string;
  readonly message: RegExp;
}

const file = (content: string | Uint8Array) => (): Readonly<Record<string, string | Uint8Array>> => ({
  input: content,
});

const noise = async (): Promise<Uint8Array> => {
  const pixels = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 256));
  return new Uint8Array(
    await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer(),
  );
};

/** A Parquet file with a column that has a gap. */
const gap = (): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: "a", data: [1, null, 3], type: "DOUBLE", nullable: true }] }),
  );

const BAD: readonly BadInput[] = [
  { when: "the file is empty", files: file(""), fields: CSV_TABLE, code: "DATA_EMPTY", message: /the file is empty/ },
  { when: "the folder is empty", files: () => ({}), fields: IMAGES, code: "DATA_EMPTY", message: /has no files/ },
  { when: "a CSV has only a header", files: file("a,b\n"), fields: CSV_TABLE, code: "DATA_EMPTY", message: /no record/ },
  { when: "a CSV is cut off in a row", files: file("a,b\n1,2\n3"), fields: CSV_TABLE, code: "DATA_MISSING_CELL", message: /line 3: no cell for column "b"/ },
  { when: "a CSV is cut off in quotes", files: file('a,b\n1,2\n3,"4'), fields: CSV_TABLE, code: "DATA_MALFORMED_CSV", message: /[Qq]uote/ },
  { when: "a CSV has too many cells", files: file("a,b\n1,2,3\n"), fields: CSV_TABLE, code: "DATA_MALFORMED_CSV", message: /line 2: 3 cells/ },
  { when: "a CSV cell is no number", files: file("a,b\n1,2\n3,x\n"), fields: CSV_TABLE, code: "DATA_NOT_NUMERIC", message: /line 3: "x" in column "b"/ },
  { when: "a CSV cell is empty", files: file("a,b\n1,\n"), fields: CSV_TABLE, code: "DATA_MISSING_CELL", message: /line 2/ },
  { when: "a CSV cell is beyond floats", files: file("a\n1e39\n"), fields: CSV_TABLE, code: "DATA_OUT_OF_RANGE", message: /no 32-bit float/ },
  { when: "CSV values cannot be averaged", files: file("a\n1.5e308\n-1.5e308\n"), fields: { ...CSV_TABLE, standardise: true }, code: "DATA_OUT_OF_RANGE", message: /too large to average/ },
  { when: "a CSV has an endless line", files: file(`a\n${"1".repeat(LIMITS.recordBytes + 40_000)}`), fields: CSV_TABLE, code: "DATA_MALFORMED_CSV", message: /more than 4194304 bytes/ },
  { when: "a CSV has an endless quote", files: file(`a\n"${"1".repeat(LIMITS.recordBytes + 40_000)}`), fields: CSV_TABLE, code: "DATA_MALFORMED_CSV", message: /[Rr]ecord/ },
  { when: "a CSV is an image", files: () => ({ input: png(4, 4, 200) }), fields: CSV_TABLE, code: "DATA_NOT_UTF8", message: /not UTF-8/ },
  { when: "a column is unknown", files: file(CSV), fields: { ...CSV_TABLE, columns: ["age"] }, code: "DATA_UNKNOWN_COLUMN", message: /no column "age"; the columns are "height", "weight", "kind"/ },
  { when: "the target is unknown", files: file(CSV), fields: { ...CSV_TABLE, target: "age" }, code: "DATA_UNKNOWN_TARGET", message: /no column "age"/ },
  { when: "no column is left", files: file("a\n1\n"), fields: { ...CSV_TABLE, target: "a" }, code: "DATA_EMPTY", message: /no feature column/ },
  { when: "no row is kept", files: file(CSV), fields: { ...CSV_TABLE, target: "kind", rows: { start: 9 } }, code: "DATA_EMPTY", message: /keeps no row/ },
  { when: "a class has too many names", files: file(`a,t\n${Array.from({ length: LIMITS.classes + 1 }, (_, row) => `1,c${row}`).join("\n")}`), fields: { ...CSV_TABLE, target: "t" }, code: "DATA_TOO_MANY_CLASSES", message: /more than 1024/ },
  { when: "a table is a folder", files: () => ({ "a/b.csv": CSV }), fields: CSV_TABLE, code: "DATA_WRONG_TYPE", message: /is a folder/ },
  { when: "polynomial columns are too many", files: file(`${Array.from({ length: 100 }, (_, at) => `c${at}`).join(",")}\n`), fields: { ...CSV_TABLE, polynomial: true }, code: "DATA_TOO_LARGE", message: /5150 values, at most 4096/ },
  { when: "a shard would be too large", files: file(CSV), fields: { ...CSV_TABLE, target: "kind", shardRows: 4_000_000 }, code: "DATA_TOO_LARGE", message: /lower shardRows/ },
  { when: "a Parquet file is a CSV", files: file(CSV), fields: PARQUET, code: "DATA_MALFORMED_PARQUET", message: /no Parquet file/ },
  { when: "a Parquet file is cut off", files: () => ({ input: parquet().slice(0, -20) }), fields: PARQUET, code: "DATA_MALFORMED_PARQUET", message: /no Parquet file/ },
  { when: "a Parquet file has lost its middle", files: () => ({ input: damage(parquet(), 4, 60) }), fields: { ...PARQUET, target: "kind" }, code: "DATA_MALFORMED_PARQUET", message: /no Parquet file/ },
  { when: "a Parquet value is missing", files: () => ({ input: gap() }), fields: PARQUET, code: "DATA_MISSING_CELL", message: /row 1: no usable value in column "a"/ },
  { when: "a Parquet column is text", files: () => ({ input: parquet() }), fields: PARQUET, code: "DATA_NOT_NUMERIC", message: /row 0: the value of column "kind"/ },
  { when: "a row group is too large", files: () => ({ input: hugeGroup() }), fields: PARQUET, code: "DATA_TOO_LARGE", message: /row group 0 .* write smaller groups/ },
  { when: "vectors are cut off", files: () => ({ input: float32(1, 2, 3) }), fields: F32, code: "DATA_TRUNCATED", message: /12 bytes, no multiple of the 8/ },
  { when: "a vector is not finite", files: () => ({ input: float32(1, 2, 3, Infinity) }), fields: F32, code: "DATA_NOT_NUMERIC", message: /value 1 of row 1 .* is Infinity/ },
  { when: "a .npy file is something else", files: file(CSV), fields: NPY, code: "DATA_MALFORMED_NPY", message: /does not begin as one/ },
  { when: "a .npy file is cut off", files: () => ({ input: npy([[1, 2]]).slice(0, -1) }), fields: NPY, code: "DATA_TRUNCATED", message: /not the 144 bytes that its header says/ },
  { when: "a .npy header is cut off", files: () => ({ input: npy([[1, 2]]).slice(0, 40) }), fields: NPY, code: "DATA_MALFORMED_NPY", message: /cut off/ },
  { when: "a .npy file holds integers", files: () => ({ input: npy([[1, 2]], "<i8" as "<f8") }), fields: NPY, code: "DATA_MALFORMED_NPY", message: /<f4 or <f8/ },
  { when: "a .npy array has another width", files: () => ({ input: npy([[1, 2]]) }), fields: { ...NPY, width: 3 }, code: "DATA_WRONG_WIDTH", message: /have 2 values, not 3/ },
  { when: "text is not UTF-8", files: () => ({ input: Uint8Array.of(0x41, 0xff) }), fields: TEXT, code: "DATA_NOT_UTF8", message: /not UTF-8/ },
  { when: "text holds NUL", files: file("a\0b"), fields: TEXT, code: "DATA_NOT_TEXT", message: /NUL/ },
  { when: "text is too short", files: file("ab"), fields: { ...TEXT, minSliceBytes: 4 }, code: "DATA_EMPTY", message: /keeps no row/ },
  { when: "a text has no class folder", files: () => ({ "a/x.txt": "x", "y.txt": "y" }), fields: { ...TEXT, classes: "folders" }, code: "DATA_MISSING_CLASS", message: /y\.txt is in no sub-folder/ },
  { when: "an image is text", files: () => ({ "a.png": "hello" }), fields: IMAGES, code: "DATA_WRONG_TYPE", message: /a\.png is no image/ },
  { when: "an image is a drawing", files: () => ({ "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>' }), fields: IMAGES, code: "DATA_WRONG_TYPE", message: /format is svg/ },
  { when: "a PNG is cut off", files: () => ({ "a.png": png(64, 64, 1).slice(0, 3000) }), fields: IMAGES, code: "DATA_MALFORMED_IMAGE", message: /a\.png is damaged/ },
  { when: "a JPEG is cut off", files: async () => ({ "a.jpg": (await noise()).slice(0, 1500) }), fields: IMAGES, code: "DATA_MALFORMED_IMAGE", message: /a\.jpg is damaged/ },
  { when: "an image has too many pixels", files: () => ({ "a.png": hugePng() }), fields: IMAGES, code: "DATA_MALFORMED_IMAGE", message: /pixel limit/ },
  { when: "labels.csv is missing", files: () => ({ "a.png": png(4, 4, 1) }), fields: { ...IMAGES, classes: "labels.csv" }, code: "DATA_MISSING_CLASS", message: /no labels\.csv/ },
  { when: "labels.csv names what is not there", files: () => ({ "a.png": png(4, 4, 1), "labels.csv": "file,label\na.png,x\nb.png,y\n" }), fields: { ...IMAGES, classes: "labels.csv" }, code: "DATA_UNKNOWN_FILE", message: /b\.png, which is not there/ },
  { when: "labels.csv leaves an image out", files: () => ({ "a.png": png(4, 4, 1), "b.png": png(4, 4, 1), "labels.csv": "file,label\na.png,x\n" }), fields: { ...IMAGES, classes: "labels.csv" }, code: "DATA_MISSING_CLASS", message: /nothing about b\.png/ },
]; // prettier-ignore

// prepareDataset, bad input
// └── for each kind of bad input: it fails with a code that says what is wrong, and no manifest is stored
describe("prepareDataset with bad input", function () {
  const folder = temporaryFolder();

  for (const { when, files, fields, code, message } of BAD) {
    it(`fails with ${code} when ${when}`, async function () {
      const entries = Object.entries(await files());
      await writeInput(folder(), "raw/.hidden", "not an input");
      for (const [name, content] of entries) await writeInput(folder(), `raw/${name}`, content);
      const input = join(folder(), "raw", entries[0]?.[0] === "input" ? "input" : "");
      const store = openStore(`dir:${join(folder(), "store")}`);
      await expectCorexError(() => prepareDataset(input, recipe(fields), store), code, message, "after-change");
      const stored = await readdir(join(folder(), "store")).catch(() => []);
      expect(stored.filter((name) => name !== "blocks")).to.deep.equal([]);
    });
  }

  it("fails with DATA_TOO_LARGE when there are too many shards", async function () {
    const input = await writeInput(folder(), "a.csv", `a\n${"1\n".repeat(LIMITS.shards + 1)}`);
    // Thousands of files that are flushed to disk take long, and are not what is tested.
    const forgetful = { put: () => Promise.resolve() };
    const build = () => buildPrepared(input, recipe({ ...CSV_TABLE, shardRows: 1 }), forgetful);
    await expectCorexError(build, "DATA_TOO_LARGE", /more than 4096 shards of 1 rows: raise shardRows/, "after-change");
  });

  it("fails with DATA_MISSING_INPUT when there is no input", async function () {
    const store = openStore(`dir:${folder()}`);
    const missing = join(folder(), "nothing");
    await expectCorexError(
      () => prepareDataset(missing, recipe(CSV_TABLE), store),
      "DATA_MISSING_INPUT",
      /no such file/,
    );
  });
});

/** Bytes of which those in [start, end) are zero. */
function damage(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.map((byte, at) => (at >= start && at < end ? 0xff : byte));
}

/** A Parquet file of one group above the limit: few values, each of a megabyte. */
function hugeGroup(): Uint8Array {
  const data = Array.from({ length: LIMITS.rowGroupBytes / 2 ** 20 + 1 }, (_, row) => `${row}`.padEnd(2 ** 20, "x"));
  return new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: "a", data, type: "STRING" }], codec: "UNCOMPRESSED" }),
  );
}

/** A PNG that says it has 100,000 x 100,000 pixels. */
function hugePng(): Uint8Array {
  const bytes = Buffer.from(png(4, 4, 1));
  bytes.writeUInt32BE(100_000, 16);
  bytes.writeUInt32BE(100_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return new Uint8Array(bytes);
}

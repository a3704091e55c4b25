import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { parquetWriteFile } from "hyparquet-writer";
import sharp from "sharp";

import { createPrng } from "@corex/sdk/data/prng";

const COLUMNS = [..."abcdefgh"];
const ROWS_PER_WRITE = 1000;

/** Words of the text: a few hundred, so that buckets fill as they do with language. */
const WORDS = Array.from({ length: 400 }, (_, index) => `w${(index * 2654435761).toString(36)}`);

/** A table of eight numbers with six decimals and a class. Returns its path, as all of these. */
export function writeCsv(path: string, bytes: number): string {
  const random = numbers("csv");
  return writeUntil(path, bytes, `${COLUMNS.join(",")},class\n`, () => {
    let text = "";
    for (let row = 0; row < ROWS_PER_WRITE; row++) {
      text += `${COLUMNS.map(() => (random() * 200 - 100).toFixed(6)).join(",")},c${row % 3}\n`;
    }
    return Buffer.from(text);
  });
}

/** The same numbers without the class, as doubles in row groups of 100,000 rows. */
export function writeParquet(path: string, bytes: number): string {
  const rows = Math.ceil(bytes / (COLUMNS.length * 8));
  const random = numbers("parquet");
  const columnData = COLUMNS.map((name) => ({
    name,
    data: Float64Array.from({ length: rows }, () => random() * 200 - 100),
    type: "DOUBLE" as const,
  }));
  parquetWriteFile({ filename: path, columnData, rowGroupSize: 100_000 });
  return path;
}

/** Rows of 128 float32. */
export function writeVectors(path: string, bytes: number): string {
  const random = numbers("vectors");
  return writeUntil(path, bytes, "", () => Buffer.from(Float32Array.from({ length: 128 * 64 }, random).buffer));
}

export function writeText(path: string, bytes: number): string {
  const random = numbers("text");
  const word = (): string => WORDS[Math.floor(random() ** 2 * WORDS.length)] ?? "";
  return writeUntil(path, bytes, "", () => Buffer.from(`${Array.from({ length: 10_000 }, word).join(" ")}\n`));
}

/** JPEG files of 512 x 512 noisy pixels. */
export async function writeImages(folder: string, bytes: number): Promise<string> {
  mkdirSync(folder);
  const random = numbers("images");
  let written = 0;
  for (let index = 0; written < bytes; index++) {
    const pixels = Buffer.from(
      Uint8Array.from({ length: 512 * 512 * 3 }, (_, at) => (at / 3000 + random() * 60) % 256),
    );
    const jpeg = await sharp(pixels, { raw: { width: 512, height: 512, channels: 3 } })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, `${String(index).padStart(6, "0")}.jpg`), jpeg);
    written += jpeg.length;
  }
  return folder;
}

/** Uniform numbers in [0, 1): a linear congruential generator from a seed word; that of the SDK is slower than the disk. */
function numbers(seed: string): () => number {
  let state = createPrng(seed).nextUint32();
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function writeUntil(path: string, bytes: number, start: string, next: () => Buffer): string {
  const file = openSync(path, "w");
  let written = writeSync(file, start);
  while (written < bytes) written += writeSync(file, next());
  closeSync(file);
  return path;
}

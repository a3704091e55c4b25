import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

import { parquetWriteBuffer } from "hyparquet-writer";

import { parseRecipe } from "@corex/sdk/data/prepare/parse-recipe";
import type { Recipe } from "@corex/sdk/data/prepare/recipe";

/** A recipe with the seed `test`, and the fields given. */
export function recipe(fields: Readonly<Record<string, unknown>>): Recipe {
  return parseRecipe({ kind: "corex/recipe", version: 1, seed: "test", ...fields });
}

/** Writes a file and the folders above it; returns its path. */
export async function writeInput(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

export const CSV = "height,weight,kind\n1.5,40,cat\n-2,5e1,dog\n0.25,60,cat\n3,70,dog\n";

/** The same table as {@link CSV}. */
export function parquet(rowGroupSize = 3): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "height", data: [1.5, -2, 0.25, 3], type: "DOUBLE" },
        { name: "weight", data: [40, 50, 60, 70], type: "INT32" },
        { name: "kind", data: ["cat", "dog", "cat", "dog"], type: "STRING" },
      ],
      rowGroupSize,
    }),
  );
}

export function float32(...values: number[]): Uint8Array {
  return new Uint8Array(Buffer.from(new Float32Array(values).buffer));
}

/** A .npy file (version 1) of rows of numbers. */
export function npy(rows: readonly (readonly number[])[], type: "<f4" | "<f8" = "<f8"): Uint8Array {
  const shape = `(${rows.length}, ${rows[0]?.length ?? 0})`;
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117, " ") + "\n";
  const prefix = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 0xff, header.length >> 8]);
  const body = type === "<f4" ? new Float32Array(rows.flat()) : new Float64Array(rows.flat());
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(header, "latin1"), Buffer.from(body.buffer)]));
}

/** A PNG of which every pixel differs: red is the column, green the row, blue `blue`. Not compressed: the same bytes everywhere. */
export function png(width: number, height: number, blue: number): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (__, x) => [x * 10, y * 10, blue]).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.from(rows.flat()), { level: 0 });
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}

/** A folder of two classes with two images each; returns its path. */
export async function writeImages(folder: string): Promise<string> {
  for (const [index, name] of ["cat/a.png", "cat/b.png", "dog/a.png", "dog/b.png"].entries()) {
    await writeInput(folder, `images/${name}`, png(8, 6, index * 50));
  }
  return join(folder, "images");
}

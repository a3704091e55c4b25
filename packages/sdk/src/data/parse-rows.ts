import { signedBounds } from "../math/fixed-point.ts";
import type { BatchShape } from "./batch-shape.ts";
import type { JsonReader } from "./json-reader.ts";

/** Reads rows of d values of the format whose last value is 1; with `count`, exactly that many rows. */
export function parseRows(rows: JsonReader, { d, bits, fraction }: BatchShape, count?: number): bigint[][] {
  const { min, max } = signedBounds(bits);
  const one = 1n << BigInt(fraction);
  return rows
    .items(count)
    .map((row) =>
      row.items(d).map((cell, column) => (column === d - 1 ? cell.bigint(one, one) : cell.bigint(min, max))),
    );
}

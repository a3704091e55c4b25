import type { FixedPoint } from "./fixed-point.ts";

/** Converts a fixed-point integer back to a real number: value / 2^fraction. Exact up to 53 bits. */
export function dequantize(value: bigint, format: Pick<FixedPoint, "fraction">): number {
  return Number(value) / 2 ** format.fraction;
}

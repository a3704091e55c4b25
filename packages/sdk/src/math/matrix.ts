import { CorexError } from "../errors.ts";
import { requireRange, requireSigned, signedBounds } from "./fixed-point.ts";
import { roundedShift } from "./rounded-shift.ts";

/** Rows of equal length. */
export type Matrix = readonly (readonly bigint[])[];

/** What a matrix has to be: its size, and the bits of its signed values. */
export interface MatrixFormat {
  readonly rows: number;
  readonly cols: number;
  readonly bits: number;
}

/** A matrix rounded half up: value = quotient * 2^shift + remainder - 2^(shift-1). */
export interface RoundedMatrix {
  readonly quotient: bigint[][];
  /** In [0, 2^shift): what a circuit range checks. */
  readonly remainder: bigint[][];
}

/** @throws CorexError MATH_SHAPE when the size differs, MATH_OUT_OF_RANGE when a value does not fit, naming `tensor`. */
export function requireMatrix(tensor: string, matrix: Matrix, { rows, cols, bits }: MatrixFormat): void {
  requireLength(tensor, matrix, rows);
  matrix.forEach((row, i) => {
    requireLength(`${tensor}[${i}]`, row, cols);
    row.forEach((value, j) => requireSigned(value, bits, "MATH_OUT_OF_RANGE", tensor, i * cols + j));
  });
}

/** @throws CorexError MATH_SHAPE, naming `tensor`. */
export function requireLength(tensor: string, values: readonly unknown[], expected: number): void {
  const actual = values.length;
  if (actual === expected) return;
  throw new CorexError("MATH_SHAPE", `${tensor} has ${actual} elements, expected ${expected}`, {
    retry: "after-change",
    details: { tensor, expected, actual },
  });
}

/** log2 of a batch size. @throws CorexError MATH_SHAPE when it is not a power of two: the mean would not be a shift. */
export function batchBits(m: number): number {
  const bits = Math.log2(m);
  if (Number.isInteger(bits) && bits >= 0) return bits;
  throw new CorexError("MATH_SHAPE", `the batch size ${m} is not a power of two`, { details: { m } });
}

/** Exact product. Sizes are the caller's to check. */
export function multiply(left: Matrix, right: Matrix): bigint[][] {
  const columns = transpose(right);
  return left.map((row) => columns.map((column) => dot(row, column)));
}

export function transpose(matrix: Matrix): bigint[][] {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? 0n));
}

export function dot(left: readonly bigint[], right: readonly bigint[]): bigint {
  return left.reduce((sum, value, i) => sum + value * (right[i] ?? 0n), 0n);
}

/** Applies `combine` to each pair of entries of two matrices of one size. */
export function zip(left: Matrix, right: Matrix, combine: (a: bigint, b: bigint) => bigint): bigint[][] {
  return left.map((row, i) => row.map((value, j) => combine(value, right[i]?.[j] ?? 0n)));
}

export function sumOfSquares(matrix: Matrix): bigint {
  return matrix.reduce((sum, row) => sum + dot(row, row), 0n);
}

/** One column of values as a matrix. */
export function column(values: readonly bigint[]): bigint[][] {
  return values.map((value) => [value]);
}

/** Cuts rows out of values that are written row by row. @throws CorexError MATH_SHAPE. */
export function reshape(tensor: string, values: readonly bigint[], rows: number, cols: number): bigint[][] {
  requireLength(tensor, values, rows * cols);
  return Array.from({ length: rows }, (_, i) => values.slice(i * cols, (i + 1) * cols));
}

/**
 * Divides every entry by 2^shift, rounded half up.
 *
 * @param lowest smallest quotient allowed, for a range that is not that of signed numbers.
 * @throws CorexError MATH_OVERFLOW when a quotient leaves its `bits` bits, signed unless `lowest` says otherwise: such a
 *   computation has no proof.
 */
export function roundMatrix(
  tensor: string,
  matrix: Matrix,
  shift: number,
  bits: number,
  lowest = signedBounds(bits).min,
): RoundedMatrix {
  const half = 1n << BigInt(shift - 1);
  const quotient = matrix.map((row, i) =>
    row.map((value, j) => {
      const rounded = roundedShift(value, shift);
      requireRange(rounded, { min: lowest, max: lowest + (1n << BigInt(bits)) - 1n }, tensor, i * row.length + j);
      return rounded;
    }),
  );
  return { quotient, remainder: zip(matrix, quotient, (value, rounded) => value + half - (rounded << BigInt(shift))) };
}

/** Integer matrices and the arithmetic of the statements, written anew so that no test leans on the code it judges. */

export type Matrix = readonly (readonly bigint[])[];

/** floor((a + 2^(shift-1)) / 2^shift) with the remainder in [0, 2^shift). */
export function rounded(a: bigint, shift: number): { value: bigint; remainder: bigint } {
  const divisor = 2n ** BigInt(shift);
  const numerator = a + divisor / 2n;
  const remainder = ((numerator % divisor) + divisor) % divisor;
  return { value: (numerator - remainder) / divisor, remainder };
}

export function roundedMatrix(matrix: Matrix, shift: number): { value: bigint[][]; remainder: bigint[][] } {
  return {
    value: matrix.map((row) => row.map((a) => rounded(a, shift).value)),
    remainder: matrix.map((row) => row.map((a) => rounded(a, shift).remainder)),
  };
}

export function multiply(left: Matrix, right: Matrix): bigint[][] {
  return left.map((row) => transpose(right).map((column) => dot(row, column)));
}

export function transpose(matrix: Matrix): bigint[][] {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? 0n));
}

export function combine(left: Matrix, right: Matrix, entry: (a: bigint, b: bigint) => bigint): bigint[][] {
  return left.map((row, i) => row.map((a, j) => entry(a, right[i]?.[j] ?? 0n)));
}

export function dot(left: readonly bigint[], right: readonly bigint[]): bigint {
  return left.reduce((sum, a, i) => sum + a * (right[i] ?? 0n), 0n);
}

/** The weights after a step: each minus its gradient divided by 2^rate, rounded half up. */
export function updated(weights: Matrix, gradient: Matrix, rate: number): bigint[][] {
  return combine(weights, gradient, (w, g) => w - rounded(g, rate).value);
}

export function column(values: readonly bigint[]): bigint[][] {
  return values.map((value) => [value]);
}

export function log2(n: number): number {
  return Math.round(Math.log2(n));
}

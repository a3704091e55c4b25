import { mod } from "./r1cs.ts";
import type { Random } from "./random.ts";

export type Matrix = bigint[][];

/** Parameters of the circuits of a network; T is the learning rate of a step. */
export interface NetworkParams {
  readonly m: number;
  readonly d: number;
  readonly h: number;
  readonly k: number;
  readonly B: number;
  readonly F: number;
  readonly T: number;
}

export interface NetworkVector {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly W1: Matrix;
  readonly W2: Matrix;
}

/** value = quotient * 2^S + remainder - 2^(S-1). */
export interface Rounded {
  readonly quotient: Matrix;
  readonly remainder: Matrix;
}

/** What a dishonest prover does otherwise; whatever follows from it is computed from it. */
export interface Deviation {
  /** Where the rectifier lets an error pass. */
  readonly passes?: (activation: bigint) => boolean;
  /** Another rounding of a product. */
  readonly round?: Partial<Record<"Z1" | "Z2" | "E1" | "G1" | "G2", (honest: Rounded) => Rounded>>;
}

/** Private inputs of MlpStep by name, with what the circuits make of them. */
export interface NetworkWitness {
  readonly tensors: Record<string, Matrix>;
  readonly loss: bigint;
  readonly correct: bigint;
}

/**
 * A step of a network with one hidden layer, computed with plain loops and a floor division, independent of the SDK.
 * Ranges are not looked at.
 */
export function networkWitness(
  { X, Y, W1, W2 }: NetworkVector,
  { m, F, T }: NetworkParams,
  { passes = (activation) => activation >= 1n, round = {} }: Deviation = {},
): NetworkWitness {
  const rounded = (name: keyof typeof round, exact: Matrix, shift: number): Rounded => {
    const honest = divide(exact, shift);
    return round[name]?.(honest) ?? honest;
  };
  // Rounded up for an evaluation, which proves no mean: m is then any number.
  const shift = F + Math.ceil(Math.log2(m));
  const { quotient: Z1, remainder: Z1rem } = rounded("Z1", product(X, W1), F);
  const H = Z1.map((row) => row.map((z) => (z > 0n ? z : 0n)));
  const { quotient: Z2, remainder: Z2rem } = rounded("Z2", product(H, W2), F);
  const D2 = Z2.map((row, i) => row.map((z, j) => z - at(Y, i, j)));
  const { quotient: E1, remainder: E1rem } = rounded("E1", product(D2, transposed(W2)), F);
  const D1 = E1.map((row, i) => row.map((e, j) => (passes(at(Z1, i, j)) ? e : 0n)));
  const { quotient: G2, remainder: G2rem } = rounded("G2", product(transposed(H), D2), shift);
  const { quotient: G1, remainder: G1rem } = rounded("G1", product(transposed(X), D1), shift);
  const W1new = update(W1, G1, T);
  const W2new = update(W2, G2, T);
  return {
    tensors: { X, Y, W1, W2, Z1, Z1rem, Z2, Z2rem, E1, E1rem, G1, G1rem, G2, G2rem, W1new, W2new },
    loss: D2.flat().reduce((sum, value) => sum + value * value, 0n),
    correct: BigInt(Z2.filter((row, i) => firstMaximum(row) === firstMaximum(Y[i] ?? [])).length),
  };
}

/** Inputs by name, reduced modulo p, with salts and a context. */
export function networkInputs(tensors: Record<string, Matrix>, names: readonly string[]): Record<string, unknown> {
  const chosen = names.map((name): [string, Matrix] => [name, (tensors[name] ?? []).map((row) => row.map(mod))]);
  return { ...Object.fromEntries<unknown>(chosen), modelSalt: 11n, batchSalt: 22n, ctx: 33n };
}

/** True when every value fits in B signed bits, and the hidden layer in the range that its sign moves by one. */
export function isProvable(tensors: Record<string, Matrix>, { B }: NetworkParams): boolean {
  const half = 1n << BigInt(B - 1);
  return Object.entries(tensors).every(([name, matrix]) => {
    const low = name === "Z1" ? 1n - half : -half;
    return name.endsWith("rem") || matrix.flat().every((value) => value >= low && value < low + 2n * half);
  });
}

/** Draws small values, so that most steps stay in range. */
export function drawNetwork(random: Random, { m, d, h, k }: NetworkParams, scale: bigint): NetworkVector {
  const matrix = (rows: number, cols: number): Matrix =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.between(-scale, scale)));
  return { X: matrix(m, d), Y: matrix(m, k), W1: matrix(d, h), W2: matrix(h, k) };
}

/** Index of the first maximum, by sorting. */
export function firstMaximum(row: readonly bigint[]): number {
  const order = row.map((value, index) => ({ value, index }));
  order.sort((a, b) => (a.value === b.value ? a.index - b.index : a.value > b.value ? -1 : 1));
  return order[0]?.index ?? -1;
}

/** The matrix with one entry changed. */
export function changed(matrix: Matrix, i: number, j: number, change: bigint): Matrix {
  return matrix.map((row, r) => row.map((value, c) => (r === i && c === j ? value + change : value)));
}

function divide(exact: Matrix, shift: number): Rounded {
  const divisor = 2n ** BigInt(shift);
  const half = divisor / 2n;
  const remainder = exact.map((row) => row.map((a) => (((a + half) % divisor) + divisor) % divisor));
  const quotient = exact.map((row, i) => row.map((a, j) => (a + half - at(remainder, i, j)) / divisor));
  return { quotient, remainder };
}

function update(weights: Matrix, gradient: Matrix, T: number): Matrix {
  const { quotient } = divide(gradient, T);
  return weights.map((row, i) => row.map((w, j) => w - at(quotient, i, j)));
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => transposed(b).map((col) => row.reduce((sum, value, t) => sum + value * (col[t] ?? 0n), 0n)));
}

function transposed(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? 0n));
}

function at(matrix: Matrix, i: number, j: number): bigint {
  return matrix[i]?.[j] ?? 0n;
}

import type { Matrix } from "../../../packages/sdk/src/math/matrix.ts";

/** Sizes of a model: with h, a perceptron with one hidden layer. */
interface Sizes {
  readonly m: number;
  readonly d: number;
  readonly k: number;
  readonly F: number;
}

/**
 * The models once more, written from their formulas entry by entry, with divisions instead of shifts and nothing shared
 * with the SDK. Values are not checked: a value out of range is what these are for.
 */
export function naiveLinear(
  X: Matrix,
  Y: Matrix,
  W: Matrix,
  { m, d, k, F }: Sizes,
): { loss: bigint; gradient: bigint[][] } {
  const R = table(m, k, (i, l) => sum(d, (j) => at(X, i, j) * at(W, j, l)) - 2n ** BigInt(F) * at(Y, i, l));
  return {
    loss: sum(m, (i) => sum(k, (l) => at(R, i, l) ** 2n)),
    gradient: table(d, k, (j, l) =>
      roundHalfUp(
        sum(m, (i) => at(X, i, j) * at(R, i, l)),
        2n ** BigInt(2 * F) * BigInt(m),
      ),
    ),
  };
}

/** Everything that a perceptron computes on the way to its gradient. */
export interface NaiveMlp {
  readonly Z1: bigint[][];
  readonly Z2: bigint[][];
  readonly E1: bigint[][];
  readonly loss: bigint;
  readonly G1: bigint[][];
  readonly G2: bigint[][];
}

export function naiveMlp(
  X: Matrix,
  Y: Matrix,
  W1: Matrix,
  W2: Matrix,
  { m, d, h, k, F }: Sizes & { readonly h: number },
): NaiveMlp {
  const unit = 2n ** BigInt(F);
  const Z1 = table(m, h, (i, j) =>
    roundHalfUp(
      sum(d, (t) => at(X, i, t) * at(W1, t, j)),
      unit,
    ),
  );
  const active = (i: number, j: number): boolean => at(Z1, i, j) > 0n;
  const H = table(m, h, (i, j) => (active(i, j) ? at(Z1, i, j) : 0n));
  const Z2 = table(m, k, (i, l) =>
    roundHalfUp(
      sum(h, (j) => at(H, i, j) * at(W2, j, l)),
      unit,
    ),
  );
  const D2 = table(m, k, (i, l) => at(Z2, i, l) - at(Y, i, l));
  const E1 = table(m, h, (i, j) =>
    roundHalfUp(
      sum(k, (l) => at(D2, i, l) * at(W2, j, l)),
      unit,
    ),
  );
  const mean = (value: bigint): bigint => roundHalfUp(value, unit * BigInt(m));
  return {
    Z1,
    Z2,
    E1,
    loss: sum(m, (i) => sum(k, (l) => at(D2, i, l) ** 2n)),
    G2: table(h, k, (j, l) => mean(sum(m, (i) => at(H, i, j) * at(D2, i, l)))),
    G1: table(d, h, (t, j) => mean(sum(m, (i) => (active(i, j) ? at(X, i, t) * at(E1, i, j) : 0n)))),
  };
}

/** Weights after a step along a gradient. */
export function naiveUpdate(weights: readonly bigint[], gradient: readonly bigint[], shift: number): bigint[] {
  return weights.map((weight, j) => weight - roundHalfUp(gradient[j] ?? 0n, 2n ** BigInt(shift)));
}

/** value / divisor rounded half up, by the remainder of a division. */
export function roundHalfUp(value: bigint, divisor: bigint): bigint {
  const numerator = 2n * value + divisor;
  const rest = ((numerator % (2n * divisor)) + 2n * divisor) % (2n * divisor);
  return (numerator - rest) / (2n * divisor);
}

function table(rows: number, cols: number, entry: (i: number, j: number) => bigint): bigint[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => entry(i, j)));
}

function sum(count: number, term: (i: number) => bigint): bigint {
  let total = 0n;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

function at(matrix: Matrix, i: number, j: number): bigint {
  const value = matrix[i]?.[j];
  if (value === undefined) throw new Error(`no entry at ${i}, ${j}`);
  return value;
}

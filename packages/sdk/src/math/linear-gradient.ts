import {
  batchBits,
  type Matrix,
  multiply,
  requireMatrix,
  roundMatrix,
  sumOfSquares,
  transpose,
  zip,
} from "./matrix.ts";

/** Parameters of the linear gradient circuits, named as in their sources. */
export interface LinearGradientParams {
  /** Samples in a batch, a power of two. */
  readonly m: number;
  /** Features of a sample. */
  readonly d: number;
  /** Outputs of the model. */
  readonly k: number;
  /** Bits of a signed value. */
  readonly B: number;
  /** Bits of a signed feature; B when left out. */
  readonly BX?: number;
  /** Fraction bits of a value. */
  readonly F: number;
}

/** A batch and a linear model, in units of 2^(-F). */
export interface LinearGradientInput {
  /** Samples, m rows of d features. */
  readonly X: Matrix;
  /** Targets, m rows of k values. */
  readonly Y: Matrix;
  /** Weights, d rows of k values. */
  readonly W: Matrix;
  readonly params: LinearGradientParams;
}

/** Everything one gradient computes. */
export interface LinearGradientResult {
  /** XW - 2^F Y, m rows of k values in units of 2^(-2F), exact. */
  readonly residuals: bigint[][];
  /** Sum of squared residuals in units of 2^(-4F), exact. Divide by m for the mean. */
  readonly loss: bigint;
  /** Mean gradient of half the squared loss, d rows of k values in units of 2^(-F), rounded half up. */
  readonly gradient: bigint[][];
  /** X^T residuals + 2^(S-1) - 2^S gradient, in [0, 2^S). */
  readonly remainder: bigint[][];
}

/**
 * Gradient of the squared loss of a linear model, bit for bit as the circuits prove it.
 *
 * gradient = round(X^T (XW - 2^F Y) / 2^S) with S = 2F + log2(m), rounded half up.
 *
 * @throws CorexError MATH_SHAPE when a dimension differs from the parameters, MATH_OUT_OF_RANGE when an input leaves its
 *   signed bits, MATH_OVERFLOW when the gradient does: such a gradient has no proof.
 */
export function linearGradient(input: LinearGradientInput): LinearGradientResult {
  const { X, params } = input;
  const { m, B, F } = params;
  const S = 2 * F + batchBits(m);
  requireLinearInput(input);
  const residuals = linearResidualsOf(input);
  const { quotient, remainder } = roundMatrix("gradient", multiply(transpose(X), residuals), S, B);
  return { residuals, loss: sumOfSquares(residuals), gradient: quotient, remainder };
}

/** XW - 2^F Y, exact, of an input that was checked. */
export function linearResidualsOf({ X, Y, W, params }: LinearGradientInput): bigint[][] {
  return zip(multiply(X, W), Y, (prediction, target) => prediction - (target << BigInt(params.F)));
}

/** @throws CorexError MATH_SHAPE, MATH_OUT_OF_RANGE. */
export function requireLinearInput({ X, Y, W, params: { m, d, k, B, BX = B } }: LinearGradientInput): void {
  requireMatrix("X", X, { rows: m, cols: d, bits: BX });
  requireMatrix("Y", Y, { rows: m, cols: k, bits: B });
  requireMatrix("W", W, { rows: d, cols: k, bits: B });
}

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
import { mlpForward, type MlpForwardInput, type MlpForwardResult } from "./mlp-forward.ts";

/** A batch and a perceptron, in units of 2^(-F). */
export interface MlpGradientInput extends MlpForwardInput {
  /** Targets, m rows of k values. */
  readonly Y: Matrix;
}

/** Everything one gradient computes. Values in units of 2^(-F); remainders of rounding are what a circuit range checks. */
export interface MlpGradientResult extends MlpForwardResult {
  /** Z2 - Y, exact. */
  readonly D2: bigint[][];
  /** Sum of squared D2 in units of 2^(-2F), exact. Divide by m for the mean. */
  readonly loss: bigint;
  /** D2 W2^T, m rows of h values. */
  readonly E1: bigint[][];
  /** In [0, 2^F). */
  readonly E1rem: bigint[][];
  /** E1 where the hidden unit is active, else zero. */
  readonly D1: bigint[][];
  /** Mean gradient of half the squared loss by W1 and W2. */
  readonly G1: bigint[][];
  readonly G2: bigint[][];
  /** In [0, 2^S). */
  readonly G1rem: bigint[][];
  readonly G2rem: bigint[][];
}

/**
 * Gradient of the squared loss of a perceptron by back-propagation, bit for bit as the circuits prove it.
 *
 * After {@link mlpForward}: D2 = Z2 - Y, E1 = round(D2 W2^T / 2^F), D1 = E1 where Z1 >= 1 (the rectifier has derivative
 * zero at zero), G2 = round(H^T D2 / 2^S), G1 = round(X^T D1 / 2^S) with S = F + log2(m), all rounded half up.
 *
 * @throws CorexError as {@link mlpForward}; MATH_OVERFLOW when E1, G1 or G2 leaves B signed bits.
 */
export function mlpGradient(input: MlpGradientInput): MlpGradientResult {
  const { X, Y, W2, params } = input;
  const { m, k, B, F } = params;
  const S = F + batchBits(m);
  requireMatrix("Y", Y, { rows: m, cols: k, bits: B });
  const forward = mlpForward(input);
  const D2 = zip(forward.Z2, Y, (output, target) => output - target);
  const { quotient: E1, remainder: E1rem } = roundMatrix("E1", multiply(D2, transpose(W2)), F, B);
  const D1 = zip(E1, forward.Z1, (error, activation) => (activation >= 1n ? error : 0n));
  const { quotient: G2, remainder: G2rem } = roundMatrix("G2", multiply(transpose(forward.H), D2), S, B);
  const { quotient: G1, remainder: G1rem } = roundMatrix("G1", multiply(transpose(X), D1), S, B);
  return { ...forward, D2, loss: sumOfSquares(D2), E1, E1rem, D1, G1, G1rem, G2, G2rem };
}

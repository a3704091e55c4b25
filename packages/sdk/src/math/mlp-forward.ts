import { signedBounds } from "./fixed-point.ts";
import { type Matrix, multiply, requireMatrix, roundMatrix } from "./matrix.ts";

/** Parameters of the circuits of a perceptron with one hidden layer, named as in their sources. */
export interface MlpParams {
  /** Samples in a batch, a power of two. */
  readonly m: number;
  /** Features of a sample. */
  readonly d: number;
  /** Hidden units. */
  readonly h: number;
  /** Outputs. */
  readonly k: number;
  /** Bits of a signed value. */
  readonly B: number;
  /** Fraction bits of a value. */
  readonly F: number;
}

/** Samples and weights, in units of 2^(-F). */
export interface MlpForwardInput {
  /** Samples, m rows of d features; a constant column of ones stands for a bias. */
  readonly X: Matrix;
  /** Weights of the hidden layer, d rows of h values. */
  readonly W1: Matrix;
  /** Weights of the output layer, h rows of k values. */
  readonly W2: Matrix;
  readonly params: MlpParams;
}

/** Activations in units of 2^(-F), with the remainders of their rounding, each in [0, 2^F). */
export interface MlpForwardResult {
  /** Hidden layer before its rectifier, m rows of h values. */
  readonly Z1: bigint[][];
  readonly Z1rem: bigint[][];
  /** max(Z1, 0). */
  readonly H: bigint[][];
  /** Outputs, m rows of k values. */
  readonly Z2: bigint[][];
  readonly Z2rem: bigint[][];
}

/**
 * Forward pass of a perceptron: Z1 = round(X W1 / 2^F), H = max(Z1, 0), Z2 = round(H W2 / 2^F), rounded half up.
 *
 * Z2 has B signed bits. Z1 has the range (-2^(B-1), 2^(B-1)], shifted by one: so the sign of Z1 - 1, which is what the
 * derivative of the rectifier asks for, comes out of the range check of the circuit at no cost.
 *
 * @throws CorexError MATH_SHAPE, MATH_OUT_OF_RANGE when an input leaves B signed bits, MATH_OVERFLOW when Z1 or Z2 leaves
 *   its range: such a pass has no proof.
 */
export function mlpForward({ X, W1, W2, params: { m, d, h, k, B, F } }: MlpForwardInput): MlpForwardResult {
  requireMatrix("X", X, { rows: m, cols: d, bits: B });
  requireMatrix("W1", W1, { rows: d, cols: h, bits: B });
  requireMatrix("W2", W2, { rows: h, cols: k, bits: B });
  const { quotient: Z1, remainder: Z1rem } = roundMatrix("Z1", multiply(X, W1), F, B, signedBounds(B).min + 1n);
  const H = Z1.map((row) => row.map((value) => (value > 0n ? value : 0n)));
  const { quotient: Z2, remainder: Z2rem } = roundMatrix("Z2", multiply(H, W2), F, B);
  return { Z1, Z1rem, H, Z2, Z2rem };
}

import { linearGradient } from "./linear-gradient.ts";
import { batchBits, column, requireMatrix } from "./matrix.ts";
import { updateWeights } from "./update-weights.ts";

/** Parameters of the LinearStep circuit, named as in its source. */
export interface LinearStepParams {
  /** Samples in a batch, a power of two. */
  readonly m: number;
  /** Features of a sample. */
  readonly d: number;
  /** Bits of a signed value. */
  readonly B: number;
  /** Fraction bits of a value. */
  readonly F: number;
  /** The learning rate is 2^(-T). */
  readonly T: number;
}

/** Inputs of a step, all in units of 2^(-F). */
export interface LinearStepInput {
  /** Samples, m rows of d features. */
  readonly X: readonly (readonly bigint[])[];
  /** Labels, m values. */
  readonly y: readonly bigint[];
  /** Weights before the step, d values. */
  readonly weights: readonly bigint[];
  readonly params: LinearStepParams;
}

/** Everything one step computes. */
export interface LinearStepResult {
  /** Xw - 2^F y, m values in units of 2^(-2F), exact. */
  readonly residuals: bigint[];
  /** Sum of squared residuals in units of 2^(-4F), exact. Divide by m for the mean. */
  readonly loss: bigint;
  /** Mean gradient, d values in units of 2^(-F), rounded half up. */
  readonly gradient: bigint[];
  /** Weights after the step, d values in units of 2^(-F). */
  readonly newWeights: bigint[];
}

/**
 * One step of gradient descent on the squared loss of a linear model, bit for bit as the LinearStep circuit proves it.
 *
 * gradient = round(X^T (Xw - 2^F y) / 2^S) with S = 2F + log2(m); newWeights = w - round(gradient / 2^T); round is half up.
 *
 * @throws CorexError MATH_SHAPE when a dimension differs from the parameters,
 *   MATH_OUT_OF_RANGE when an input leaves B signed bits,
 *   MATH_OVERFLOW when the gradient or a new weight does, naming tensor and index: such a step has no proof.
 */
export function linearStep(input: LinearStepInput): LinearStepResult {
  const { X, y, weights, params } = input;
  requireInput(input);
  const { residuals, loss, gradient } = linearGradient({
    X,
    Y: column(y),
    W: column(weights),
    params: { m: params.m, d: params.d, k: 1, B: params.B, F: params.F },
  });
  return {
    residuals: residuals.flat(),
    loss,
    gradient: gradient.flat(),
    newWeights: updateWeights(weights, gradient.flat(), params),
  };
}

/** Checked here as well, so that an error names the vector of the caller. */
function requireInput({ X, y, weights, params: { m, d, B } }: LinearStepInput): void {
  batchBits(m);
  requireMatrix("X", X, { rows: m, cols: d, bits: B });
  requireMatrix("y", column(y), { rows: m, cols: 1, bits: B });
  requireMatrix("weights", column(weights), { rows: d, cols: 1, bits: B });
}

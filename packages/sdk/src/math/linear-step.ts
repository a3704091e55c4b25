import { CorexError } from "../errors.ts";
import { requireSigned } from "./fixed-point.ts";
import { roundedShift } from "./rounded-shift.ts";

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
  const { m, B, F, T } = params;
  requireInput(input);

  const residuals = X.map((row, i) => dot(row, weights) - (at(y, i) << BigInt(F)));
  const loss = dot(residuals, residuals);

  const shift = 2 * F + Math.log2(m);
  const gradient = weights.map((_, j) => {
    const accumulator = X.reduce((sum, row, i) => sum + at(row, j) * at(residuals, i), 0n);
    const value = roundedShift(accumulator, shift);
    requireSigned(value, B, "MATH_OVERFLOW", "gradient", j);
    return value;
  });
  const newWeights = weights.map((weight, j) => {
    const value = weight - roundedShift(at(gradient, j), T);
    requireSigned(value, B, "MATH_OVERFLOW", "newWeights", j);
    return value;
  });

  return { residuals, loss, gradient, newWeights };
}

function requireInput({ X, y, weights, params: { m, d, B } }: LinearStepInput): void {
  if (!Number.isInteger(Math.log2(m))) {
    throw new CorexError("MATH_SHAPE", `the batch size ${m} is not a power of two`, { details: { m } });
  }
  if (X.length !== m) throw shapeError("X", m, X.length);
  if (y.length !== m) throw shapeError("y", m, y.length);
  if (weights.length !== d) throw shapeError("weights", d, weights.length);
  X.forEach((row, i) => {
    if (row.length !== d) throw shapeError(`X[${i}]`, d, row.length);
    row.forEach((value, j) => requireSigned(value, B, "MATH_OUT_OF_RANGE", "X", i * d + j));
  });
  y.forEach((value, i) => requireSigned(value, B, "MATH_OUT_OF_RANGE", "y", i));
  weights.forEach((value, j) => requireSigned(value, B, "MATH_OUT_OF_RANGE", "weights", j));
}

function dot(a: readonly bigint[], b: readonly bigint[]): bigint {
  return a.reduce((sum, value, i) => sum + value * at(b, i), 0n);
}

function at(vector: readonly bigint[], index: number): bigint {
  const value = vector[index];
  if (value === undefined) throw shapeError("vector", index + 1, vector.length);
  return value;
}

function shapeError(tensor: string, expected: number, actual: number): CorexError {
  return new CorexError("MATH_SHAPE", `${tensor} has ${actual} elements, expected ${expected}`, {
    retry: "after-change",
    details: { tensor, expected, actual },
  });
}

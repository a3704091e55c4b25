import {
  linearGradient,
  type LinearGradientInput,
  type LinearGradientParams,
  type LinearGradientResult,
} from "./linear-gradient.ts";
import { reshape } from "./matrix.ts";
import { updateWeights } from "./update-weights.ts";

/** Parameters of the LinearStepK circuit. */
export interface LinearStepKParams extends LinearGradientParams {
  /** The learning rate is 2^(-T). */
  readonly T: number;
}

export interface LinearStepKInput extends LinearGradientInput {
  readonly params: LinearStepKParams;
}

export interface LinearStepKResult extends LinearGradientResult {
  /** Weights after the step, d rows of k values in units of 2^(-F). */
  readonly newWeights: bigint[][];
}

/**
 * One step of gradient descent on the squared loss of a linear model with k outputs, bit for bit as LinearStepK proves
 * it: newWeights = W - round(gradient / 2^T), rounded half up.
 *
 * @throws CorexError as {@link linearGradient} and {@link updateWeights} do.
 */
export function linearStepK(input: LinearStepKInput): LinearStepKResult {
  const { W, params } = input;
  const result = linearGradient(input);
  const moved = updateWeights(W.flat(), result.gradient.flat(), params);
  return { ...result, newWeights: reshape("newWeights", moved, params.d, params.k) };
}

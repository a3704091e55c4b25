import type { MlpParams } from "./mlp-forward.ts";
import { mlpGradient, type MlpGradientInput, type MlpGradientResult } from "./mlp-gradient.ts";
import { joinMlp, splitMlp } from "./model-shape.ts";
import { updateWeights } from "./update-weights.ts";

/** Parameters of the MlpStep circuit. */
export interface MlpStepParams extends MlpParams {
  /** The learning rate is 2^(-T). */
  readonly T: number;
}

export interface MlpStepInput extends MlpGradientInput {
  readonly params: MlpStepParams;
}

export interface MlpStepResult extends MlpGradientResult {
  /** Weights after the step, in units of 2^(-F). */
  readonly W1new: bigint[][];
  readonly W2new: bigint[][];
}

/**
 * One step of gradient descent on the squared loss of a perceptron, bit for bit as MlpStep proves it: every weight
 * moves by -round(gradient / 2^T), rounded half up.
 *
 * @throws CorexError as {@link mlpGradient} and {@link updateWeights} do.
 */
export function mlpStep(input: MlpStepInput): MlpStepResult {
  const result = mlpGradient(input);
  const moved = updateWeights(joinMlp(input), joinMlp({ W1: result.G1, W2: result.G2 }), input.params);
  const { W1, W2 } = splitMlp(moved, input.params);
  return { ...result, W1new: W1, W2new: W2 };
}

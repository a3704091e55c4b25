import { CorexError } from "../errors.ts";
import type { EvaluationResult } from "./evaluate-linear.ts";
import { requireMatrix, sumOfSquares, zip } from "./matrix.ts";
import { mlpForward } from "./mlp-forward.ts";
import type { MlpGradientInput } from "./mlp-gradient.ts";
import { countCorrect, largestIndex } from "./predicted-class.ts";

/**
 * Evaluation of a perceptron, bit for bit as MlpEvaluate proves it. The loss is in units of 2^(-2F).
 *
 * The class of a sample is the first index of the largest entry of Z2, of a target the first index of its largest entry.
 *
 * @throws CorexError as {@link mlpForward}; MATH_SHAPE for a model with one output.
 */
export function evaluateMlp(input: MlpGradientInput): EvaluationResult {
  const { Y, params } = input;
  if (params.k < 2) throw new CorexError("MATH_SHAPE", "a perceptron with one output has no classes");
  requireMatrix("Y", Y, { rows: params.m, cols: params.k, bits: params.B });
  const { Z2 } = mlpForward(input);
  const classes = Z2.map(largestIndex);
  return {
    loss: sumOfSquares(zip(Z2, Y, (output, target) => output - target)),
    correct: countCorrect(classes, Y.map(largestIndex)),
    classes,
  };
}

import {
  type LinearGradientInput,
  type LinearGradientParams,
  linearResidualsOf,
  requireLinearInput,
} from "./linear-gradient.ts";
import { multiply, sumOfSquares } from "./matrix.ts";
import { countCorrect, largestIndex } from "./predicted-class.ts";

export interface EvaluateLinearInput extends LinearGradientInput {
  readonly params: Omit<LinearGradientParams, "BX">;
}

/** What a model is worth on a batch. */
export interface EvaluationResult {
  /** Sum of squared errors, exact; the unit is that of the model's gradient. */
  readonly loss: bigint;
  /** Samples whose class the model finds. */
  readonly correct: number;
  /** The class that the model gives each sample; for one output 1 when the prediction is positive, else 0. */
  readonly classes: number[];
}

/**
 * Evaluation of a linear model, bit for bit as LinearEvaluate proves it. The loss is in units of 2^(-4F).
 *
 * The class of a sample is the first index of the largest entry of XW, of a target the first index of its largest entry;
 * with one output the classes are prediction > 0 and target > 0.
 *
 * @throws CorexError MATH_SHAPE, MATH_OUT_OF_RANGE when an input leaves B signed bits.
 */
export function evaluateLinear(input: EvaluateLinearInput): EvaluationResult {
  requireLinearInput(input);
  const classOf = (row: readonly bigint[]): number =>
    input.params.k === 1 ? Number((row[0] ?? 0n) > 0n) : largestIndex(row);
  const classes = multiply(input.X, input.W).map(classOf);
  return {
    loss: sumOfSquares(linearResidualsOf(input)),
    correct: countCorrect(classes, input.Y.map(classOf)),
    classes,
  };
}

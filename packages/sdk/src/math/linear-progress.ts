import { CorexError } from "../errors.ts";
import { linearResidualsOf, requireLinearInput } from "./linear-gradient.ts";
import type { LinearResidualsInput } from "./linear-residuals.ts";
import { column, sumOfSquares } from "./matrix.ts";

export interface LinearProgressInput extends LinearResidualsInput {
  /** Weights after a step, in units of 2^(-F). */
  readonly newWeights: readonly bigint[];
}

/** Losses on one batch, in units of 2^(-4F), exact. */
export interface LinearProgressResult {
  readonly loss: bigint;
  readonly newLoss: bigint;
}

/**
 * Loss of a linear model with one output before and after a step, on the same batch, as LinearProgress proves it.
 *
 * @throws CorexError MATH_SHAPE, MATH_OUT_OF_RANGE when an input leaves B signed bits, MATH_NO_PROGRESS when the loss
 *   rises: that has no proof.
 */
export function linearProgress({ X, y, weights, newWeights, params }: LinearProgressInput): LinearProgressResult {
  const { m, d, B, F } = params;
  const lossOf = (values: readonly bigint[]): bigint => {
    const input = { X, Y: column(y), W: column(values), params: { m, d, k: 1, B, F } };
    requireLinearInput(input);
    return sumOfSquares(linearResidualsOf(input));
  };
  const loss = lossOf(weights);
  const newLoss = lossOf(newWeights);
  if (newLoss > loss) {
    throw new CorexError("MATH_NO_PROGRESS", `the loss rises from ${loss} to ${newLoss}`, {
      retry: "after-change",
      details: { loss, newLoss },
    });
  }
  return { loss, newLoss };
}

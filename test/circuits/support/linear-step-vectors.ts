import {
  linearStep,
  type LinearStepParams,
  type LinearStepResult,
} from "../../../packages/sdk/src/math/linear-step.ts";
import { attempt, drawModelVector } from "./model-vectors.ts";
import { roundHalfUp } from "./naive-model.ts";
import type { Random } from "./random.ts";

export interface LinearStepVector {
  readonly X: readonly (readonly bigint[])[];
  readonly y: readonly bigint[];
  readonly weights: readonly bigint[];
}

/** Draws a batch and weights whose values come from one of several scales, end points included. */
export function drawVector(random: Random, { m, d, B }: LinearStepParams): LinearStepVector {
  const { X, Y, weights } = drawModelVector(random, { m, shape: { kind: "linear", d, k: 1 }, B });
  return { X, y: Y.flat(), weights };
}

/** The step, or undefined when it leaves the range and has no proof. */
export function tryStep(vector: LinearStepVector, params: LinearStepParams): LinearStepResult | undefined {
  return attempt(() => linearStep({ ...vector, params }));
}

/** A step computed with a floor division instead of shifts, independent of the SDK. */
export function naiveStep({ X, y, weights }: LinearStepVector, { m, F, T }: LinearStepParams): LinearStepResult {
  const residuals = X.map(
    (row, i) => row.reduce((s, x, j) => s + x * (weights[j] ?? 0n), 0n) - 2n ** BigInt(F) * (y[i] ?? 0n),
  );
  const divisor = 2n ** BigInt(2 * F) * BigInt(m);
  const gradient = weights.map((_, j) =>
    roundHalfUp(
      X.reduce((s, row, i) => s + (row[j] ?? 0n) * (residuals[i] ?? 0n), 0n),
      divisor,
    ),
  );
  return {
    residuals,
    loss: residuals.reduce((s, r) => s + r * r, 0n),
    gradient,
    newWeights: weights.map((w, j) => w - roundHalfUp(gradient[j] ?? 0n, 2n ** BigInt(T))),
  };
}

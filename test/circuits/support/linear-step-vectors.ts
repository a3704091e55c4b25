import { signedBounds } from "../../../packages/sdk/src/math/fixed-point.ts";
import {
  linearStep,
  type LinearStepParams,
  type LinearStepResult,
} from "../../../packages/sdk/src/math/linear-step.ts";
import type { Random } from "./random.ts";

export interface LinearStepVector {
  readonly X: readonly (readonly bigint[])[];
  readonly y: readonly bigint[];
  readonly weights: readonly bigint[];
}

/** Draws a batch and weights whose values come from one of several scales, end points included. */
export function drawVector(random: Random, { m, d, B }: LinearStepParams): LinearStepVector {
  const { min, max } = signedBounds(B);
  const scale = random.pick([1n, 4n, 1n << BigInt(B / 2), max]);
  const value = (): bigint => {
    if (random.next() % 8n === 0n) return random.pick([min, max, 0n, -1n, 1n]);
    const low = -scale < min ? min : -scale;
    return random.between(low, scale > max ? max : scale);
  };
  return {
    X: Array.from({ length: m }, () => Array.from({ length: d }, value)),
    y: Array.from({ length: m }, value),
    weights: Array.from({ length: d }, value),
  };
}

/** The step, or undefined when it leaves the range and has no proof. */
export function tryStep(vector: LinearStepVector, params: LinearStepParams): LinearStepResult | undefined {
  try {
    return linearStep({ ...vector, params });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MATH_OVERFLOW") return undefined;
    throw error;
  }
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

function roundHalfUp(value: bigint, divisor: bigint): bigint {
  const numerator = 2n * value + divisor;
  const rest = ((numerator % (2n * divisor)) + 2n * divisor) % (2n * divisor);
  return (numerator - rest) / (2n * divisor);
}

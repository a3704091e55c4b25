import { CorexError } from "../errors.ts";
import { linearGradient, type LinearGradientParams } from "./linear-gradient.ts";
import { column, type Matrix } from "./matrix.ts";

/** Parameters of the circuits of a linear model with one output. */
export type LinearParams = Pick<LinearGradientParams, "m" | "d" | "B" | "F">;

/** A batch and a linear model with one output, in units of 2^(-F). */
export interface LinearResidualsInput {
  readonly X: Matrix;
  readonly y: readonly bigint[];
  readonly weights: readonly bigint[];
  readonly params: LinearParams;
}

/** How well a linear model fits a batch. */
export interface LinearResidualsResult {
  /** Sum of squared residuals in units of 2^(-4F), exact. */
  readonly loss: bigint;
  /** m values in units of 2^(-2F), exact. */
  readonly residuals: bigint[];
  /** Mean gradient of half the squared loss, d values in units of 2^(-F), rounded half up. */
  readonly gradient: bigint[];
  /** Largest |residual|: the least bound that LinearResiduals proves. */
  readonly largestResidual: bigint;
  /** Largest |gradient|. Small means close to the optimum; see {@link excessLossBound}. */
  readonly largestGradient: bigint;
}

/** Bounds that a certificate claims. Up to twice what the number format allows, so that a constant bound will do. */
export interface ResidualBounds {
  /** In units of 2^(-2F). */
  readonly residualBound: bigint;
  /** In units of 2^(-F). */
  readonly gradientBound: bigint;
}

/**
 * Residuals of a linear model on a batch, as LinearResiduals bounds them.
 *
 * @throws CorexError as `linearGradient` does.
 */
export function linearResiduals({ X, y, weights, params }: LinearResidualsInput): LinearResidualsResult {
  const { m, d, B, F } = params;
  const input = { X, Y: column(y), W: column(weights), params: { m, d, k: 1, B, F } };
  const { residuals, loss, gradient } = linearGradient(input);
  return {
    loss,
    residuals: residuals.flat(),
    gradient: gradient.flat(),
    largestResidual: largest(residuals.flat()),
    largestGradient: largest(gradient.flat()),
  };
}

/** @throws CorexError MATH_BOUND_EXCEEDED when a residual or an entry of the gradient is beyond its bound. */
export function requireBounds(
  { largestResidual, largestGradient }: LinearResidualsResult,
  { residualBound, gradientBound }: ResidualBounds,
): void {
  for (const [name, value, bound] of [
    ["residual", largestResidual, residualBound],
    ["gradient", largestGradient, gradientBound],
  ] as const) {
    if (value > bound) {
      throw new CorexError("MATH_BOUND_EXCEEDED", `the largest ${name} is ${value}, above the bound ${bound}`, {
        retry: "after-change",
        details: { name, value, bound },
      });
    }
  }
}

/**
 * What a bound on the gradient says about the loss: no weights within `radius` of these, in every coordinate, have a
 * mean loss (1/2m) sum_i residual_i^2 that is lower by more than the result. All in real numbers.
 *
 * The loss L is convex, so L(w) - L(v) <= grad L(w) . (w - v) <= d * max_j |grad_j| * max_j |w_j - v_j|. The gradient
 * before rounding is within half a unit of the rounded one.
 */
export function excessLossBound(
  gradientBound: bigint,
  radius: number,
  { d, F }: Pick<LinearParams, "d" | "F">,
): number {
  return d * (Number(gradientBound) + 0.5) * 2 ** -F * radius;
}

function largest(values: readonly bigint[]): bigint {
  return values.reduce((max, value) => {
    const size = value < 0n ? -value : value;
    return size > max ? size : max;
  }, 0n);
}

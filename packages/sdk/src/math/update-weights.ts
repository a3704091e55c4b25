import { requireSigned } from "./fixed-point.ts";
import { requireLength } from "./matrix.ts";
import { roundedShift } from "./rounded-shift.ts";

/** How far and in what format weights move. */
export interface UpdateParams {
  /** Bits of a signed value. */
  readonly B: number;
  /** The learning rate is 2^(-T). */
  readonly T: number;
}

/**
 * Weights after a step along a gradient: w - round(g / 2^T), rounded half up.
 *
 * @throws CorexError MATH_SHAPE, and MATH_OVERFLOW when a new weight leaves B signed bits: such a step has no proof.
 */
export function updateWeights(
  weights: readonly bigint[],
  gradient: readonly bigint[],
  { B, T }: UpdateParams,
): bigint[] {
  requireLength("gradient", gradient, weights.length);
  return weights.map((weight, j) => {
    const value = weight - roundedShift(gradient[j] ?? 0n, T);
    requireSigned(value, B, "MATH_OVERFLOW", "newWeights", j);
    return value;
  });
}

import { CorexError } from "../errors.ts";
import { requireSigned } from "./fixed-point.ts";
import { requireLength } from "./matrix.ts";
import { updateWeights, type UpdateParams } from "./update-weights.ts";

/** The shares of the lanes of a step add up to 2^SHARE_BITS. */
export const SHARE_BITS = 8;

const WHOLE = 2 ** SHARE_BITS;

/** What is averaged: weights and the gradients of the lanes, in units of 2^(-F), in one list each. */
export interface ApplyStepInput {
  readonly weights: readonly bigint[];
  /** Gradient of each lane; undefined for an absent one. */
  readonly gradients: readonly (readonly bigint[] | undefined)[];
  /** Share of each lane, zero for an absent one; see {@link laneShares}. */
  readonly shares: readonly bigint[];
  readonly params: UpdateParams;
}

/**
 * Equal shares of the lanes that are present: floor(2^SHARE_BITS / n) each, and one more for the first lanes until the
 * sum is 2^SHARE_BITS. The contract computes the same.
 *
 * @throws CorexError MATH_SHAPE when no lane is present, or more than 2^SHARE_BITS are.
 */
export function laneShares(present: readonly boolean[]): bigint[] {
  const count = present.filter(Boolean).length;
  if (count === 0 || count > WHOLE) {
    throw new CorexError("MATH_SHAPE", `${count} lanes cannot share a step: 1 to ${WHOLE} can`, {
      retry: "after-change",
      details: { count },
    });
  }
  const share = Math.floor(WHOLE / count);
  let larger = WHOLE % count;
  return present.map((isPresent) => (isPresent ? BigInt(share + (larger-- > 0 ? 1 : 0)) : 0n));
}

/**
 * One step along the weighted mean of the gradients of several lanes, bit for bit as ApplyStep proves it:
 * w' = w - round(sum_i share_i * g_i / 2^(T + SHARE_BITS)), rounded half up, once.
 *
 * @throws CorexError MATH_SHAPE when lengths differ, MATH_SHARES when shares are negative, do not add up to
 *   2^SHARE_BITS or an absent lane has one, MATH_OUT_OF_RANGE when an input leaves B signed bits, MATH_OVERFLOW when a
 *   new weight does: such a step has no proof.
 */
export function applyStep({ weights, gradients, shares, params: { B, T } }: ApplyStepInput): bigint[] {
  requireLength("shares", shares, gradients.length);
  requireShares(gradients, shares);
  weights.forEach((value, j) => requireSigned(value, B, "MATH_OUT_OF_RANGE", "weights", j));
  gradients.forEach((gradient, lane) => {
    if (gradient === undefined) return;
    requireLength(`gradients[${lane}]`, gradient, weights.length);
    gradient.forEach((value, j) => requireSigned(value, B, "MATH_OUT_OF_RANGE", `gradients[${lane}]`, j));
  });
  const sums = weights.map((_, j) =>
    gradients.reduce((sum, gradient, lane) => sum + (shares[lane] ?? 0n) * (gradient?.[j] ?? 0n), 0n),
  );
  return updateWeights(weights, sums, { B, T: T + SHARE_BITS });
}

function requireShares(gradients: ApplyStepInput["gradients"], shares: readonly bigint[]): void {
  const sum = shares.reduce((total, share) => total + share, 0n);
  const lane = shares.findIndex((share, i) => share < 0n || (share > 0n && gradients[i] === undefined));
  if (sum === BigInt(WHOLE) && lane === -1) return;
  const problem = lane === -1 ? `shares add up to ${sum}, not ${WHOLE}` : `lane ${lane} has a share of ${shares[lane]}`;
  throw new CorexError("MATH_SHARES", problem, { retry: "after-change", details: { shares } });
}

// What the default terms make of points and of the first budget.
import { BPS, DEFAULT_TERMS, SUPPLY, budgetDown, feeUp } from "../../support/fixtures.ts";

/** CXT wei for a point at most. */
export const RATE = DEFAULT_TERMS.maxRewardPerPoint;

/** The budget of an epoch before which nothing was released, and how it is shared by the tracks: CXT wei. */
export const FIRST_BUDGET = budgetDown(SUPPLY);
export const COMPUTE_BUDGET = (FIRST_BUDGET * DEFAULT_TERMS.computeShareBps) / BPS;
export const VALIDATE_BUDGET = (FIRST_BUDGET * (BPS - DEFAULT_TERMS.computeShareBps)) / BPS;

/** What a node gets for `points` after the fee, and the fee: CXT wei. */
export function reward(points: bigint, perPoint = RATE, feeBps = DEFAULT_TERMS.claimFeeBps) {
  const fee = feeUp(points * perPoint, feeBps);
  return { amount: points * perPoint - fee, fee };
}

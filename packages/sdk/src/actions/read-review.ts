import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CASE_OUTCOMES, type CaseOutcomeName } from "./read-case.ts";

/** Stages of a review by their number on chain. */
export const REVIEW_STAGES = ["none", "voting", "decided", "planted", "disputed"] as const;

export type ReviewStageName = (typeof REVIEW_STAGES)[number];

/** What becomes of a submitted result. */
export interface ReviewSummary {
  /** "none" while `auditWork` is to be called, or nothing is submitted. */
  readonly stage: ReviewStageName;
  /** Stage before it was disputed. */
  readonly before: ReviewStageName;
  readonly verdict: CaseOutcomeName;
  /** Whether verifiers sat on this result. */
  readonly audited: boolean;
  /** Whether the next audit opens a case whatever chance says. */
  readonly forced: boolean;
  /** Committees that sat on the fragment, at most two. */
  readonly sittings: number;
  /** Quality that the committee found, 0 to 100. */
  readonly score: number;
  /** Case of the last sitting; zero for none. */
  readonly caseId: bigint;
  /** Last second at which it can be contested; of "disputed" the last at which the court can rule. */
  readonly contestUntil: number;
  /** Who had it audited with a bond; the zero address for nobody. */
  readonly challenger: string;
}

/** Review of the present result of a fragment. @throws CorexError CHAIN_*. */
export async function readReview(
  { workReview }: CorexContracts,
  task: string,
  fragment: number,
): Promise<ReviewSummary> {
  try {
    const review = await workReview.reviewOf(task, fragment);
    return {
      stage: REVIEW_STAGES[Number(review.stage)] ?? "none",
      before: REVIEW_STAGES[Number(review.before)] ?? "none",
      verdict: CASE_OUTCOMES[Number(review.verdict)] ?? "none",
      audited: review.audited,
      forced: review.forced,
      sittings: Number(review.sittings),
      score: Number(review.score),
      caseId: review.caseId,
      contestUntil: Number(review.contestUntil),
      challenger: review.challenger,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

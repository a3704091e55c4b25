import type { ContentStore } from "../store/content-store.ts";
import type { WorkTerms } from "../task/work-terms.ts";
import { evaluateClaim } from "./evaluate-claim.ts";
import { loadProvedWork } from "./load-proved-work.ts";
import { abstainOver, accept, reject, type Verdict } from "./verdict.ts";
import { claimDigest, type WorkClaim } from "./work-claim.ts";

/** A result of a task with a circuit. */
export interface CheckedClaim {
  readonly terms: WorkTerms;
  readonly fragment: number;
  /** What was submitted. */
  readonly result: string;
}

/**
 * Computes the claim of a fragment again and compares it with what was submitted. Nothing of the executor is needed; abstains
 * over what the owner had to provide and cannot be had or used.
 */
export async function checkClaim({ terms, fragment, result }: CheckedClaim, store: ContentStore): Promise<Verdict> {
  let claim: WorkClaim;
  try {
    ({ claim } = await evaluateClaim(store, await loadProvedWork(store, terms), fragment));
  } catch (error) {
    return abstainOver(error);
  }
  const found = `loss ${claim.loss}, ${claim.correct} correct`;
  if (claimDigest(claim) === result) return accept(`the claim holds: ${found}`);
  return reject(`the result is ${result}, the claim is ${claimDigest(claim)}: ${found}`);
}

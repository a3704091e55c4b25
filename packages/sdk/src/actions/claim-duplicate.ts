import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { DISPUTE_BOND, openDispute } from "./open-dispute.ts";

export interface DuplicateClaim {
  /** Fragment whose result is said to be a copy. */
  readonly terms: WorkTerms;
  readonly fragment: number;
  /** Task and fragment whose result was there before. */
  readonly original: string;
  readonly originalFragment: number;
  /** SHA-256 digest of a document, not zero. */
  readonly evidence: string;
}

/**
 * Claims that the result of one fragment is a copy of that of another. Approves the bond before. Returns the number of the
 * dispute.
 *
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20_INSUFFICIENTBALANCE and others.
 */
export async function claimDuplicate(
  context: ActionContext,
  { terms, fragment, original, originalFragment, evidence }: DuplicateClaim,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  const args: [WorkTerms, number, string, number, string] = [terms, fragment, original, originalFragment, evidence];
  const intent = `claim-duplicate:${terms.manifest}:${terms.nonce}:${fragment}:${original}:${originalFragment}`;
  return openDispute(context, DISPUTE_BOND, async () => execute(context, arbitration.claimDuplicate, args, intent));
}

import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import type { Claim } from "./submit-proved-work.ts";

/**
 * Proves a result of the sender's node that verifiers rejected or did not verify: it is final and paid.
 *
 * @throws CorexError CHAIN_WORKREVIEW_NOTPARTY, CHAIN_WORKREVIEW_TOOLATE, CHAIN_WORKMARKET_WRONGCLAIM,
 *   CHAIN_PROOFVERIFIER_INVALIDPROOF and others.
 */
export async function proveWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
  claim: Claim,
): Promise<Executed<undefined>> {
  const intent = `prove-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workReview.prove, [terms, fragment, claim], intent);
}

import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { DISPUTE_BOND, openDispute } from "./open-dispute.ts";

/**
 * Takes a result before the court, while it can be contested: its node over a rejection, the owner over an acceptance, a
 * verifier who accepted over a plant. Approves the bond before. Returns the number of the dispute.
 *
 * @param evidence SHA-256 digest of a document, not zero.
 * @throws CorexError CHAIN_WORKREVIEW_NOTPARTY, CHAIN_WORKREVIEW_TOOLATE, CHAIN_WORKREVIEW_WRONGSTAGE,
 *   CHAIN_ERC20_INSUFFICIENTBALANCE and others.
 */
export async function claimResult(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
  evidence: string,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  const intent = `claim-result:${terms.manifest}:${terms.nonce}:${fragment}`;
  return openDispute(context, DISPUTE_BOND, async () =>
    execute(context, arbitration.claimResult, [terms, fragment, evidence], intent),
  );
}

import { contractAddress } from "../contracts/contract-address.ts";
import type { WorkTerms } from "../task/work-terms.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** CXT wei that a challenge risks; `WorkReview.CHALLENGE_BOND` = 10 CXT. */
export const CHALLENGE_BOND = 10n * 10n ** 18n;

/**
 * Has a result audited that chance spared; approves the bond to the escrow of work before. The bond comes back, with a part of
 * what the node loses, when the result is rejected; the node gets it when it is accepted. Open to anyone.
 *
 * @throws CorexError CHAIN_WORKREVIEW_WRONGSTAGE, CHAIN_WORKREVIEW_TOOLATE.
 */
export async function challengeWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const { workEscrow, workReview } = context.contracts;
  await approveToken(context, contractAddress(workEscrow), CHALLENGE_BOND);
  const intent = `challenge-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, workReview.challenge, [terms, fragment], intent);
}

import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Makes a rejected or unverified result of the sender's node final before its time. @throws CorexError CHAIN_WORKREVIEW_NOTPARTY, CHAIN_WORKREVIEW_WRONGVERDICT. */
export async function concedeWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const intent = `concede-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workReview.concede, [terms, fragment], intent);
}

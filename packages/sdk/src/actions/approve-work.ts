import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Makes an accepted result of the sender's task final before its time. @throws CorexError CHAIN_WORKREVIEW_NOTPARTY, CHAIN_WORKREVIEW_NOTAUDITED, CHAIN_WORKREVIEW_WRONGVERDICT, CHAIN_WORKREVIEW_WRONGSTAGE. */
export async function approveWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const intent = `approve-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workReview.approve, [terms, fragment], intent);
}

import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Makes a result final that nobody contested in time, or on which the court did not rule. Open to anyone. @throws CorexError CHAIN_WORKREVIEW_TOOEARLY, CHAIN_WORKREVIEW_WRONGSTAGE. */
export async function finaliseWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const intent = `finalise-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workReview.finalise, [terms, fragment], intent);
}

import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Names a submission: one is enough for each assignment of a fragment, which `attempt` tells apart. */
export function submitWorkIntent(task: string, fragment: number, attempt: number): string {
  return `submit-work:${task}:${fragment}:${attempt}`;
}

/**
 * Submits the digest of a result, of the fragment that the sender's node is assigned to. It is paid once its review is final.
 *
 * @param result SHA-256 digest of the document; `contentIdToBytes32` of its id.
 * @throws CorexError CHAIN_FRAGMENTS_DEADLINEPASSED, CHAIN_MARKET_NOTASSIGNEE, CHAIN_WORKMARKET_WRONGVERIFICATION,
 *   CHAIN_WORKMARKET_EMPTYRESULT and others.
 */
export async function submitWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
  result: string,
  intent: string,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.workMarket.submit, [terms, fragment, result], intent);
}

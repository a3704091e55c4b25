import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Leaves an encrypted note, see `sealNotice`, for the node that does a fragment of the sender's task.
 *
 * @throws CorexError CHAIN_MARKET_NOTOWNER, CHAIN_WORKMARKET_NOTESIZE, CHAIN_MARKET_WRONGSTATUS.
 */
export async function postNotice(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
  note: string,
): Promise<Executed<undefined>> {
  const intent = `post-notice:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workMarket.post, [terms, fragment, note], intent);
}

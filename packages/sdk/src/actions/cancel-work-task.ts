import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Ends a task of work of the sender: fragments in flight are still done and paid, the rest is refunded.
 *
 * @throws CorexError CHAIN_MARKET_NOTOWNER, CHAIN_MARKET_WRONGSTATUS.
 */
export async function cancelWorkTask(context: ActionContext, terms: WorkTerms): Promise<Executed<undefined>> {
  const { workMarket } = context.contracts;
  return execute(context, workMarket.cancel, [terms], `cancel-work:${terms.manifest}:${terms.nonce}`);
}

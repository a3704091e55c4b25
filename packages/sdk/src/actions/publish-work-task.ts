import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task of work of the sender, who approved its fees (`workTaskFees`) to the escrow of work, and returns the task's
 * id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_WORKMARKET_INVALIDTERMS, CHAIN_WORKMARKET_TASKEXISTS,
 *   CHAIN_WORKMARKET_NOACCESS, CHAIN_MARKET_NOTOWNER and others.
 */
export async function publishWorkTask(context: ActionContext, terms: WorkTerms): Promise<Executed<string>> {
  const { workMarket } = context.contracts;
  return execute(context, workMarket.publish, [terms], `publish-work:${terms.manifest}:${terms.nonce}`);
}

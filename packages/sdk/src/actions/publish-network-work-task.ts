import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task of work that pays no fee: it earns from the pool alone. Operations role. Returns the task's id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_WORKMARKET_INVALIDTERMS, CHAIN_WORKMARKET_TASKEXISTS and others.
 */
export async function publishNetworkWorkTask(context: ActionContext, terms: WorkTerms): Promise<Executed<string>> {
  const { workMarket } = context.contracts;
  return execute(context, workMarket.publishNetwork, [terms], `publish-work:${terms.manifest}:${terms.nonce}`);
}

import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task that pays no fee: its work earns from the pool alone. Operations role. Returns the task's id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_TASKMARKET_TASKEXISTS, CHAIN_MARKET_NOTOWNER and others.
 */
export async function publishNetworkTask(context: ActionContext, terms: TaskTerms): Promise<Executed<string>> {
  return execute(
    context,
    context.contracts.taskMarket.publishNetwork,
    [terms],
    `publish:${terms.manifest}:${terms.nonce}`,
  );
}

import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task of the sender, who approved its fees to the escrow, and returns the task's id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_TASKMARKET_TASKEXISTS, CHAIN_MARKET_NOTOWNER and others.
 */
export async function publishTask(context: ActionContext, terms: TaskTerms): Promise<Executed<string>> {
  return execute(context, context.contracts.taskMarket.publish, [terms], `publish:${terms.manifest}:${terms.nonce}`);
}

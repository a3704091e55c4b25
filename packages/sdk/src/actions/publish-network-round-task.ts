import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task of rounds that pays no fee: its work earns from the pool alone. Operations role. Returns the task's id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_MARKET_WRONGSCHEMA, CHAIN_ROUNDMARKET_TASKEXISTS and others.
 */
export async function publishNetworkRoundTask(context: ActionContext, terms: RoundTerms): Promise<Executed<string>> {
  const { roundMarket } = context.contracts;
  return execute(context, roundMarket.publishNetwork, [terms], `publish-rounds:${terms.manifest}:${terms.nonce}`);
}

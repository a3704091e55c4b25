import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Publishes a task of rounds of the sender, who approved its fees (`roundTaskFees`) to the escrow of rounds, and returns the
 * task's id.
 *
 * @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS, CHAIN_MARKET_WRONGSCHEMA, CHAIN_ROUNDMARKET_TASKEXISTS,
 *   CHAIN_MARKET_NOTOWNER and others.
 */
export async function publishRoundTask(context: ActionContext, terms: RoundTerms): Promise<Executed<string>> {
  const { roundMarket } = context.contracts;
  return execute(context, roundMarket.publish, [terms], `publish-rounds:${terms.manifest}:${terms.nonce}`);
}

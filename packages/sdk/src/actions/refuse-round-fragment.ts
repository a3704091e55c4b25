import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Gives the caller's fragment of a round back, in the first half of its time. @throws CorexError CHAIN_FRAGMENTS_TOOLATETOREFUSE, CHAIN_MARKET_NOTASSIGNEE. */
export async function refuseRoundFragment(
  context: ActionContext,
  terms: RoundTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const { roundMarket } = context.contracts;
  return execute(context, roundMarket.refuse, [terms, fragment], `refuse-round:${terms.manifest}:${fragment}`);
}

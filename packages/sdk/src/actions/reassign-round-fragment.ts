import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes a fragment of a round from a node that missed its deadline. @throws CorexError CHAIN_FRAGMENTS_DEADLINENOTPASSED, CHAIN_FRAGMENTS_NOTASSIGNED. */
export async function reassignRoundFragment(
  context: ActionContext,
  terms: RoundTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const { roundMarket } = context.contracts;
  return execute(context, roundMarket.reassign, [terms, fragment], `reassign-round:${terms.manifest}:${fragment}`);
}

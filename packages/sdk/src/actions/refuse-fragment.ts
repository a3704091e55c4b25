import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Gives the caller's fragment of a chain back, in the first half of its time. @throws CorexError CHAIN_FRAGMENTS_TOOLATETOREFUSE, CHAIN_MARKET_NOTASSIGNEE. */
export async function refuseFragment(
  context: ActionContext,
  terms: TaskTerms,
  chain: number,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.taskMarket.refuse, [terms, chain], `refuse:${terms.manifest}:${chain}`);
}

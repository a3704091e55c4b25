import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Gives a fragment of the sender's node back, in the first half of its time. @throws CorexError CHAIN_FRAGMENTS_TOOLATETOREFUSE, CHAIN_MARKET_NOTASSIGNEE. */
export async function refuseWorkFragment(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const intent = `refuse-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workMarket.refuse, [terms, fragment], intent);
}

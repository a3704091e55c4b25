import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes a fragment from a node that missed its deadline. @throws CorexError CHAIN_FRAGMENTS_DEADLINENOTPASSED, CHAIN_FRAGMENTS_NOTASSIGNED. */
export async function reassignWorkFragment(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<undefined>> {
  const intent = `reassign-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workMarket.reassign, [terms, fragment], intent);
}

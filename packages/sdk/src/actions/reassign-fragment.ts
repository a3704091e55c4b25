import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes the fragment of a chain from a node that missed its deadline. @throws CorexError CHAIN_FRAGMENTS_DEADLINENOTPASSED, CHAIN_FRAGMENTS_NOTASSIGNED. */
export async function reassignFragment(
  context: ActionContext,
  terms: TaskTerms,
  chain: number,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.taskMarket.reassign, [terms, chain], `reassign:${terms.manifest}:${chain}`);
}

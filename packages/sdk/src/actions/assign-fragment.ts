import type { TaskTerms } from "../task/terms.ts";
import { execute, simulate, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/**
 * The node that `assign` would draw for the open fragment now; zero when it would only request new entropy.
 *
 * @throws CorexError CHAIN_FRAGMENTS_ENTROPYPENDING, CHAIN_FRAGMENTS_ASSIGNED, CHAIN_TASKMARKET_CHAINCOMPLETE and others.
 */
export async function previewAssignment(context: ActionContext, terms: TaskTerms, chain: number): Promise<bigint> {
  return simulate(context, context.contracts.taskMarket.assign, [terms, chain]);
}

/** Draws the node of the open fragment of a chain; returns zero when new entropy was requested. Errors as the preview. */
export async function assignFragment(
  context: ActionContext,
  terms: TaskTerms,
  chain: number,
): Promise<Executed<bigint>> {
  const { taskMarket } = context.contracts;
  const { receipt } = await execute(context, taskMarket.assign, [terms, chain], `assign:${terms.manifest}:${chain}`);
  const [assigned] = parseEvents(receipt.logs, taskMarket, taskMarket.getEvent("FragmentAssigned"));
  return { result: assigned?.args.node ?? 0n, receipt };
}

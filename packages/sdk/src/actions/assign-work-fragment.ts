import type { WorkTerms } from "../task/work-terms.ts";
import { execute, simulate, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/**
 * The node that `assign` would draw for a free fragment now; zero when it would only request new entropy.
 *
 * @throws CorexError CHAIN_FRAGMENTS_ENTROPYPENDING, CHAIN_FRAGMENTS_ASSIGNED, CHAIN_WORKMARKET_NOTOPEN and others.
 */
export async function previewWorkAssignment(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<bigint> {
  return simulate(context, context.contracts.workMarket.assign, [terms, fragment]);
}

/** Draws the node of a free fragment; returns zero when new entropy was requested. Errors as the preview. */
export async function assignWorkFragment(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<bigint>> {
  const { workMarket } = context.contracts;
  const intent = `assign-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  const { receipt } = await execute(context, workMarket.assign, [terms, fragment], intent);
  const [assigned] = parseEvents(receipt.logs, workMarket, workMarket.getEvent("FragmentAssigned"));
  return { result: assigned?.args.node ?? 0n, receipt };
}

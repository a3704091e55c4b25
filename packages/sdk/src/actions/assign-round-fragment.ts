import type { RoundTerms } from "../task/round-terms.ts";
import { execute, simulate, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/**
 * The node that `assign` would draw for an open fragment now; zero when it would only request new entropy.
 *
 * @throws CorexError CHAIN_FRAGMENTS_ENTROPYPENDING, CHAIN_FRAGMENTS_ASSIGNED, CHAIN_ROUNDMARKET_NOTOPEN and others.
 */
export async function previewRoundAssignment(
  context: ActionContext,
  terms: RoundTerms,
  fragment: number,
): Promise<bigint> {
  return simulate(context, context.contracts.roundMarket.assign, [terms, fragment]);
}

/** Draws the node of an open fragment; returns zero when new entropy was requested. Errors as the preview. */
export async function assignRoundFragment(
  context: ActionContext,
  terms: RoundTerms,
  fragment: number,
): Promise<Executed<bigint>> {
  const { roundMarket } = context.contracts;
  const intent = `assign-round:${terms.manifest}:${fragment}`;
  const { receipt } = await execute(context, roundMarket.assign, [terms, fragment], intent);
  const [assigned] = parseEvents(receipt.logs, roundMarket, roundMarket.getEvent("FragmentAssigned"));
  return { result: assigned?.args.node ?? 0n, receipt };
}

import type { ClaimStruct } from "../../../../typechain-types/contracts/market/IWorkMarket.ts";
import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";
import type { SettledFragment } from "./submit-fragment.ts";

export type Claim = ClaimStruct;

/**
 * Submits the proved result of the fragment that the sender's node is assigned to. With "proof" it is paid at once, and what it
 * earned is returned; with "both" its review comes first.
 *
 * @throws CorexError CHAIN_FRAGMENTS_DEADLINEPASSED, CHAIN_MARKET_NOTASSIGNEE, CHAIN_MARKET_SHARDNOTINROOT,
 *   CHAIN_WORKMARKET_WRONGVERIFICATION, CHAIN_PROOFVERIFIER_INVALIDPROOF and others.
 */
export async function submitProvedWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
  claim: Claim,
  intent: string,
): Promise<Executed<SettledFragment | undefined>> {
  const { workMarket } = context.contracts;
  const { receipt } = await execute(context, workMarket.submitProved, [terms, fragment, claim], intent);
  const [settled] = parseEvents(receipt.logs, workMarket, workMarket.getEvent("FragmentSettled"));
  if (settled === undefined) return { result: undefined, receipt };
  const { paid, fee, points } = settled.args;
  return { result: { paid, fee, points }, receipt };
}

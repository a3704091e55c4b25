import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import type { ActionContext, Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** CXT wei that each side of a dispute puts in at its start; `ArbitrationRules.BOND` = 25 CXT. */
export const DISPUTE_BOND = 25n * 10n ** 18n;

/** The same of a dispute about a benchmark; `ArbitrationRules.BENCHMARK_BOND` = 100 CXT. */
export const BENCHMARK_DISPUTE_BOND = 100n * 10n ** 18n;

/** Approves the bond of a claim, sends it, and returns the number of the dispute that it opened. */
export async function openDispute(
  context: ActionContext,
  bond: bigint,
  claim: () => Promise<Executed<bigint>>,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  await approveToken(context, contractAddress(arbitration), bond);
  const { receipt } = await claim();
  // The simulated number is not the final one when another claim is in the same block.
  const { dispute } = requireEvent(receipt, arbitration, arbitration.getEvent("DisputeOpened"));
  return { result: dispute, receipt };
}

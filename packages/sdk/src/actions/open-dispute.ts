import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import type { ActionContext, Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** CXT wei that each side of a dispute puts in at its start; `Arbitration` pulls at most this: 25 CXT. */
export const DISPUTE_BOND = 25n * 10n ** 18n;

/** Approves the bond of a claim, sends it, and returns the number of the dispute that it opened. */
export async function openDispute(
  context: ActionContext,
  claim: () => Promise<Executed<bigint>>,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  await approveToken(context, contractAddress(arbitration), DISPUTE_BOND);
  const { receipt } = await claim();
  // The simulated number is not the final one when another claim is in the same block.
  const { dispute } = requireEvent(receipt, arbitration, arbitration.getEvent("DisputeOpened"));
  return { result: dispute, receipt };
}

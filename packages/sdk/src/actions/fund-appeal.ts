import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";
import { RULINGS, type RulingName } from "./read-dispute.ts";

export interface AppealFunding {
  readonly dispute: bigint;
  readonly side: Exclude<RulingName, "undecided">;
  /** CXT wei; what is too much is not taken. */
  readonly amount: bigint;
}

/**
 * Puts money into an appeal; approves it before, and withdraws what is left of the approval after. The side that lost the round funds in the first half of the time, the other until
 * its end. Open to anyone. Returns the CXT wei taken.
 *
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20_INSUFFICIENTBALANCE.
 */
export async function fundAppeal(
  context: ActionContext,
  { dispute, side, amount }: AppealFunding,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  const spender = contractAddress(arbitration);
  await approveToken(context, spender, amount);
  const args: [bigint, number, bigint] = [dispute, RULINGS.indexOf(side), amount];
  const { receipt } = await execute(context, arbitration.fundAppeal, args, `fund-appeal:${dispute}:${side}`);
  // The simulated amount is not what was taken when somebody else funds the side in the same block.
  const { amount: taken } = requireEvent(receipt, arbitration, arbitration.getEvent("AppealFunded"));
  if (taken < amount) await approveToken(context, spender, 0n);
  return { result: taken, receipt };
}

import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { contractAddress } from "../contracts/contract-address.ts";

export interface StakeInput {
  readonly node: bigint;
  /** CXT wei. */
  readonly amount: bigint;
  /** Seconds from asking to leave to being able to withdraw: 14 to 1,461 days. */
  readonly period: number;
}

/**
 * Opens a position for a node that the caller operates, or whose operator approved the caller; approves the amount before.
 * Returns the number of the position.
 *
 * @throws CorexError CHAIN_STAKEVAULT_NOTAPPROVED, CHAIN_STAKEVAULT_OUTOFBOUNDS, CHAIN_STAKEVAULT_NOPLACE.
 */
export async function stake(context: ActionContext, { node, amount, period }: StakeInput): Promise<Executed<bigint>> {
  const { stakeVault } = context.contracts;
  await approveToken(context, contractAddress(stakeVault), amount);
  return execute(context, stakeVault.stake, [node, amount, period], `stake:${node}:${amount}`);
}

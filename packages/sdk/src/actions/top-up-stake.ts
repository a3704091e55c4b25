import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Adds CXT wei to a staying position of the caller; approves them before. @throws CorexError CHAIN_STAKEVAULT_LEAVING, CHAIN_STAKEVAULT_NOTOWNER. */
export async function topUpStake(
  context: ActionContext,
  node: bigint,
  position: bigint,
  amount: bigint,
): Promise<Executed<undefined>> {
  const { stakeVault } = context.contracts;
  await approveToken(context, contractAddress(stakeVault), amount);
  return execute(context, stakeVault.topUp, [node, position, amount], `topUp:${node}:${position}:${amount}`);
}

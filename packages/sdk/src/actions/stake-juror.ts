import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Adds CXT wei to the sender's stake as a juror; approves them before. @throws CorexError CHAIN_JURORPOOL_OUTOFBOUNDS, CHAIN_ERC20_INSUFFICIENTBALANCE. */
export async function stakeJuror(context: ActionContext, amount: bigint): Promise<Executed<undefined>> {
  const { jurorPool } = context.contracts;
  await approveToken(context, contractAddress(jurorPool), amount);
  return execute(context, jurorPool.stake, [amount], `stake-juror:${amount}`);
}

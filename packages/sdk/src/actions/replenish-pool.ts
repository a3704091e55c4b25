import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Gives CXT wei of the sender, who approved the pool, back to the mining pool. @throws CorexError CHAIN_MININGPOOL_ZEROAMOUNT and errors of the token. */
export async function replenishPool(context: ActionContext, amount: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.miningPool.replenish, [amount], `replenish:${amount}`);
}

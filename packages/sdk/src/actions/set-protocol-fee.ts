import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sets the protocol fee of future tasks in basis points. Operations role. @throws CorexError CHAIN_MARKET_TERMOUTOFBOUNDS. */
export async function setProtocolFee(context: ActionContext, feeBps: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.taskMarket.setProtocolFee, [feeBps], "set-protocol-fee");
}

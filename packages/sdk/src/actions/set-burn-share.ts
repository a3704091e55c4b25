import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sets the share of fees that is burned. Operations role. @throws CorexError CHAIN_FEEROUTER_BURNSHARETOOLARGE. */
export async function setBurnShare(context: ActionContext, burnShareBps: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.feeRouter.setBurnShare, [burnShareBps], "set-burn-share");
}

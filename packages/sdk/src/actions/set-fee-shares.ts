import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sets which share of the fees is burned and which is the treasury's, in basis points; the rest returns to the pool.
 *
 * @throws CorexError CHAIN_FEEROUTER_SHARESTOOLARGE when both together are above 10,000.
 */
export async function setFeeShares(
  context: ActionContext,
  burnShareBps: bigint,
  treasuryShareBps: bigint,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.feeRouter.setShares, [burnShareBps, treasuryShareBps], "set-fee-shares");
}

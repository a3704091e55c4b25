import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Lets an account stake for the caller's node, or no longer. @throws CorexError CHAIN_*. */
export async function approveStaker(
  context: ActionContext,
  staker: string,
  approved: boolean,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.stakeVault.approveStaker, [staker, approved], `approveStaker:${staker}`);
}

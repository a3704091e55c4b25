import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Asks to leave: the boost ends at once, the period of the position starts. @throws CorexError CHAIN_STAKEVAULT_LEAVING, CHAIN_STAKEVAULT_NOTOWNER. */
export async function leaveStake(context: ActionContext, node: bigint, position: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.stakeVault.startLeaving, [node, position], `leave:${node}:${position}`);
}

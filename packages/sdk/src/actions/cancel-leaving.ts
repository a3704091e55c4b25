import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Stays after all, with the whole period again. @throws CorexError CHAIN_STAKEVAULT_STAYING, CHAIN_STAKEVAULT_CLOSEDNODE. */
export async function cancelLeaving(
  context: ActionContext,
  node: bigint,
  position: bigint,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.stakeVault.cancelLeaving, [node, position], `stay:${node}:${position}`);
}

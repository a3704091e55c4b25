import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Raises the period of a staying position of the caller, in seconds. @throws CorexError CHAIN_STAKEVAULT_COMMITMENTNOTRAISED. */
export async function raiseCommitment(
  context: ActionContext,
  node: bigint,
  position: bigint,
  period: number,
): Promise<Executed<undefined>> {
  const { stakeVault } = context.contracts;
  return execute(context, stakeVault.raiseCommitment, [node, position, period], `raise:${node}:${position}:${period}`);
}

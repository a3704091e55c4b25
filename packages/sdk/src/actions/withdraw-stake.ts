import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Pays a mature position out to the caller; returns CXT wei. @throws CorexError CHAIN_STAKEVAULT_NOTMATURE, CHAIN_STAKEVAULT_HELD. */
export async function withdrawStake(context: ActionContext, node: bigint, position: bigint): Promise<Executed<bigint>> {
  return execute(context, context.contracts.stakeVault.withdraw, [node, position], `withdrawStake:${node}:${position}`);
}

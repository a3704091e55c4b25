import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Shortens the rest of a leaving position's period to 14 days, for a fee. @throws CorexError CHAIN_STAKEVAULT_HELD, CHAIN_STAKEVAULT_STAYING. */
export async function expediteExit(
  context: ActionContext,
  node: bigint,
  position: bigint,
): Promise<Executed<undefined>> {
  return execute(context, context.contracts.stakeVault.expedite, [node, position], `expedite:${node}:${position}`);
}

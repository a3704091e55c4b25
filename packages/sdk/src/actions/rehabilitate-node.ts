import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Ends a suspension for low reputation once the score has recovered; anyone may. @throws CorexError CHAIN_REPUTATION_NOTREHABILITABLE. */
export async function rehabilitateNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.reputation.rehabilitate, [node], `rehabilitate:${node}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes a silent node, or one whose benchmark expired, out of the draws. @throws CorexError CHAIN_NODEREGISTRY_STILLELIGIBLE. */
export async function deactivateNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.deactivate, [node], `deactivate:${node}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes a node out for good. Security role. @throws CorexError CHAIN_ACCESSMANAGED_UNAUTHORIZED. */
export async function removeNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.remove, [node], `remove:${node}`);
}

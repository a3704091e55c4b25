import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Takes a node out until it is reinstated. Security role. @throws CorexError CHAIN_ACCESSMANAGED_UNAUTHORIZED. */
export async function suspendNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.suspend, [node], `suspend:${node}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Ends a suspension. Security role. @throws CorexError CHAIN_ACCESSMANAGED_UNAUTHORIZED. */
export async function reinstateNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.reinstate, [node], `reinstate:${node}`);
}

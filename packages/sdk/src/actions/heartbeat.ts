import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Says that the sender's node is alive. @throws CorexError CHAIN_NODEREGISTRY_BENCHMARKEXPIRED, CHAIN_NODEREGISTRY_UNKNOWNOPERATOR. */
export async function heartbeat(context: ActionContext): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.heartbeat, [], "heartbeat");
}

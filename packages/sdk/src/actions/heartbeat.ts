import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Says that the sender's node is alive. @throws CorexError CHAIN_NODEREGISTRY_UNKNOWNOPERATOR, CHAIN_NODEREGISTRY_INVALIDTRANSITION. */
export async function heartbeat(context: ActionContext): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.heartbeat, [], "heartbeat");
}

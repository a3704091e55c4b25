import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Makes the sender's node leave for good. @throws CorexError CHAIN_NODEREGISTRY_INVALIDTRANSITION. */
export async function exitNode(context: ActionContext): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.exit, [], "exit");
}

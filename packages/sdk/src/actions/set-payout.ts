import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sets where the sender's node is paid. @throws CorexError CHAIN_NODEREGISTRY_INVALIDPAYOUT and others. */
export async function setPayout(context: ActionContext, payout: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.setPayout, [payout], "set-payout");
}

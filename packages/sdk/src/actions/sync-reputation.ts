import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Tells the scheduler the present score and record of a node; anyone may. @throws CorexError CHAIN_*. */
export async function syncReputation(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.reputation.sync, [node], `sync:${node}`);
}

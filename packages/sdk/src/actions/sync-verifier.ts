import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sets the weight of a node in draws of verifiers to what its stake, tier and reputation are worth now. Open to anyone. */
export async function syncVerifier(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.verifierCommittee.sync, [node], `sync-verifier:${node}`);
}

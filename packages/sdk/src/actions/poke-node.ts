import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Has the scheduler read capacity and eligibility of a node again; anyone may. @throws CorexError CHAIN_*. */
export async function pokeNode(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.scheduler.poke, [node], `poke:${node}`);
}

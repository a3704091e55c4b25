import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Pays the sender the bonds of challenges that it is owed; returns CXT wei. @throws CorexError CHAIN_*. */
export async function withdrawBond(context: ActionContext): Promise<Executed<bigint>> {
  return execute(context, context.contracts.benchmarkRegistry.withdraw, [], `withdrawBond:${context.sender.address}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sends the bond of a final list of contributions back to who posted it; anyone may.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_OPEN, CHAIN_MODELCONTRIBUTIONS_BONDRETURNED.
 */
export async function returnPostingBond(context: ActionContext, model: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.modelContributions.returnBond, [model], `return-posting-bond:${model}`);
}

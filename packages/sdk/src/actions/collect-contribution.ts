import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sends a node that claimed its part of what was given to those who trained a model; anyone may. Returns the CXT wei sent.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_NOTHINGTOCOLLECT.
 */
export async function collectContribution(
  context: ActionContext,
  model: string,
  node: bigint,
): Promise<Executed<bigint>> {
  const { collect } = context.contracts.modelContributions;
  return execute(context, collect, [model, node], `collect-contribution:${model}:${node}`);
}

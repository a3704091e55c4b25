import { contributionProof, requireContribution, type Contribution } from "../models/contribution-tree.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Records on the chain what `node` did for a model, once the posted `list` is final; anyone may, once per node.
 *
 * @throws CorexError MODEL_NOT_A_CONTRIBUTOR, CHAIN_MODELCONTRIBUTIONS_OPEN, CHAIN_MODELCONTRIBUTIONS_CLAIMED,
 *   CHAIN_MODELCONTRIBUTIONS_INVALIDPROOF, CHAIN_MODELCONTRIBUTIONS_NOTPOSTED.
 */
export async function claimContribution(
  context: ActionContext,
  model: string,
  list: readonly Contribution[],
  node: bigint,
): Promise<Executed<undefined>> {
  const { fragments } = requireContribution(list, node);
  const args: [string, bigint, bigint, string[]] = [model, node, fragments, contributionProof(list, node)];
  return execute(context, context.contracts.modelContributions.claim, args, `claim-contribution:${model}:${node}`);
}

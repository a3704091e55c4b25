import type { Contribution } from "../models/contribution-tree.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Removes a posted list that the sender's count of the fragments of `node` contradicts; the sender gets half of the bond.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_HOLDS, CHAIN_MODELCONTRIBUTIONS_WRONGLIST, CHAIN_MODELCONTRIBUTIONS_FINAL,
 *   CHAIN_MODELCONTRIBUTIONS_NOTPOSTED.
 */
export async function refuteContributions(
  context: ActionContext,
  model: string,
  list: readonly Contribution[],
  node: bigint,
): Promise<Executed<undefined>> {
  const entries = list.map((contribution) => ({ ...contribution }));
  const { refute } = context.contracts.modelContributions;
  return execute(context, refute, [model, entries, node], `refute-contributions:${model}:${node}`);
}

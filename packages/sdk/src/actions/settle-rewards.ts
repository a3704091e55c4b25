import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Pays `nodes` what they earned in finished epochs; nodes with nothing due are skipped. */
export async function settleRewards(context: ActionContext, nodes: bigint[]): Promise<Executed<undefined>> {
  return execute(context, context.contracts.rewardDistributor.settle, [nodes], `settle:${nodes.join(",")}`);
}

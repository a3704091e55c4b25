import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Pays the sender its rewards for offences that it proved; returns CXT wei. @throws CorexError CHAIN_*. */
export async function withdrawReward(context: ActionContext): Promise<Executed<bigint>> {
  return execute(context, context.contracts.slasher.withdraw, [], `withdrawReward:${context.sender.address}`);
}

import type { RewardTermsStruct } from "../../../../typechain-types/contracts/mining/IRewardDistributor.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sets the terms of epochs that open from now on. Operations role. @throws CorexError CHAIN_REWARDDISTRIBUTOR_TERMOUTOFBOUNDS. */
export async function setRewardTerms(context: ActionContext, terms: RewardTermsStruct): Promise<Executed<undefined>> {
  return execute(context, context.contracts.rewardDistributor.setTerms, [terms], "set-reward-terms");
}

import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Gives `amount` CXT wei of the sender to the nodes that trained a model, by their fragments; approves it before.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_OPEN, CHAIN_MODELCONTRIBUTIONS_NOTPOSTED,
 *   CHAIN_MODELCONTRIBUTIONS_ZEROAMOUNT, CHAIN_ERC20_INSUFFICIENTBALANCE.
 */
export async function fundContributors(
  context: ActionContext,
  model: string,
  amount: bigint,
): Promise<Executed<undefined>> {
  const { modelContributions } = context.contracts;
  await approveToken(context, contractAddress(modelContributions), amount);
  return execute(context, modelContributions.fund, [model, amount], `fund-contributors:${model}:${amount}`);
}

import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { readDispute } from "./read-dispute.ts";

/**
 * Contests a claim in time, with an equal bond, which is approved before. Open to anyone but the claimant.
 *
 * @param evidence SHA-256 digest of a document, not zero.
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20_INSUFFICIENTBALANCE.
 */
export async function contestDispute(
  context: ActionContext,
  dispute: bigint,
  evidence: string,
): Promise<Executed<undefined>> {
  const { arbitration } = context.contracts;
  const { bond } = await readDispute(context.contracts, dispute);
  await approveToken(context, contractAddress(arbitration), bond);
  return execute(context, arbitration.contest, [dispute, evidence], `contest-dispute:${dispute}`);
}

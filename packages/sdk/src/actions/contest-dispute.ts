import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { DISPUTE_BOND } from "./open-dispute.ts";

/**
 * Contests a claim in time, with an equal bond, which is approved before. Open to anyone but the claimant.
 *
 * @param evidence SHA-256 digest of a document, or the zero hash.
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20INSUFFICIENTBALANCE.
 */
export async function contestDispute(
  context: ActionContext,
  dispute: bigint,
  evidence: string,
): Promise<Executed<undefined>> {
  const { arbitration } = context.contracts;
  await approveToken(context, contractAddress(arbitration), DISPUTE_BOND);
  return execute(context, arbitration.contest, [dispute, evidence], `contest-dispute:${dispute}`);
}

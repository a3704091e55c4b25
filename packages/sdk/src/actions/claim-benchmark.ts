import { execute, type ActionContext, type Executed } from "./execute.ts";
import { openDispute } from "./open-dispute.ts";

/**
 * Claims that a node does not have the speed that was attested. Approves the bond before. Returns the number of the dispute.
 *
 * @param evidence SHA-256 digest of a document, or the zero hash.
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20INSUFFICIENTBALANCE and others.
 */
export async function claimBenchmark(
  context: ActionContext,
  node: bigint,
  evidence: string,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  return openDispute(context, async () =>
    execute(context, arbitration.claimBenchmark, [node, evidence], `claim-benchmark:${node}`),
  );
}

import { execute, type ActionContext, type Executed } from "./execute.ts";
import { BENCHMARK_DISPUTE_BOND, openDispute } from "./open-dispute.ts";

/**
 * Claims that a node does not have the speed that was attested. Approves the bond before. Returns the number of the dispute.
 *
 * @param evidence SHA-256 digest of a document, not zero.
 * @throws CorexError CHAIN_ARBITRATION_*, CHAIN_ERC20_INSUFFICIENTBALANCE and others.
 */
export async function claimBenchmark(
  context: ActionContext,
  node: bigint,
  evidence: string,
): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  return openDispute(context, BENCHMARK_DISPUTE_BOND, async () =>
    execute(context, arbitration.claimBenchmark, [node, evidence], `claim-benchmark:${node}`),
  );
}

import { descriptionHash, type Proposal } from "../../governance/proposal.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext, StageName } from "./governance-context.ts";

/**
 * Executes a queued proposal whose delay is over; anyone may. Native coin that it sends comes from the timelock.
 *
 * @throws CorexError CHAIN_GOVERNORUNEXPECTEDPROPOSALSTATE, CHAIN_TIMELOCKUNEXPECTEDOPERATIONSTATE, CHAIN_TECHNICALGOVERNOR_CODECHANGED, and what
 *   its calls revert with.
 */
export async function executeProposal(
  context: GovernanceContext,
  governor: StageName,
  { targets, values, calldatas, description }: Proposal,
): Promise<Executed<bigint>> {
  const args: [string[], bigint[], string[], string] = [
    ...([[...targets], [...values], [...calldatas]] as [string[], bigint[], string[]]),
    descriptionHash(description),
  ];
  return execute(context, context.contracts[governor].execute, args, `execute:${governor}`);
}

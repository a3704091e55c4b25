import type { Proposal } from "../../governance/proposal.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/**
 * Brings a technical proposal that the council vetoed to a vote that cannot be vetoed, and returns the id of the new proposal; anyone may.
 *
 * @throws CorexError CHAIN_TECHNICALGOVERNOR_NOTCONFIRMABLE, CHAIN_*.
 */
export async function confirmProposal(
  context: GovernanceContext,
  { targets, values, calldatas, description }: Proposal,
): Promise<Executed<bigint>> {
  const args: [string[], bigint[], string[], string] = [[...targets], [...values], [...calldatas], description];
  return execute(context, context.contracts.technicalGovernor.confirm, args, "confirm");
}

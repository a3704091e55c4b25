import { descriptionHash, type Proposal } from "../../governance/proposal.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext, StageName } from "./governance-context.ts";

/** Puts an adopted proposal into its timelock; anyone may. @throws CorexError CHAIN_GOVERNORUNEXPECTEDPROPOSALSTATE, CHAIN_*. */
export async function queueProposal(
  context: GovernanceContext,
  governor: StageName,
  { targets, values, calldatas, description }: Proposal,
): Promise<Executed<bigint>> {
  const args: [string[], bigint[], string[], string] = [
    ...([[...targets], [...values], [...calldatas]] as [string[], bigint[], string[]]),
    descriptionHash(description),
  ];
  return execute(context, context.contracts[governor].queue, args, `queue:${governor}`);
}

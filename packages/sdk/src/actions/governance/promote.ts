import type { Proposal } from "../../governance/proposal.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext, StageName } from "./governance-context.ts";

/** Brings a supported proposal to its binding vote; anyone may. @throws CorexError CHAIN_STAGEGOVERNOR_NOTPROMOTABLE, CHAIN_*. */
export async function promote(
  context: GovernanceContext,
  governor: StageName,
  { targets, values, calldatas, description }: Proposal,
): Promise<Executed<bigint>> {
  const args: [string[], bigint[], string[], string] = [[...targets], [...values], [...calldatas], description];
  return execute(context, context.contracts[governor].promote, args, `promote:${governor}`);
}

import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/** Settles the bond of a proposal that is over or was supported; anyone may. @throws CorexError CHAIN_SUPPORTGOVERNOR_BONDNOTDUE. */
export async function settleBond(context: GovernanceContext, proposalId: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.supportGovernor.settleBond, [proposalId], `settle-bond:${proposalId}`);
}

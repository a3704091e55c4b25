import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/** Gives the votes of the sender, present and later ones, to `delegatee`: itself, or another account. @throws CorexError CHAIN_*. */
export async function delegateVotes(context: GovernanceContext, delegatee: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.votingPower.delegate, [delegatee], `delegate:${delegatee}`);
}

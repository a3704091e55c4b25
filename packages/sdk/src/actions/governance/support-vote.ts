import type { Executed } from "../execute.ts";
import { castVote, type Vote } from "./cast-vote.ts";
import type { GovernanceContext } from "./governance-context.ts";

/** Votes in the first stage: whether a proposal shall come to its binding vote. @throws CorexError CHAIN_*: see `castVote`. */
export async function supportVote(context: GovernanceContext, vote: Omit<Vote, "governor">): Promise<Executed<bigint>> {
  return castVote(context, { ...vote, governor: "supportGovernor" });
}

import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext, GovernorName } from "./governance-context.ts";

/** What a vote says, by its number on the chain. */
export const VOTE_CHOICES = ["against", "for", "abstain"] as const;

export type VoteChoice = (typeof VOTE_CHOICES)[number];

/** A vote about a proposal. */
export interface Vote {
  readonly governor: GovernorName;
  readonly proposalId: bigint;
  readonly choice: VoteChoice;
  /** Published with the vote; empty for none. */
  readonly reason?: string | undefined;
}

/**
 * Votes with all units that were delegated to the sender when the vote opened, and returns how many these are.
 *
 * @throws CorexError CHAIN_GOVERNORUNEXPECTEDPROPOSALSTATE, CHAIN_GOVERNORALREADYCASTVOTE, CHAIN_*.
 */
export async function castVote(
  context: GovernanceContext,
  { governor: name, proposalId, choice, reason = "" }: Vote,
): Promise<Executed<bigint>> {
  const governor = context.contracts[name];
  const support = VOTE_CHOICES.indexOf(choice);
  const intent = `vote:${name}:${proposalId}`;
  return reason === ""
    ? execute(context, governor.castVote, [proposalId, support], intent)
    : execute(context, governor.castVoteWithReason, [proposalId, support, reason], intent);
}

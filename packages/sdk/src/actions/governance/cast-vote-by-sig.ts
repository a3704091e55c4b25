import { execute, type Executed } from "../execute.ts";
import { VOTE_CHOICES } from "./cast-vote.ts";
import type { GovernanceContext } from "./governance-context.ts";
import type { SignedBallot } from "./sign-ballot.ts";

/**
 * Casts the vote that somebody signed, at the cost of the sender, and returns its units.
 *
 * @throws CorexError CHAIN_GOVERNORINVALIDSIGNATURE, CHAIN_GOVERNORUNEXPECTEDPROPOSALSTATE, CHAIN_*.
 */
export async function castVoteBySig(context: GovernanceContext, ballot: SignedBallot): Promise<Executed<bigint>> {
  const { governor, proposalId, choice, voter, signature } = ballot;
  const args: [bigint, number, string, string] = [proposalId, VOTE_CHOICES.indexOf(choice), voter, signature];
  return execute(context, context.contracts[governor].castVoteBySig, args, `vote:${governor}:${proposalId}:${voter}`);
}

import type { SealedVerdict } from "./commit-verdict.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { VOTES } from "./read-case.ts";

/**
 * Opens the verdict of the sender's node.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_WRONGREVEAL, CHAIN_VERIFIERCOMMITTEE_NOTCOMMITTED,
 *   CHAIN_VERIFIERCOMMITTEE_ALREADYREVEALED, CHAIN_VERIFIERCOMMITTEE_TOOLATE, CHAIN_VERIFIERCOMMITTEE_WRONGPHASE.
 */
export async function revealVerdict(
  context: ActionContext,
  caseId: bigint,
  { vote, score, salt }: SealedVerdict,
): Promise<Executed<undefined>> {
  const { verifierCommittee } = context.contracts;
  const args: [bigint, number, number, string] = [caseId, VOTES.indexOf(vote), score, salt];
  return execute(context, verifierCommittee.reveal, args, `reveal-verdict:${caseId}`);
}

import type { SealedVote } from "./commit-vote.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { RULINGS } from "./read-dispute.ts";

/** Opens the vote of the sender. @throws CorexError CHAIN_ARBITRATION_*. */
export async function revealVote(
  context: ActionContext,
  dispute: bigint,
  round: number,
  { ruling, salt }: SealedVote,
): Promise<Executed<undefined>> {
  const args: [bigint, number, string] = [dispute, RULINGS.indexOf(ruling), salt];
  return execute(context, context.contracts.arbitration.reveal, args, `reveal-vote:${dispute}:${round}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Counts what a decided dispute owes to the jurors and funders of a round, page by page. Open to anyone. @throws CorexError CHAIN_ARBITRATION_*. */
export async function settleRound(
  context: ActionContext,
  dispute: bigint,
  round: number,
): Promise<Executed<undefined>> {
  const { arbitration } = context.contracts;
  return execute(context, arbitration.settleRound, [dispute, round], `settle-round:${dispute}:${round}`);
}

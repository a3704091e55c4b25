import { execute, type ActionContext, type Executed } from "./execute.ts";
import type { RulingAction } from "./read-dispute-actions.ts";

/**
 * Executes the actions of a final ruling; one that fails can be tried again. Open to anyone. Returns whether all are done.
 *
 * @param actions exactly those that were announced, see `readDisputeActions`.
 * @throws CorexError CHAIN_ARBITRATION_*.
 */
export async function executeRuling(
  context: ActionContext,
  dispute: bigint,
  actions: readonly RulingAction[],
): Promise<Executed<boolean>> {
  const { arbitration } = context.contracts;
  return execute(context, arbitration.execute, [dispute, [...actions]], `execute-ruling:${dispute}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";
import { DISPUTE_STAGES, type DisputeStageName } from "./read-dispute.ts";

/** Ends a stage whose time is over or whose jurors are all done; returns the next. Open to anyone. @throws CorexError CHAIN_ARBITRATION_*. */
export async function advanceDispute(context: ActionContext, dispute: bigint): Promise<Executed<DisputeStageName>> {
  const { arbitration } = context.contracts;
  const { result, receipt } = await execute(context, arbitration.advance, [dispute], `advance-dispute:${dispute}`);
  return { result: DISPUTE_STAGES[Number(result)] ?? "none", receipt };
}

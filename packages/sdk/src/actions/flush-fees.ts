import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

export interface FlushedFees {
  /** CXT wei burned. */
  readonly burned: bigint;
  /** CXT wei of the treasury. */
  readonly toTreasury: bigint;
  /** CXT wei returned to the mining pool. */
  readonly replenished: bigint;
}

/** Sends the fees collected by the router on; anyone may. */
export async function flushFees(context: ActionContext): Promise<Executed<FlushedFees>> {
  const { feeRouter } = context.contracts;
  const { receipt } = await execute(context, feeRouter.flush, [], "flush-fees");
  const { burned, toTreasury, replenished } = requireEvent(receipt, feeRouter, feeRouter.getEvent("FeesRouted"));
  return { result: { burned, toTreasury, replenished }, receipt };
}

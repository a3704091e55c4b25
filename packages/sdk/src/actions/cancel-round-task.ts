import type { RoundTerms } from "../task/round-terms.ts";
import type { CancelledTask } from "./cancel-task.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** Stops a task of rounds of the sender. @throws CorexError CHAIN_MARKET_NOTOWNER, CHAIN_MARKET_WRONGSTATUS. */
export async function cancelRoundTask(context: ActionContext, terms: RoundTerms): Promise<Executed<CancelledTask>> {
  const { roundMarket } = context.contracts;
  const intent = `cancel-rounds:${terms.manifest}:${terms.nonce}`;
  const { receipt } = await execute(context, roundMarket.cancel, [terms], intent);
  const { refunded, reserved } = requireEvent(receipt, roundMarket, roundMarket.getEvent("TaskCancelled"));
  return { result: { refunded, reserved }, receipt };
}

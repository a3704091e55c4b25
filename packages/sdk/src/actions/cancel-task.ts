import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

export interface CancelledTask {
  /** CXT wei now owed to the owner. */
  readonly refunded: bigint;
  /** CXT wei kept for fragments in flight. */
  readonly reserved: bigint;
}

/** Stops a task of the sender. @throws CorexError CHAIN_MARKET_NOTOWNER, CHAIN_MARKET_WRONGSTATUS. */
export async function cancelTask(context: ActionContext, terms: TaskTerms): Promise<Executed<CancelledTask>> {
  const { taskMarket } = context.contracts;
  const { receipt } = await execute(context, taskMarket.cancel, [terms], `cancel:${terms.manifest}:${terms.nonce}`);
  const { refunded, reserved } = requireEvent(receipt, taskMarket, taskMarket.getEvent("TaskCancelled"));
  return { result: { refunded, reserved }, receipt };
}

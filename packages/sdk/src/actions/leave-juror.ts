import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Asks to take CXT wei of the sender's stake as a juror out: it is drawn no more at once. @throws CorexError CHAIN_JURORPOOL_INSUFFICIENT, CHAIN_JURORPOOL_OUTOFBOUNDS. */
export async function leaveJuror(context: ActionContext, amount: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.jurorPool.startLeaving, [amount], `leave-juror:${amount}`);
}

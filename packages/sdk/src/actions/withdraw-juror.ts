import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Pays the sender what it asked to take out, once its time is over; returns CXT wei. @throws CorexError CHAIN_JURORPOOL_TOOEARLY, CHAIN_JURORPOOL_INSUFFICIENT. */
export async function withdrawJuror(context: ActionContext): Promise<Executed<bigint>> {
  return execute(context, context.contracts.jurorPool.withdraw, [], `withdraw-juror:${context.sender.address}`);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sends everything that the court owes to `account` to it; anyone may. Returns the CXT wei sent. @throws CorexError CHAIN_ARBITRATION_*. */
export async function withdrawCourt(context: ActionContext, account: string): Promise<Executed<bigint>> {
  return execute(context, context.contracts.arbitration.withdraw, [account], `withdraw-court:${account}`);
}

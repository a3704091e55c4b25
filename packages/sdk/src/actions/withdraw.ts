import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Sends everything the escrow owes to `account` to it; anyone may. Returns the CXT wei sent. @throws CorexError CHAIN_TASKESCROW_NOTHINGOWED. */
export async function withdraw(context: ActionContext, account: string): Promise<Executed<bigint>> {
  return execute(context, context.contracts.taskEscrow.withdraw, [account], `withdraw:${account}`);
}

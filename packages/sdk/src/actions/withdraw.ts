import type { CorexContracts } from "../contracts/connect.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sends everything that an escrow owes to `account` to it; anyone may. The escrow of tasks of chains, when none is given.
 * Returns the CXT wei sent.
 *
 * @throws CorexError CHAIN_TASKESCROW_NOTHINGOWED.
 */
export async function withdraw(
  context: ActionContext,
  account: string,
  escrow: CorexContracts["taskEscrow"] = context.contracts.taskEscrow,
): Promise<Executed<bigint>> {
  return execute(context, escrow.withdraw, [account], `withdraw:${account}`);
}

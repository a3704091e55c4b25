import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Lets `spender` take `amount` CXT wei of the sender. */
export async function approveToken(
  context: ActionContext,
  spender: string,
  amount: bigint,
): Promise<Executed<boolean>> {
  return execute(context, context.contracts.token.approve, [spender, amount], `approve:${spender}`);
}

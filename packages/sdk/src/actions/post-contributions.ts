import { contractAddress } from "../contracts/contract-address.ts";
import type { Contribution } from "../models/contribution-tree.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** CXT wei at stake with a list; `ModelContributions.BOND`. */
const BOND = 100n * 10n ** 18n;

/**
 * Posts who trained a model of the sender, approving the bond before; returns the Merkle root. For three days anyone can
 * refute it, which costs the bond.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_NOTMODELOWNER, CHAIN_MODELCONTRIBUTIONS_POSTED,
 *   CHAIN_MODELCONTRIBUTIONS_WRONGTOTAL, CHAIN_MODELCONTRIBUTIONS_LISTLENGTH, CHAIN_MODELCONTRIBUTIONS_UNSORTEDLIST.
 */
export async function postContributions(
  context: ActionContext,
  model: string,
  list: readonly Contribution[],
): Promise<Executed<string>> {
  const { modelContributions } = context.contracts;
  await approveToken(context, contractAddress(modelContributions), BOND);
  const entries = list.map((contribution) => ({ ...contribution }));
  return execute(context, modelContributions.post, [model, entries], `post-contributions:${model}`);
}

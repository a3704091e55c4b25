import { contractAddress } from "../contracts/contract-address.ts";
import { approveToken } from "./approve-token.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface BuyDatasetAccessInput {
  readonly dataset: string;
  /** Who gets access; the sender when absent. */
  readonly grantee?: string;
  /** CXT wei that the sender agrees to pay at most. */
  readonly maxPrice: bigint;
}

/**
 * Buys access to a dataset and every later version of it; approves `maxPrice` before and withdraws what is left of the
 * approval after. Returns the CXT wei paid.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_PRICEABOVE, CHAIN_DATASETREGISTRY_ALREADYGRANTED,
 *   CHAIN_DATASETREGISTRY_RETIRED, CHAIN_DATASETREGISTRY_UNKNOWNDATASET, CHAIN_ERC20_INSUFFICIENTBALANCE.
 */
export async function buyDatasetAccess(
  context: ActionContext,
  { dataset, grantee = context.sender.address, maxPrice }: BuyDatasetAccessInput,
): Promise<Executed<bigint>> {
  const { datasetRegistry } = context.contracts;
  const spender = contractAddress(datasetRegistry);
  await approveToken(context, spender, maxPrice);
  const args: [string, string, bigint] = [dataset, grantee, maxPrice];
  const bought = await execute(context, datasetRegistry.buyAccess, args, `buy-dataset-access:${dataset}:${grantee}`);
  if (bought.result < maxPrice) await approveToken(context, spender, 0n);
  return bought;
}

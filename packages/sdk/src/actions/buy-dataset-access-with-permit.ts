import type { Signer } from "ethers";

import { contractAddress } from "../contracts/contract-address.ts";
import { CorexError } from "../errors.ts";
import { approveToken } from "./approve-token.ts";
import type { BuyDatasetAccessInput } from "./buy-dataset-access.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { signPermit } from "./sign-permit.ts";

export interface BuyDatasetAccessWithPermitInput extends BuyDatasetAccessInput {
  /** Signs for the account of the sender. */
  readonly signer: Pick<Signer, "getAddress" | "signTypedData">;
  /** Last second at which the permit can be used. */
  readonly deadline: number;
}

/**
 * Buys access as `buyDatasetAccess` does, in one transaction: a signature allows the payment. What is left of the allowance is
 * withdrawn after. Returns the CXT wei paid.
 *
 * @throws CorexError CONFIG_INVALID when the signer is of another account, CHAIN_ERC20_INSUFFICIENTALLOWANCE when the permit is too
 *   old, CHAIN_DATASETREGISTRY_PRICEABOVE, CHAIN_DATASETREGISTRY_ALREADYGRANTED, CHAIN_DATASETREGISTRY_RETIRED,
 *   CHAIN_DATASETREGISTRY_UNKNOWNDATASET, CHAIN_ERC20_INSUFFICIENTBALANCE.
 */
export async function buyDatasetAccessWithPermit(
  context: ActionContext,
  { dataset, grantee = context.sender.address, maxPrice, signer, deadline }: BuyDatasetAccessWithPermitInput,
): Promise<Executed<bigint>> {
  const { contracts, sender } = context;
  const account = await signer.getAddress();
  if (account !== sender.address) {
    throw new CorexError("CONFIG_INVALID", `${account} signs, but ${sender.address} sends and pays`, {
      retry: "after-change",
      details: { signer: account, sender: sender.address },
    });
  }
  const { datasetRegistry } = contracts;
  const spender = contractAddress(datasetRegistry);
  const { v, r, s } = await signPermit(contracts, signer, { spender, value: maxPrice, deadline });
  type Args = [string, string, bigint, number, number, string, string];
  const args: Args = [dataset, grantee, maxPrice, deadline, v, r, s];
  const intent = `buy-dataset-access:${dataset}:${grantee}`;
  const bought = await execute(context, datasetRegistry.buyAccessWithPermit, args, intent);
  if (bought.result < maxPrice) await approveToken(context, spender, 0n);
  return bought;
}

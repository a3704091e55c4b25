import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sets the price, in CXT wei, at which access to a dataset of the sender is sold from now on.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTOWNER.
 */
export async function setDatasetPrice(
  context: ActionContext,
  dataset: string,
  price: bigint,
): Promise<Executed<undefined>> {
  const { datasetRegistry } = context.contracts;
  return execute(context, datasetRegistry.setPrice, [dataset, price], `set-dataset-price:${dataset}:${price}`);
}

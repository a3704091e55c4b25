import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Offers all versions of a dataset of the sender to another account, which takes them with `acceptDataset`; the zero address
 * withdraws the offer. Nothing changes until then, and a later offer replaces an earlier one.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTOWNER, CHAIN_DATASETREGISTRY_UNKNOWNDATASET.
 */
export async function transferDataset(
  context: ActionContext,
  dataset: string,
  newOwner: string,
): Promise<Executed<undefined>> {
  const { datasetRegistry } = context.contracts;
  const intent = `transfer-dataset:${dataset}:${newOwner}`;
  return execute(context, datasetRegistry.transferOwnership, [dataset, newOwner], intent);
}

import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Takes all versions of a dataset that was offered to the sender. What sales owe to the owner before stays its own.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTOFFERED, CHAIN_DATASETREGISTRY_UNKNOWNDATASET.
 */
export async function acceptDataset(context: ActionContext, dataset: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.datasetRegistry.acceptOwnership, [dataset], `accept-dataset:${dataset}`);
}

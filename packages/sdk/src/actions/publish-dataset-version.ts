import { execute, type ActionContext, type Executed } from "./execute.ts";
import type { DatasetTerms } from "./register-dataset.ts";

/**
 * Registers the version after `previous`, the newest of a dataset of the sender, and returns its id. Who has access to
 * `previous` by a receipt has access to it.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTOWNER, CHAIN_DATASETREGISTRY_NOTLATEST and those of `registerDataset`.
 */
export async function publishDatasetVersion(
  context: ActionContext,
  previous: string,
  terms: DatasetTerms,
): Promise<Executed<string>> {
  const { datasetRegistry } = context.contracts;
  const intent = `publish-dataset-version:${previous}:${terms.manifest}`;
  return execute(context, datasetRegistry.publishVersion, [previous, { ...terms }], intent);
}

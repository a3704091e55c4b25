import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface Collaborator {
  readonly account: string;
  /** Part of what the dataset earns, in basis points. */
  readonly shareBps: number;
}

/**
 * Shares the sales of a dataset of the sender among 1 to 16 accounts, before its first sale.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTOWNER, CHAIN_DATASETREGISTRY_SOLD, CHAIN_DATASETREGISTRY_SHARESUM,
 *   CHAIN_DATASETREGISTRY_COLLABORATORCOUNT, CHAIN_DATASETREGISTRY_INVALIDCOLLABORATOR.
 */
export async function setDatasetCollaborators(
  context: ActionContext,
  dataset: string,
  collaborators: readonly Collaborator[],
): Promise<Executed<undefined>> {
  const { datasetRegistry } = context.contracts;
  const list = collaborators.map((collaborator) => ({ ...collaborator }));
  return execute(context, datasetRegistry.setCollaborators, [dataset, list], `set-dataset-collaborators:${dataset}`);
}

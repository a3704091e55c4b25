import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Ends the sales of a version of the sender's dataset for good. @throws CorexError CHAIN_DATASETREGISTRY_NOTOWNER. */
export async function retireDataset(context: ActionContext, dataset: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.datasetRegistry.retire, [dataset], `retire-dataset:${dataset}`);
}

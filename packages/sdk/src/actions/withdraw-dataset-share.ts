import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Sends `account` everything that sales of datasets owe it; anyone may. Returns the CXT wei sent.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_NOTHINGOWED.
 */
export async function withdrawDatasetShare(
  context: ActionContext,
  account: string = context.sender.address,
): Promise<Executed<bigint>> {
  return execute(context, context.contracts.datasetRegistry.withdraw, [account], `withdraw-dataset-share:${account}`);
}

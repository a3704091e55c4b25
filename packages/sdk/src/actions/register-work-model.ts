import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface RegisterWorkModelInput {
  readonly terms: WorkTerms;
  readonly fragment: number;
  readonly metadataUri: string;
}

/**
 * Registers the network that a paid fragment of free training of the sender made, and returns its id. Nothing about it is proved.
 *
 * @throws CorexError CHAIN_MODELREGISTRY_NOTTRAINED, CHAIN_MODELREGISTRY_NOTTASKOWNER, CHAIN_MODELREGISTRY_MODELEXISTS.
 */
export async function registerWorkModel(
  context: ActionContext,
  { terms, fragment, metadataUri }: RegisterWorkModelInput,
): Promise<Executed<string>> {
  const intent = `register-model:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.modelRegistry.registerWork, [terms, fragment, metadataUri], intent);
}

import { ZeroHash } from "ethers";

import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface RegisterModelInput {
  readonly terms: TaskTerms;
  /** Model whose weights the task started from. */
  readonly parent?: string;
  /** SHA-256 digest of the published weights. */
  readonly artifact: string;
  readonly metadataUri: string;
}

/**
 * Registers the model that a completed task of the sender trained, and returns its id.
 *
 * @throws CorexError CHAIN_MODELREGISTRY_TASKNOTCOMPLETED, CHAIN_MODELREGISTRY_NOTTASKOWNER, CHAIN_MODELREGISTRY_NOTPARENT.
 */
export async function registerModel(
  context: ActionContext,
  { terms, parent = ZeroHash, artifact, metadataUri }: RegisterModelInput,
): Promise<Executed<string>> {
  const args: [TaskTerms, string, string, string] = [terms, parent, artifact, metadataUri];
  return execute(
    context,
    context.contracts.modelRegistry.register,
    args,
    `register-model:${terms.manifest}:${terms.nonce}`,
  );
}

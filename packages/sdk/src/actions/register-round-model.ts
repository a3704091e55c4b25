import { ZeroHash } from "ethers";

import type { CircuitNameStruct } from "../../../../typechain-types/contracts/models/IModelRegistry.ts";
import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface RegisterRoundModelInput {
  readonly terms: RoundTerms;
  /** Name of the task's evaluation circuit: its first parameter is the samples of a shard. Absent without evaluation. */
  readonly evaluator?: { readonly name: string; readonly version: number; readonly params: readonly number[] };
  /** Model whose weights the task started from. */
  readonly parent?: string;
  /** SHA-256 digest of the published weights. */
  readonly artifact: string;
  readonly metadataUri: string;
}

/**
 * Registers the model that a completed task of rounds of the sender trained, with its proved metrics, and returns its id.
 *
 * @throws CorexError CHAIN_MODELREGISTRY_TASKNOTCOMPLETED, CHAIN_MODELREGISTRY_NOTTASKOWNER, CHAIN_MODELREGISTRY_NOTPARENT,
 *   CHAIN_MODELREGISTRY_WRONGCIRCUIT.
 */
export async function registerRoundModel(
  context: ActionContext,
  { terms, evaluator, parent = ZeroHash, artifact, metadataUri }: RegisterRoundModelInput,
): Promise<Executed<string>> {
  const { name = "", version = 0, params = [] } = evaluator ?? {};
  const circuit: CircuitNameStruct = { name, version, params: [...params] };
  const args: [RoundTerms, CircuitNameStruct, string, string, string] = [terms, circuit, parent, artifact, metadataUri];
  const intent = `register-model:${terms.manifest}:${terms.nonce}`;
  return execute(context, context.contracts.modelRegistry.registerRound, args, intent);
}

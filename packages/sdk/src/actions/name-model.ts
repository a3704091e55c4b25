import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Makes a model of the sender the next version of what it calls `label` (32 bytes); returns the number of the version, from 1.
 *
 * @throws CorexError CHAIN_MODELREGISTRY_NOTMODELOWNER, CHAIN_MODELREGISTRY_NAMED, CHAIN_MODELREGISTRY_EMPTYLABEL,
 *   CHAIN_MODELREGISTRY_UNKNOWNMODEL.
 */
export async function nameModel(context: ActionContext, model: string, label: string): Promise<Executed<bigint>> {
  return execute(context, context.contracts.modelRegistry.nameModel, [model, label], `name-model:${model}`);
}

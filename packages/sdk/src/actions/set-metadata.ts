import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Announces new metadata of the sender's node. @throws CorexError CHAIN_NODEREGISTRY_METADATATOOLONG and others. */
export async function setMetadata(context: ActionContext, metadataUri: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.nodeRegistry.setMetadata, [metadataUri], "set-metadata");
}

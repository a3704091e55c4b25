import { execute, type ActionContext, type Executed } from "./execute.ts";

/** What a version of a dataset is: its id on the chain is the hash of it. */
export interface DatasetTerms {
  /** SHA-256 digest of the manifest in content-addressed storage. */
  readonly manifest: string;
  readonly shardRoot: string;
  /** keccak256 of the canonical JSON of the columns. */
  readonly schemaHash: string;
  /** keccak256 of the canonical JSON of the recipe that makes the shards from the raw input. */
  readonly preprocessingHash: string;
  /** SHA-256 digest of the text of the licence. */
  readonly licence: string;
  /** Dataset that it is derived from; the zero hash for none. */
  readonly parent: string;
  /** Price of access, in CXT wei; zero for a free one. */
  readonly price: bigint;
  readonly shards: number;
  readonly rows: bigint;
}

/**
 * Registers the first version of a dataset of the sender and returns its id.
 *
 * @throws CorexError CHAIN_DATASETREGISTRY_DATASETEXISTS, CHAIN_DATASETREGISTRY_EMPTYTERM,
 *   CHAIN_DATASETREGISTRY_UNKNOWNDATASET and CHAIN_DATASETREGISTRY_NOACCESS about the parent.
 */
export async function registerDataset(context: ActionContext, terms: DatasetTerms): Promise<Executed<string>> {
  const { datasetRegistry } = context.contracts;
  return execute(context, datasetRegistry.register, [{ ...terms }], `register-dataset:${terms.manifest}`);
}

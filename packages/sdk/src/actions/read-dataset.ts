import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import type { DatasetTerms } from "./register-dataset.ts";
import type { Collaborator } from "./set-dataset-collaborators.ts";

/** A version of a dataset as it is now. */
export interface DatasetSummary {
  readonly dataset: string;
  /** What was registered; its price is the first one. */
  readonly terms: DatasetTerms;
  readonly owner: string;
  /** First version of the line. */
  readonly line: string;
  /** Number in the line, from 1. */
  readonly version: number;
  /** Newest version of the line. */
  readonly latest: string;
  /** CXT wei of access now; zero for a free one. */
  readonly price: bigint;
  readonly sales: number;
  readonly retired: boolean;
  /** Seconds since the Unix epoch. */
  readonly registeredAt: number;
  /** Who shares the sales; empty when the owner has all. */
  readonly collaborators: readonly Collaborator[];
}

/** Everything about a version of a dataset. @throws CorexError CHAIN_DATASETREGISTRY_UNKNOWNDATASET. */
export async function readDataset({ datasetRegistry }: CorexContracts, dataset: string): Promise<DatasetSummary> {
  try {
    const [record, owner, latest, collaborators] = await Promise.all([
      datasetRegistry.get(dataset),
      datasetRegistry.ownerOf(dataset),
      datasetRegistry.latestOf(dataset),
      datasetRegistry.collaboratorsOf(dataset),
    ]);
    const { manifest, shardRoot, schemaHash, preprocessingHash, licence, parent } = record.terms;
    const hashes = { manifest, shardRoot, schemaHash, preprocessingHash, licence, parent };
    const { price: firstPrice, shards, rows } = record.terms;
    return {
      dataset,
      terms: { ...hashes, price: firstPrice, shards: Number(shards), rows },
      owner,
      line: record.line,
      version: Number(record.version),
      latest,
      price: record.price,
      sales: Number(record.sales),
      retired: record.retired,
      registeredAt: Number(record.registeredAt),
      collaborators: collaborators.map(({ account, shareBps }) => ({ account, shareBps: Number(shareBps) })),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

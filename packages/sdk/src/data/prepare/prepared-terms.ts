import { ZeroHash } from "ethers";

import { contentIdToBytes32, type ContentId } from "../../store/content-id.ts";
import type { PreparedDataset } from "./prepare-dataset.ts";

/** What a chain is told about a prepared dataset. */
export interface PreparedTerms {
  /** SHA-256 digest of the manifest. */
  readonly manifest: `0x${string}`;
  readonly shardRoot: `0x${string}`;
  readonly schemaHash: `0x${string}`;
  readonly preprocessingHash: `0x${string}`;
  /** SHA-256 digest of the text of the licence. */
  readonly licence: `0x${string}`;
  /** Dataset on chain that it is derived from; the zero hash for none. */
  readonly parent: string;
  /** Price of access in CXT wei. */
  readonly price: bigint;
  readonly shards: number;
  readonly rows: bigint;
}

/** The terms under which a dataset is registered. @param licence id of the text of the licence. */
export function preparedTerms(
  { manifestId, manifest }: PreparedDataset,
  { licence, price, parent = ZeroHash }: { licence: ContentId; price: bigint; parent?: string | undefined },
): PreparedTerms {
  const { shardRoot, schemaHash, preprocessingHash, shards, counts } = manifest;
  return {
    manifest: contentIdToBytes32(manifestId),
    shardRoot,
    schemaHash,
    preprocessingHash,
    licence: contentIdToBytes32(licence),
    parent,
    price,
    shards: shards.length,
    rows: BigInt(counts.rows),
  };
}

import { keccak256, toUtf8Bytes } from "ethers";

import { canonicalJson } from "../../store/canonical-json.ts";
import { shardRoot, type ShardLeaf } from "../shard-tree.ts";
import type { PreparedShardEntry } from "./prepared-manifest.ts";

/** The SHA-256 digest loses its last byte, so that a shard's value is also an element of the field of the circuits. */
const DROPPED_HEX_DIGITS = 2;

/** keccak256 of the canonical JSON of a document: how a chain names a schema or a recipe. */
export function documentHash(document: unknown): `0x${string}` {
  return keccak256(toUtf8Bytes(canonicalJson(document))) as `0x${string}`;
}

/** The leaf of a shard: its index and `uint256(sha256) >> 8`. */
export function preparedLeaf({ index, sha256 }: Pick<PreparedShardEntry, "index" | "sha256">): ShardLeaf {
  return { index, commitment: `0x${sha256.slice(0, -DROPPED_HEX_DIGITS).padStart(sha256.length, "0")}` };
}

/** Root over all shards, for OpenZeppelin's `MerkleProof.verify`. */
export function preparedRoot(shards: readonly PreparedShardEntry[]): `0x${string}` {
  return shardRoot(shards.map(preparedLeaf));
}

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

import { CorexError } from "../errors.ts";
import type { DatasetManifest, ManifestShard } from "./manifest.ts";

/** Types of a leaf: index and commitment. leaf = keccak256(keccak256(abi.encode(index, commitment))). */
const LEAF_ENCODING = ["uint256", "bytes32"];

/** What a leaf is made of. */
export type ShardLeaf = Pick<ManifestShard, "index" | "commitment">;

type ShardTree = StandardMerkleTree<[number, string]>;

/** Root of the keccak Merkle tree over (index, commitment) of every shard: the value a task stores on chain. */
export function datasetRoot(manifest: DatasetManifest): `0x${string}` {
  return shardRoot(manifest.shards);
}

/** The same for any list of shards, such as a split of a round dataset. */
export function shardRoot(shards: readonly ShardLeaf[]): `0x${string}` {
  return shardTree(shards).root as `0x${string}`;
}

/**
 * Merkle proof of one shard, for OpenZeppelin's `MerkleProof.verify(proof, root, leaf)` with sorted pairs.
 *
 * @throws CorexError DATA_UNKNOWN_SHARD when no shard has this index.
 */
export function shardProof(manifest: DatasetManifest, index: number): `0x${string}`[] {
  return shardProofIn(manifest.shards, index);
}

/** The same for any list of shards. @throws CorexError DATA_UNKNOWN_SHARD when no shard has this index. */
export function shardProofIn(shards: readonly ManifestShard[], index: number): `0x${string}`[] {
  requireShardIn(shards, index);
  return shardTree(shards).getProof(index) as `0x${string}`[];
}

/**
 * Checks that a manifest is the one a task was published with.
 *
 * @param onChainRoot `bytes32` read from the task.
 * @throws CorexError DATA_ROOT_MISMATCH naming both roots.
 */
export function verifyDatasetRoot(manifest: DatasetManifest, onChainRoot: string): void {
  verifyShardRoot(manifest.shards, onChainRoot);
}

/** The same for any list of shards. @throws CorexError DATA_ROOT_MISMATCH naming both roots. */
export function verifyShardRoot(shards: readonly ManifestShard[], onChainRoot: string): void {
  const root = shardRoot(shards);
  if (root !== onChainRoot.toLowerCase()) {
    throw new CorexError(
      "DATA_ROOT_MISMATCH",
      `the manifest has the shard root ${root}, the chain has ${onChainRoot}: it is another dataset`,
      { details: { root, onChainRoot } },
    );
  }
}

/** The manifest entry of a shard. @throws CorexError DATA_UNKNOWN_SHARD when no shard has this index. */
export function requireShard(manifest: DatasetManifest, index: number): ManifestShard {
  return requireShardIn(manifest.shards, index);
}

/** The same for any list of shards. @throws CorexError DATA_UNKNOWN_SHARD when no shard has this index. */
export function requireShardIn(shards: readonly ManifestShard[], index: number): ManifestShard {
  const shard = shards[index];
  if (shard === undefined) {
    throw new CorexError("DATA_UNKNOWN_SHARD", `there is no shard ${index}: the dataset has ${shards.length}`, {
      details: { index, shards: shards.length },
    });
  }
  return shard;
}

function shardTree(shards: readonly ShardLeaf[]): ShardTree {
  return StandardMerkleTree.of<[number, string]>(
    shards.map(({ index, commitment }) => [index, commitment]),
    LEAF_ENCODING,
  );
}

import { concat, keccak256, toBeHex } from "ethers";

import { CorexError } from "../errors.ts";

/**
 * Root of the Merkle tree over (lane, digest): the result that a node answers with.
 *
 * Leaves and tree are those of OpenZeppelin's `StandardMerkleTree` over ("uint256", "bytes32"), as for shards:
 * leaf = keccak256(keccak256(abi.encode(lane, digest))), sorted leaves, sorted pairs. Computed here because it counts
 * against the time of the node, and the library takes several times as long for thousands of leaves.
 *
 * @throws CorexError BENCHMARK_NO_LANES for an empty list: the root of nothing is no result.
 */
export function laneRoot(digests: readonly string[]): string {
  if (digests.length === 0)
    throw new CorexError("BENCHMARK_NO_LANES", "a result needs the digest of one lane at least");
  const leaves = digests.map((digest, lane) => keccak256(keccak256(concat([toBeHex(lane, 32), digest])))).sort();
  const inner = leaves.length - 1;
  const tree: string[] = [...new Array<string>(inner).fill(""), ...leaves.reverse()];
  for (let index = inner - 1; index >= 0; index -= 1) {
    tree[index] = hashPair(tree[2 * index + 1] ?? "", tree[2 * index + 2] ?? "");
  }
  return tree[0] ?? "";
}

function hashPair(a: string, b: string): string {
  return keccak256(a < b ? concat([a, b]) : concat([b, a]));
}

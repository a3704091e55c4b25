import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { toBeHex } from "ethers";

/** The tree over `count` shards whose commitments are `first`, `first + 1`, and so on. */
export function shardTree(count: number, first: bigint): StandardMerkleTree<[number, string]> {
  return StandardMerkleTree.of<[number, string]>(
    Array.from({ length: count }, (_, index) => [index, toBeHex(first + BigInt(index), 32)]),
    ["uint256", "bytes32"],
  );
}

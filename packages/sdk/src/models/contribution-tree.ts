import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

import { CorexError } from "../errors.ts";

/** What a node did for a model. */
export interface Contribution {
  readonly node: bigint;
  /** Settled fragments of the model's task that are its own. */
  readonly fragments: bigint;
}

/** Types of a leaf: node and fragments. */
const LEAF_ENCODING = ["uint256", "uint256"];

/** Counts the fragments of each node, in rising order of nodes: the list that the chain takes. */
export function contributionsOf(records: Iterable<{ readonly node: bigint }>): Contribution[] {
  const counts = new Map<bigint, bigint>();
  for (const { node } of records) counts.set(node, (counts.get(node) ?? 0n) + 1n);
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([node, fragments]) => ({ node, fragments }));
}

/** Root over a list that is not empty: what the chain computes when the list is posted. */
export function contributionsRoot(list: readonly Contribution[]): `0x${string}` {
  return treeOf(list).root as `0x${string}`;
}

/**
 * Merkle proof of what `node` did.
 *
 * @throws CorexError MODEL_NOT_A_CONTRIBUTOR when the list does not have the node.
 */
export function contributionProof(list: readonly Contribution[], node: bigint): `0x${string}`[] {
  return treeOf(list).getProof(list.indexOf(requireContribution(list, node))) as `0x${string}`[];
}

/** What `node` did. @throws CorexError MODEL_NOT_A_CONTRIBUTOR when the list does not have the node. */
export function requireContribution(list: readonly Contribution[], node: bigint): Contribution {
  const contribution = list.find((entry) => entry.node === node);
  if (contribution === undefined) {
    throw new CorexError("MODEL_NOT_A_CONTRIBUTOR", `node ${node} is not in the list of contributions`, {
      details: { node },
    });
  }
  return contribution;
}

function treeOf(list: readonly Contribution[]): StandardMerkleTree<[bigint, bigint]> {
  const leaves = list.map(({ node, fragments }): [bigint, bigint] => [node, fragments]);
  return StandardMerkleTree.of(leaves, LEAF_ENCODING, { sortLeaves: false });
}

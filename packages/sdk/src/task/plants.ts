import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

import { randomBytes } from "node:crypto";

import { CorexError } from "../errors.ts";

/** A result that is wrong on purpose, which a verifier must reject. */
export interface Plant {
  readonly fragment: number;
  /** SHA-256 digest of the planted result. */
  readonly result: string;
  /** 32 bytes; until it is known nobody can tell a plant from another result. */
  readonly salt: string;
}

/** A plant and the proof that the terms committed to it. */
export interface ProvedPlant extends Plant {
  readonly proof: readonly string[];
}

/** leaf = keccak256(bytes.concat(keccak256(abi.encode(fragment, result, salt)))), as `IWorkReview.revealPlant`. */
const LEAF_ENCODING = ["uint32", "bytes32", "bytes32"];

type PlantLeaf = [number, string, string];

/** Root of the planted results of a task: `plantRoot` of its terms. @throws CorexError TASK_INVALID without a plant. */
export function plantRoot(plants: readonly Plant[]): string {
  return plantTree(plants).root;
}

/** Proof of one of the plants. @throws CorexError TASK_INVALID when there is none for the fragment. */
export function provePlant(plants: readonly Plant[], fragment: number): ProvedPlant {
  const index = plants.findIndex((plant) => plant.fragment === fragment);
  const plant = plants[index];
  if (plant === undefined) throw invalid(`fragment ${fragment} has no plant`);
  return { ...plant, proof: plantTree(plants).getProof(index) };
}

/** Whether the terms with this root committed to the plant. */
export function isPlant(root: string, { fragment, result, salt, proof }: ProvedPlant): boolean {
  try {
    return StandardMerkleTree.verify<PlantLeaf>(root, LEAF_ENCODING, [fragment, result, salt], [...proof]);
  } catch {
    return false;
  }
}

/** What stands in the terms of a task without plants: nobody can tell it from a root. */
export function noPlants(): string {
  return `0x${randomBytes(32).toString("hex")}`;
}

function plantTree(plants: readonly Plant[]): StandardMerkleTree<PlantLeaf> {
  if (plants.length === 0) throw invalid("there is no plant");
  if (new Set(plants.map(({ fragment }) => fragment)).size !== plants.length) {
    throw invalid("a fragment has more than one plant");
  }
  const leaves = plants.map(({ fragment, result, salt }): PlantLeaf => [fragment, result, salt]);
  return StandardMerkleTree.of<PlantLeaf>(leaves, LEAF_ENCODING);
}

function invalid(message: string): CorexError {
  return new CorexError("TASK_INVALID", message, { retry: "after-change" });
}

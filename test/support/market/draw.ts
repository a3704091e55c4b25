// The draw of a fragment, written again from its specification: the weights of a class laid end to end by device, tier and
// node id; each attempt hits a point; who fell since is accepted with the ratio of its weights.
import { AbiCoder, encodeBytes32String, keccak256 } from "ethers";

import { saltHash } from "./hashes.ts";
import { ethers, time, type Bare } from "./suite.ts";
import type { LinearTask } from "./task.ts";

const abi = AbiCoder.defaultAbiCoder();
const ATTEMPTS = 16n;

/** A node as the draw sees it. */
export interface Candidate {
  readonly node: bigint;
  /** Device class, from 0. */
  readonly device: bigint;
  /** Weight and tier at the start of the period. */
  readonly frozenWeight: bigint;
  readonly frozenTier: bigint;
  /** Weight and tier now. */
  readonly weight: bigint;
  readonly tier: bigint;
  readonly eligible: boolean;
}

export interface DrawRequest {
  readonly entropy: string;
  readonly salt: string;
  readonly device: bigint;
  readonly minTier: bigint;
  readonly excluded: bigint;
}

/** The node that a draw comes to; zero for nobody. */
export function drawn(request: DrawRequest, candidates: readonly Candidate[]): bigint {
  const leaves = candidates
    .filter(({ frozenWeight }) => frozenWeight > 0n)
    .filter(({ device }) => request.device === 0n || request.device === device + 1n)
    .filter(({ frozenTier }) => frozenTier >= request.minTier)
    .toSorted((a, b) => Number(a.device - b.device || a.frozenTier - b.frozenTier || a.node - b.node));
  const total = leaves.reduce((sum, { frozenWeight }) => sum + frozenWeight, 0n);
  if (total === 0n) return 0n;
  const seed = keccak256(abi.encode(["bytes32", "bytes32"], [request.entropy, request.salt]));
  let found = 0n;
  for (let attempt = 0n; attempt < ATTEMPTS; attempt++) {
    const leaf = leafAt(leaves, hashed(["bytes32", "uint256"], [seed, attempt]) % total);
    if (leaf.node === found || !leaf.eligible || leaf.weight === 0n || leaf.tier < request.minTier) continue;
    const acceptance = hashed(["bytes32", "bytes32", "uint256"], [encodeBytes32String("acceptance"), seed, attempt]);
    if (leaf.weight < leaf.frozenWeight && acceptance % leaf.frozenWeight >= leaf.weight) continue;
    found = leaf.node;
    if (found !== request.excluded) break;
  }
  return found;
}

/** All nodes as a draw in the next block sees them. */
export async function candidatesOf({ scheduler, nodeRegistry }: Bare): Promise<Candidate[]> {
  const count = Number(await nodeRegistry.nodeCount());
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const node = BigInt(index + 1);
      const { device, weight, tier } = await scheduler.weightOf(node);
      const [frozenWeight, frozenTier] = await scheduler.frozenWeightOf(node);
      const eligible = await nodeRegistry.isEligible(node);
      return { node, device, frozenWeight, frozenTier, weight, tier, eligible };
    }),
  );
}

/** The node that the open fragment of `chain` should be drawn to now; zero for nobody. */
export async function expectedNode(suite: Bare, task: LinearTask, chain: number): Promise<bigint> {
  const { ticket, step, missed, waited } = await suite.market.cursorOf(task.id, chain);
  const entropy = (await ethers.provider.getBlock(Number(ticket)))?.hash ?? "";
  const request = {
    entropy,
    salt: saltHash(task.id, chain, step),
    device: BigInt(task.terms.device),
    minTier: openTier(task, waited),
    excluded: missed,
  };
  return drawn(request, await candidatesOf(suite));
}

/** Lowest tier of a draw: from 100 CXT on, tier 4 for a minute and one lower each minute, down to what is asked for. */
export function openTier({ terms }: Pick<LinearTask, "terms">, waited: bigint): bigint {
  const floor = BigInt(terms.minTier);
  if (terms.feePerFragment < 100n * 10n ** 18n) return floor;
  const open = 4n - waited / 60n;
  return open > floor ? open : floor;
}

/** The ticket of a request in block `block`: the next block, unless it lies in the tail of its period. */
export function ticketOf(block: bigint, periodBlocks = 32n, tailBlocks = 6n): bigint {
  const next = block + 1n;
  const left = periodBlocks - 1n - (next % periodBlocks);
  return left >= tailBlocks ? next : next + left + 1n;
}

/** The ticket of the draw that the last transaction requested. */
export async function lastTicket(): Promise<bigint> {
  return ticketOf(BigInt(await time.latestBlock()));
}

function hashed(types: string[], values: unknown[]): bigint {
  return BigInt(keccak256(abi.encode(types, values)));
}

function leafAt(leaves: readonly Candidate[], point: bigint): Candidate {
  let rest = point;
  for (const leaf of leaves) {
    if (rest < leaf.frozenWeight) return leaf;
    rest -= leaf.frozenWeight;
  }
  throw new Error("a point beyond all weights");
}

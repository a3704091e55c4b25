import { AbiCoder, keccak256, toBeHex, toQuantity } from "ethers";

import { levelsOf, passedOver, tagged, TOTAL_BITS, treeWords, type TreeWord } from "./tree-words.ts";
import type { World } from "./world.ts";

/** Storage of `Scheduler`: what is known of nodes, the two versions of the totals, three slots for each tree. */
const RECORDS = 1n;
const TOTALS = [2n, 3n] as const;
const FIRST_TREE = 4n;
const SLOTS_PER_TREE = 3n;
const [CURRENT, PREVIOUS] = [1n, 2n];
/** Storage of `NodeRegistry` and `StakeVault`: nodes and stakes, three slots each. */
const NODES = 1n;
const STAKES = 2n;
const SLOTS_PER_RECORD = 3;

const WRITES_AT_ONCE = 5_000;
const CODER = AbiCoder.defaultAbiCoder();

/** The two tiers that the nodes are in, without and with stake: those of a new node of medium capacity. */
const CROWD_TIERS = [1, 2] as const;

/** Every second node has a stake. */
export function isStaked(node: bigint): boolean {
  return node % 2n === 1n;
}

/**
 * Nodes of a real scheduler: the first `real` ones came by transactions, the others are written into the trees, each like
 * the last real one with or without stake. What a draw reads of the one node that it draws is written before the draw.
 */
export class Crowd {
  readonly size: number;
  readonly #world: World;
  readonly #real: number;
  /** Weights by position, for each of the two tiers. */
  readonly #weights: readonly (readonly number[])[];

  private constructor(world: World, size: number, real: number, weights: readonly (readonly number[])[]) {
    this.#world = world;
    this.size = size;
    this.#real = real;
    this.#weights = weights;
  }

  /**
   * Fills the trees up to `size` nodes. All words were last written in an earlier period; those above real nodes twice,
   * as in a network that is some periods old.
   */
  static async populate(world: World, size: number, real: number): Promise<Crowd> {
    const { scheduler, entropySource } = world.contracts;
    const known = await Promise.all(
      Array.from({ length: real }, async (_, index) => scheduler.weightOf(BigInt(index + 1))),
    );
    const weights = CROWD_TIERS.map((tier) =>
      Array.from({ length: size }, (_, position) => {
        const record = known[position] ?? known[likeness(position, real)];
        return record !== undefined && Number(record.tier) === tier ? Number(record.weight) : 0;
      }),
    );
    const crowd = new Crowd(world, size, real, weights);
    await crowd.#write((await entropySource.period()) - 1n);
    await world.nextPeriod();
    const total = weights.flat().reduce((sum, weight) => sum + weight, 0);
    if ((await scheduler.frozenTotalOf(0, 0)) !== BigInt(total))
      throw new Error(`a crowd of ${size} has another total`);
    return crowd;
  }

  /** Mean of the numbers that draws of nodes with, or without, stake pass over. */
  meanPassedOver(staked: boolean): number {
    const positions = Array.from({ length: this.size }, (_, position) => position).filter(
      (position) => isStaked(BigInt(position + 1)) === staked,
    );
    return positions.reduce((sum, position) => sum + passedOver(position, this.size), 0) / positions.length;
  }

  /** The node that a draw with decided entropy hits first, as the scheduler chooses it. */
  async candidate(task: string, chain: number, step: number, ticket: number): Promise<bigint> {
    const block = await this.#world.provider.getBlock(ticket);
    if (block?.hash == null) throw new Error(`block ${ticket} is not there`);
    const salt = keccak256(CODER.encode(["bytes32", "uint256", "uint256"], [task, chain, step]));
    const seed = keccak256(CODER.encode(["bytes32", "bytes32"], [block.hash, salt]));
    const hash = keccak256(CODER.encode(["bytes32", "uint256"], [seed, 0]));
    const laid = this.#weights.flat();
    let rest = Number(BigInt(hash) % BigInt(laid.reduce((sum, weight) => sum + weight, 0)));
    const found = laid.findIndex((weight) => (rest -= weight) < 0);
    return BigInt((found % this.size) + 1);
  }

  /** Writes all that a draw of `node` reads beside the trees: it has what the last real node with or without stake has. */
  async admit(node: bigint): Promise<void> {
    if (node > BigInt(this.#real)) await this.#copyRecords(node);
  }

  async #write(period: bigint): Promise<void> {
    const { Scheduler } = this.#world.deployment.contracts;
    let word = 0n;
    for (const [index, tier] of CROWD_TIERS.entries()) {
      const total = (this.#weights[index] ?? []).reduce((sum, weight) => sum + weight, 0);
      word |= BigInt(total) << (TOTAL_BITS * BigInt(tier));
    }
    for (const slot of TOTALS) await this.#writeWords(Scheduler, slot, [{ key: 0n, word: tagged(word, period) }]);
    for (const [index, tier] of CROWD_TIERS.entries()) {
      const tree = FIRST_TREE + SLOTS_PER_TREE * BigInt(tier);
      await this.#world.rpc("hardhat_setStorageAt", [Scheduler, toQuantity(tree), word32(BigInt(levelsOf(this.size)))]);
      const words = treeWords(this.#weights[index] ?? [], period);
      await this.#writeWords(Scheduler, tree + CURRENT, words);
      await this.#writeWords(Scheduler, tree + PREVIOUS, words.filter(isAboveReal));
    }
  }

  /** Writes `words` into the mapping at `slot`. */
  async #writeWords(contract: string, slot: bigint, words: readonly TreeWord[]): Promise<void> {
    for (let first = 0; first < words.length; first += WRITES_AT_ONCE) {
      const writes = words
        .slice(first, first + WRITES_AT_ONCE)
        .map(async ({ key, word }) =>
          this.#world.rpc("hardhat_setStorageAt", [contract, toQuantity(slotOf(slot, key)), word32(word)]),
        );
      await Promise.all(writes);
    }
  }

  async #copyRecords(node: bigint): Promise<void> {
    const { Scheduler, NodeRegistry, StakeVault } = this.#world.deployment.contracts;
    const model = BigInt(likeness(Number(node) - 1, this.#real) + 1);
    await this.#copy(Scheduler, RECORDS, model, node, 1);
    await this.#copy(NodeRegistry, NODES, model, node, SLOTS_PER_RECORD);
    await this.#copy(StakeVault, STAKES, model, node, SLOTS_PER_RECORD);
    const { nodeRegistry, stakeVault } = this.#world.contracts;
    const hasStake = (await stakeVault.stakeOf(node)) !== 0n;
    if (!(await nodeRegistry.isEligible(node)) || hasStake !== isStaked(node)) {
      throw new Error(`node ${node} is not like node ${model}`);
    }
  }

  async #copy(contract: string, slot: bigint, from: bigint, to: bigint, slots: number): Promise<void> {
    for (let index = 0n; index < BigInt(slots); index += 1n) {
      const word = await this.#world.provider.getStorage(contract, slotOf(slot, from) + index);
      await this.#world.rpc("hardhat_setStorageAt", [contract, toQuantity(slotOf(slot, to) + index), word]);
    }
  }
}

/** Whether a word is above a real node: only weights of these change, and earlier versions matter only where weights do. */
function isAboveReal({ key }: TreeWord): boolean {
  return key % 2n ** 32n < 2n;
}

/** Position of the last real node with stake, or of the last without, whichever a position is to be like. */
function likeness(position: number, real: number): number {
  const last = real - 1;
  return position % 2 === last % 2 ? last : last - 1;
}

/** Slot of a mapping's value. */
function slotOf(slot: bigint, key: bigint): bigint {
  return BigInt(keccak256(`${word32(key)}${word32(slot).slice(2)}`));
}

function word32(value: bigint): string {
  return toBeHex(value, 32);
}

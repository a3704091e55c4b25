// A deterministic task of rounds, and the moves of those who take part in it.
import type { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, ZeroHash, type ContractTransactionResponse } from "ethers";

import { laneShares } from "../../../packages/sdk/src/math/apply-step.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, roundShardIndex } from "../../../packages/sdk/src/task/round-fragment.ts";
import type { RoundTerms } from "../../../packages/sdk/src/task/round-terms.ts";
import { decide, type Signer } from "../market/suite.ts";
import { shardTree } from "./shard-tree.ts";
import { applyCircuit, ARTIFACT, type RoundSuite } from "./suite.ts";

/** Signers that may operate nodes. */
const OPERATORS = [2, 3, 4, 9, 10];
const TRAINING_BATCH = 1_000n;
const HELD_OUT_BATCH = 2_000n;

export { APPLY_FRAGMENT, FIRST_EVALUATION };

export type RoundOptions = { readonly owner: Signer; readonly network?: boolean } & {
  readonly [Term in keyof Omit<RoundTerms, "owner">]?: RoundTerms[Term];
};

/** One task. Gradients, weights and losses are numbers that say where they come from. */
export class RoundTask {
  readonly suite: RoundSuite;
  readonly terms: RoundTerms;
  readonly id: string;
  readonly #owner: Signer;
  readonly #network: boolean;
  readonly #training: StandardMerkleTree<[number, string]>;
  readonly #heldOut: StandardMerkleTree<[number, string]>;

  private constructor(
    suite: RoundSuite,
    { owner, network }: RoundOptions,
    terms: RoundTerms,
    taskId: string,
    trees: readonly [StandardMerkleTree<[number, string]>, StandardMerkleTree<[number, string]>],
  ) {
    this.suite = suite;
    this.terms = terms;
    this.id = taskId;
    this.#owner = owner;
    this.#network = network ?? false;
    [this.#training, this.#heldOut] = trees;
  }

  static async create(suite: RoundSuite, options: RoundOptions): Promise<RoundTask> {
    const { owner, network = false, ...given } = options;
    const lanes = given.lanes ?? 2n;
    const shards = given.shards ?? 3n;
    const heldOut = given.heldOut ?? 2n;
    const trees = [
      shardTree(Number(shards), TRAINING_BATCH),
      shardTree(Math.max(Number(heldOut), 1), HELD_OUT_BATCH),
    ] as const;
    const fee = (amount: bigint): bigint => (network ? 0n : amount);
    const terms: RoundTerms = {
      owner: owner.address,
      gradientCircuit: suite.circuits.gradient.id,
      applyCircuit: applyCircuit(Number(lanes)).id,
      evaluateCircuit: heldOut === 0n ? ZeroHash : suite.circuits.evaluate.id,
      shardRoot: trees[0].root,
      heldOutRoot: heldOut === 0n ? ZeroHash : trees[1].root,
      initialWeights: 77n,
      manifest: id("round manifest"),
      feePerGradient: fee(10n ** 15n),
      feePerApply: fee(3n * 10n ** 15n),
      feePerEvaluation: heldOut === 0n ? 0n : fee(7n * 10n ** 14n),
      fragmentDuration: 600n,
      roundDuration: 1_800n,
      rounds: 2n,
      shards,
      lanes,
      quorum: 1n,
      heldOut,
      device: 0n,
      minTier: 0n,
      nonce: 0n,
      ...given,
    };
    return new RoundTask(suite, options, terms, await suite.rounds.taskIdOf(terms), trees);
  }

  async publish(): Promise<ContractTransactionResponse> {
    const rounds = this.suite.rounds.connect(this.#owner);
    return this.#network ? rounds.publishNetwork(this.terms) : rounds.publish(this.terms);
  }

  /** Waits for the entropy and draws; returns the operator of the node that got the fragment. */
  async assign(fragment: number): Promise<Signer> {
    const { rounds } = this.suite;
    for (let attempt = 0; attempt < 4; attempt++) {
      const { ticket } = await rounds.cursorOf(this.id, fragment);
      await decide(this.suite, ticket);
      await rounds.assign(this.terms, fragment);
      if ((await rounds.cursorOf(this.id, fragment)).node !== 0n) return this.assignee(fragment);
    }
    throw new Error(`nobody was drawn for fragment ${fragment}`);
  }

  /** The operator of the node that has a fragment. */
  async assignee(fragment: number): Promise<Signer> {
    const { rounds, nodeRegistry, signer } = this.suite;
    const { node } = await rounds.cursorOf(this.id, fragment);
    const { operator } = await nodeRegistry.get(node);
    return signer(OPERATORS.find((index) => signer(index).address === operator) ?? -1);
  }

  /** Weights commitment that the open round starts from. */
  async head(): Promise<bigint> {
    const head = await this.suite.rounds.headOf(this.id);
    return head === 0n ? this.terms.initialWeights : head;
  }

  async gradient(lane: number, operator: string) {
    const { rounds, circuits } = this.suite;
    const { round } = await rounds.stateOf(this.id);
    const shard = roundShardIndex(this.terms, Number(round), lane);
    const claim = {
      lane,
      round,
      gradient: 10_000n + 100n * round + BigInt(lane),
      batch: TRAINING_BATCH + BigInt(shard),
      loss: 500n + BigInt(lane),
      artifact: ARTIFACT,
      shardProof: this.#training.getProof(shard),
    };
    const ctx = await rounds.contextOf(this.terms.gradientCircuit, this.id, lane, round, operator);
    const inputs = [await this.head(), claim.gradient, claim.batch, claim.loss, ctx];
    return { ...claim, proof: circuits.gradient.prove(inputs) };
  }

  /** The step over the lanes of the open round that `settled` names; those that the state names when absent. */
  async step(operator: string, settled?: readonly number[]) {
    const { rounds } = this.suite;
    const state = await rounds.stateOf(this.id);
    const lanes = Array.from({ length: Number(this.terms.lanes) }, (_, lane) => lane);
    const there = (lane: number): boolean =>
      settled === undefined ? ((state.settled >> BigInt(lane)) & 1n) === 1n : settled.includes(lane);
    const claim = { round: state.round, newWeights: 90_000n + state.round, artifact: ARTIFACT };
    const ctx = await rounds.contextOf(this.terms.applyCircuit, this.id, APPLY_FRAGMENT, state.round, operator);
    const gradients = lanes.map((lane) => (there(lane) ? 10_000n + 100n * state.round + BigInt(lane) : 0n));
    // Steps that are refused for other reasons are asked for in rounds without a gradient, too.
    const shares = lanes.some(there) ? laneShares(lanes.map(there)) : lanes.map(() => 0n);
    const inputs = [await this.head(), claim.newWeights, ...gradients, ...shares, ctx];
    return { ...claim, proof: applyCircuit(lanes.length).prove(inputs) };
  }

  async evaluation(shard: number, operator: string) {
    const { rounds, circuits } = this.suite;
    const claim = {
      shard,
      batch: HELD_OUT_BATCH + BigInt(shard),
      loss: 40n + BigInt(shard),
      correct: 5n + BigInt(shard),
      shardProof: this.#heldOut.getProof(shard),
    };
    const place = [FIRST_EVALUATION + shard, this.terms.rounds, operator] as const;
    const ctx = await rounds.contextOf(this.terms.evaluateCircuit, this.id, ...place);
    const inputs = [await this.head(), claim.batch, claim.loss, claim.correct, ctx];
    return { ...claim, proof: circuits.evaluate.prove(inputs) };
  }

  /** Submits an assigned fragment as its assignee. */
  async submit(fragment: number): Promise<ContractTransactionResponse> {
    const operator = await this.assignee(fragment);
    const rounds = this.suite.rounds.connect(operator);
    if (fragment < APPLY_FRAGMENT) {
      return rounds.submitGradient(this.terms, await this.gradient(fragment, operator.address));
    }
    if (fragment === APPLY_FRAGMENT) return rounds.submitApply(this.terms, await this.step(operator.address));
    return rounds.submitEvaluation(this.terms, await this.evaluation(fragment - FIRST_EVALUATION, operator.address));
  }

  /** Draws and submits a fragment. */
  async work(fragment: number): Promise<ContractTransactionResponse> {
    await this.assign(fragment);
    return this.submit(fragment);
  }

  /** Draws and submits the lanes of the open round. */
  async workLanes(): Promise<void> {
    for (let lane = 0; lane < Number(this.terms.lanes); lane++) await this.work(lane);
  }

  /** Draws and submits everything. */
  async complete(): Promise<void> {
    for (let round = 0; round < Number(this.terms.rounds); round++) {
      await this.workLanes();
      await this.work(APPLY_FRAGMENT);
    }
    for (let shard = 0; shard < Number(this.terms.heldOut); shard++) await this.work(FIRST_EVALUATION + shard);
  }

  get totalFee(): bigint {
    const { rounds, lanes, feePerGradient, feePerApply, feePerEvaluation, heldOut } = this.terms;
    return rounds * (lanes * feePerGradient + feePerApply) + heldOut * feePerEvaluation;
  }
}

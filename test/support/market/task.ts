// A small deterministic task: its data, its terms, and the moves of those who take part in it.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, toBeHex } from "ethers";
import type { ContractTransactionResponse } from "ethers";

import { linearStepParams } from "../../../packages/sdk/src/circuits/linear-step-params.ts";
import { commitBatch } from "../../../packages/sdk/src/commit/commit-batch.ts";
import { commitWeights } from "../../../packages/sdk/src/commit/commit-weights.ts";
import type { SolidityProof } from "../../../packages/sdk/src/proof/encode-proof.ts";
import type { LinearStepStatement } from "../../../packages/sdk/src/proof/linear-step.ts";
import { hashOf } from "./hashes.ts";
import { decide, type Bare, type Signer } from "./suite.ts";
import { circuitEntry, proveStep, stateStep } from "./proofs.ts";

const MODEL_SALT = 11n;
const BATCH_SALT = 13n;
const SHARDS_PER_CHAIN = 2;
const SHARDS = 4;
/** Signers that may operate nodes: those of the suite and two that tests add. */
const OPERATORS = [2, 3, 4, 9, 10];

/** Digest that submissions name. */
export const ARTIFACT = id("artifact");

export interface TaskOptions {
  readonly owner: Signer;
  readonly network?: boolean;
  readonly chains?: number;
  readonly steps?: number;
  readonly feePerFragment?: bigint;
  readonly fragmentDuration?: number;
  readonly device?: number;
  readonly minTier?: number;
  readonly nonce?: bigint;
  /** Hash of the heads that the terms name, when it is to be another than that of the chains' heads. */
  readonly initialWeights?: string;
  /** A completed task from whose weights the chains start. */
  readonly continues?: LinearTask;
}

/** `TaskTerms` of the market. */
export interface Terms {
  owner: string;
  circuit: string;
  shardRoot: string;
  initialWeights: string;
  manifest: string;
  feePerFragment: bigint;
  fragmentDuration: number;
  steps: number;
  shardsPerChain: number;
  chains: number;
  device: number;
  minTier: number;
  nonce: bigint;
}

/** `Groth16Proof` of the verifier. */
export interface Proof {
  a: [bigint, bigint];
  b: [[bigint, bigint], [bigint, bigint]];
  c: [bigint, bigint];
}

/** `Submission` of the market. */
export interface Submission {
  chain: number;
  step: bigint;
  weights: bigint;
  newWeights: bigint;
  gradient: bigint;
  batch: bigint;
  loss: bigint;
  artifact: string;
  proof: Proof;
  shardProof: string[];
  initialHeads: bigint[];
}

const NO_PROOF: Proof = {
  a: [1n, 2n],
  b: [
    [0n, 1n],
    [0n, 1n],
  ],
  c: [1n, 2n],
};

/** 16 samples of 16 features, in units of 1/256, and their labels. */
function shardData(index: number) {
  const { m, d } = linearStepParams(circuitEntry());
  const X = Array.from({ length: m }, (_, i) =>
    Array.from({ length: d }, (_, j) => BigInt(((i * 7 + j * 3 + index * 5 + ((i * j) % 5)) % 9) - 4) * 48n),
  );
  const y = Array.from({ length: m }, (_, i) => ((i + index) % 3 === 0 ? 256n : -256n));
  return { X, y };
}

let commitments: Promise<bigint[]> | undefined;

async function batchCommitments(): Promise<bigint[]> {
  const params = linearStepParams(circuitEntry());
  commitments ??= Promise.all(
    Array.from({ length: SHARDS }, (_, index) => commitBatch({ ...shardData(index), salt: BATCH_SALT, params })),
  );
  return commitments;
}

/** One task. Chain `c` starts from its own constant weights; every chain has two shards. */
export class LinearTask {
  readonly #suite: Bare;
  readonly #owner: Signer;
  readonly #network: boolean;
  readonly #tree: StandardMerkleTree<[number, string]>;
  readonly terms: Terms;
  readonly id: string;
  readonly heads: readonly bigint[];
  /** Weights of each chain as the steps that this object submitted left them. */
  readonly #weights: bigint[][];

  private constructor(
    suite: Bare,
    options: TaskOptions,
    terms: Terms,
    taskId: string,
    heads: readonly bigint[],
    tree: StandardMerkleTree<[number, string]>,
  ) {
    this.#suite = suite;
    this.#owner = options.owner;
    this.#network = options.network ?? false;
    this.#tree = tree;
    this.terms = terms;
    this.id = taskId;
    this.heads = heads;
    this.#weights = startingWeights(options, heads.length);
  }

  static async create(suite: Bare, options: TaskOptions): Promise<LinearTask> {
    const chains = options.chains ?? 2;
    const params = linearStepParams(circuitEntry());
    const heads = await Promise.all(
      startingWeights(options, chains).map(async (weights) => commitWeights({ weights, salt: MODEL_SALT, params })),
    );
    const batches = await batchCommitments();
    const tree = StandardMerkleTree.of<[number, string]>(
      batches.map((batch, index) => [index, toBeHex(batch, 32)]),
      ["uint256", "bytes32"],
    );
    const terms: Terms = {
      owner: options.owner.address,
      circuit: suite.circuit,
      shardRoot: tree.root,
      initialWeights: options.initialWeights ?? hashOf("uint256[]", heads),
      manifest: id("manifest"),
      feePerFragment: options.network === true ? 0n : (options.feePerFragment ?? 10n ** 16n),
      fragmentDuration: options.fragmentDuration ?? 600,
      steps: options.steps ?? 2,
      shardsPerChain: SHARDS_PER_CHAIN,
      chains,
      device: options.device ?? 0,
      minTier: options.minTier ?? 0,
      nonce: options.nonce ?? 0n,
    };
    return new LinearTask(suite, options, terms, await suite.market.taskIdOf(terms), heads, tree);
  }

  /** Publishes the task as its owner. */
  async publish(): Promise<ContractTransactionResponse> {
    const market = this.#suite.market.connect(this.#owner);
    return this.#network ? market.publishNetwork(this.terms) : market.publish(this.terms);
  }

  /** Waits for the entropy and draws; returns the operator of the node that got the fragment. */
  async assign(chain: number): Promise<Signer> {
    const { ticket } = await this.#suite.market.cursorOf(this.id, chain);
    await decide(this.#suite, ticket);
    await this.#suite.market.assign(this.terms, chain);
    return this.assignee(chain);
  }

  /** The operator of the node that has the open fragment of `chain`. */
  async assignee(chain: number): Promise<Signer> {
    const { market, nodeRegistry, signer } = this.#suite;
    const { node } = await market.cursorOf(this.id, chain);
    const { operator } = await nodeRegistry.get(node);
    return signer(OPERATORS.find((index) => signer(index).address === operator) ?? -1);
  }

  /** The step that `operator` would prove next on `chain`. */
  async state(chain: number, operator: string): Promise<LinearStepStatement> {
    const { market, circuit } = this.#suite;
    const { step } = await market.cursorOf(this.id, chain);
    const ctx = await market.contextOf(circuit, this.id, chain, step, operator);
    const weights = this.#weights[chain];
    if (weights === undefined) throw new Error(`no chain ${chain}`);
    const data = shardData(this.shard(chain, Number(step)));
    return stateStep({ ...data, weights, modelSalt: MODEL_SALT, batchSalt: BATCH_SALT, ctx });
  }

  /** The claim of the open step of `chain` with a proof that proves nothing: for checks that come before the proof. */
  async claim(chain: number, operator: string): Promise<Submission> {
    const { signals } = await this.state(chain, operator);
    const { step } = await this.#suite.market.cursorOf(this.id, chain);
    const { weights, newWeights, gradient, batch, loss } = signals;
    return {
      chain,
      step,
      weights,
      newWeights,
      gradient,
      batch,
      loss,
      artifact: ARTIFACT,
      proof: NO_PROOF,
      shardProof: this.shardProof(this.shard(chain, Number(step))),
      initialHeads: step === 0n ? [...this.heads] : [],
    };
  }

  /** The submission of the open step of `chain` by `operator`, proved. */
  async submission(chain: number, operator: string): Promise<Submission> {
    const proof = await proveStep(await this.state(chain, operator));
    return { ...(await this.claim(chain, operator)), proof: mutable(proof) };
  }

  /** Submits the open step of `chain`, proved, as the node that it is assigned to. */
  async submit(chain: number): Promise<ContractTransactionResponse> {
    const operator = await this.assignee(chain);
    const submission = await this.submission(chain, operator.address);
    const { newWeights } = await this.state(chain, operator.address);
    const response = await this.#suite.market.connect(operator).submit(this.terms, submission);
    this.#weights[chain] = newWeights;
    return response;
  }

  /** Draws and submits until every step of every chain is settled. */
  async complete(): Promise<void> {
    for (let chain = 0; chain < this.terms.chains; chain++) {
      for (let step = 0; step < this.terms.steps; step++) {
        await this.assign(chain);
        await this.submit(chain);
      }
    }
  }

  /** Weights of each chain after the steps submitted so far. */
  get weights(): readonly bigint[][] {
    return this.#weights;
  }

  /** Index of the shard of a step. */
  shard(chain: number, step: number): number {
    return chain * SHARDS_PER_CHAIN + (step % SHARDS_PER_CHAIN);
  }

  /** Merkle path of a shard. */
  shardProof(index: number): string[] {
    return this.#tree.getProof(index);
  }

  /** Fees of the whole task. */
  get totalFee(): bigint {
    return this.terms.feePerFragment * BigInt(this.terms.chains) * BigInt(this.terms.steps);
  }
}

/** The weights that chain `chain` starts from, in units of 1/256. */
function initialWeights(chain: number): bigint[] {
  const { d } = linearStepParams(circuitEntry());
  return Array.from({ length: d }, (_, j) => BigInt((j * (chain + 1)) % 7) * 8n);
}

function startingWeights({ continues }: TaskOptions, chains: number): bigint[][] {
  return Array.from({ length: chains }, (_, chain) => continues?.weights[chain] ?? initialWeights(chain));
}

function mutable({ a, b, c }: SolidityProof): Proof {
  return { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] };
}

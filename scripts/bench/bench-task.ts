import { assignFragment } from "@corex/sdk/actions/assign-fragment";
import type { ActionContext, Executed } from "@corex/sdk/actions/execute";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import { submitFragment, submitIntent, type SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { commitWeights } from "@corex/sdk/commit/commit-weights";
import type { SolidityProof } from "@corex/sdk/proof/encode-proof";
import { linearStepStatement, type LinearStepStatement } from "@corex/sdk/proof/linear-step";
import { hashHeads } from "@corex/sdk/task/hash-heads";
import { shardIndex } from "@corex/sdk/task/shard-index";
import { stepContext } from "@corex/sdk/task/step-context";
import { taskId } from "@corex/sdk/task/task-id";
import type { TaskTerms } from "@corex/sdk/task/terms";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, toBeHex } from "ethers";

import type { CachedProver } from "./proofs.ts";
import { BATCH_SALT, MODEL_SALT, batchCommitments, batchData, startingWeights } from "./step-data.ts";
import type { World } from "./world.ts";

const SHARDS_PER_CHAIN = 2;

const ANY_DEVICE = 0n;

/** Draws requested anew before giving up: each needs no more than a period. */
const MAX_RENEWALS = 3;

/** Digest that submissions name. */
const ARTIFACT = id("benchmark artifact");

export interface BenchTaskOptions {
  readonly owner: string;
  readonly chains: number;
  readonly steps: number;
  /** CXT wei; zero for a network task. */
  readonly feePerFragment: bigint;
  readonly nonce: bigint;
}

/** A proved step as the market and the verifier saw it. */
export interface ProvedStep {
  readonly statement: LinearStepStatement;
  readonly proof: SolidityProof;
}

/** A task whose data, weights and salts depend on its options alone. */
export class BenchTask {
  readonly terms: TaskTerms;
  readonly id: string;
  readonly #world: World;
  readonly #heads: readonly bigint[];
  readonly #paths: readonly string[][];
  readonly #weights: bigint[][];

  private constructor(world: World, terms: TaskTerms, heads: readonly bigint[], paths: readonly string[][]) {
    this.#world = world;
    this.terms = terms;
    this.id = taskId(world.deployment.chainId, world.deployment.contracts.TaskMarket, terms);
    this.#heads = heads;
    this.#paths = paths;
    this.#weights = heads.map((_, chain) => startingWeights(chain, linearStepParams(world.circuit.entry)));
  }

  static async create(world: World, options: BenchTaskOptions): Promise<BenchTask> {
    const { owner, chains, steps, feePerFragment, nonce } = options;
    const params = linearStepParams(world.circuit.entry);
    const heads = await Promise.all(
      Array.from({ length: chains }, async (_, chain) =>
        commitWeights({ weights: startingWeights(chain, params), salt: MODEL_SALT, params }),
      ),
    );
    const batches = await batchCommitments(chains * SHARDS_PER_CHAIN, params);
    const tree = StandardMerkleTree.of<[number, string]>(
      batches.map((batch, index) => [index, toBeHex(batch, 32)]),
      ["uint256", "bytes32"],
    );
    const terms: TaskTerms = {
      owner,
      circuit: world.circuitId,
      shardRoot: tree.root,
      initialWeights: hashHeads(heads),
      manifest: id("benchmark manifest"),
      feePerFragment,
      fragmentDuration: 600n,
      steps: BigInt(steps),
      shardsPerChain: BigInt(SHARDS_PER_CHAIN),
      chains: BigInt(chains),
      device: ANY_DEVICE,
      minTier: 0n,
      nonce,
    };
    return new BenchTask(
      world,
      terms,
      heads,
      batches.map((_, index) => tree.getProof(index)),
    );
  }

  /** Draws the open fragment as soon as its entropy is there, and once more when it expired. */
  async assign(context: ActionContext, chain: number): Promise<Executed<bigint>> {
    for (let attempt = 0; attempt < MAX_RENEWALS; attempt += 1) {
      await this.#world.mineBeyond((await readCursor(context.contracts, this.id, chain)).ticket);
      const executed = await assignFragment(context, this.terms, chain);
      if (executed.result !== 0n) return executed;
    }
    throw new Error(`nobody was drawn for chain ${chain} of task ${this.id}`);
  }

  /** Proves and submits the open step of `chain` as its assignee. */
  async submit(
    context: ActionContext,
    prover: CachedProver,
    chain: number,
  ): Promise<Executed<SettledFragment> & ProvedStep> {
    const { step } = await readCursor(context.contracts, this.id, chain);
    const statement = await this.#state(context.sender.address, chain, step);
    const proof = await prover.prove(statement);
    const { weights, newWeights, gradient, batch, loss } = statement.signals;
    const { a, b, c } = proof;
    const submission = {
      chain,
      step,
      weights,
      newWeights,
      gradient,
      batch,
      loss,
      artifact: ARTIFACT,
      proof: { a: [...a] as [bigint, bigint], b: b.map((pair) => [...pair]) as Pairs, c: [...c] as [bigint, bigint] },
      shardProof: this.#paths[shardIndex(this.terms, chain, step)] ?? [],
      initialHeads: step === 0 ? [...this.#heads] : [],
    };
    const intent = submitIntent(this.id, chain, step);
    const executed = await submitFragment(context, this.terms, submission, intent);
    this.#weights[chain] = statement.newWeights;
    return { ...executed, statement, proof };
  }

  async #state(operator: string, chain: number, step: number): Promise<LinearStepStatement> {
    const { chainId, contracts } = this.#world.deployment;
    const { entry } = this.#world.circuit;
    const weights = this.#weights[chain];
    if (weights === undefined) throw new Error(`the task has no chain ${chain}`);
    const place = { circuit: this.terms.circuit, task: this.id, chain, step, operator };
    const ctx = stepContext({ chainId, market: contracts.TaskMarket, ...place });
    const data = batchData(shardIndex(this.terms, chain, step), linearStepParams(entry));
    return linearStepStatement({ ...data, weights, modelSalt: MODEL_SALT, batchSalt: BATCH_SALT, ctx }, entry);
  }
}

type Pairs = [[bigint, bigint], [bigint, bigint]];

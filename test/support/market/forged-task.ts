// A task of any number of chains on the circuit with known secrets: its proofs are forged, everything else is real.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, toBeHex, Wallet } from "ethers";

import { SUBMISSION_TYPES } from "../../../packages/sdk/src/actions/sign-submission.ts";
import { R } from "./curve.ts";
import { hashOf } from "./hashes.ts";
import { CXT, decide, ethers, joinNode, networkHelpers, nextPeriod, type Signer, type Suite } from "./suite.ts";
import { ARTIFACT, type Proof, type Submission, type Terms } from "./task.ts";
import { forge } from "./trapdoor.ts";

const field = (name: string): bigint => BigInt(id(name)) % R;

/** What makes a task. */
export interface ForgedOptions {
  readonly owner: Signer;
  readonly circuit: string;
  readonly chains: number;
  readonly steps?: number;
  readonly network?: boolean;
  readonly feePerFragment?: bigint;
  readonly nonce?: bigint;
}

/** `Relay` of the market. */
export interface Relay {
  operator: string;
  signature: string;
}

/** Nodes beside those of the suite, by operator. */
const joined = new Map<string, Signer>();

/** Registers and measures `count` nodes of accounts that can sign. */
export async function joinSigners(suite: Suite, count: number): Promise<Signer[]> {
  const signers: Signer[] = [];
  for (let index = 0; index < count; index++) {
    const wallet = new Wallet(id(`operator ${index}`), ethers.provider);
    await networkHelpers.setBalance(wallet.address, CXT);
    const signer = wallet as unknown as Signer;
    joined.set(wallet.address, signer);
    const payout = await ethers.getImpersonatedSigner(id(`payout ${index}`).slice(0, 42));
    await joinNode(suite, suite.admin, signer, payout);
    signers.push(signer);
  }
  await nextPeriod(suite);
  return signers;
}

export class ForgedTask {
  readonly #suite: Suite;
  readonly #options: ForgedOptions;
  readonly #tree: StandardMerkleTree<[number, string]>;
  readonly terms: Terms;
  readonly id: string;
  readonly heads: readonly bigint[];

  private constructor(
    suite: Suite,
    options: ForgedOptions,
    terms: Terms,
    taskId: string,
    heads: readonly bigint[],
    tree: StandardMerkleTree<[number, string]>,
  ) {
    this.#suite = suite;
    this.#options = options;
    this.#tree = tree;
    this.terms = terms;
    this.id = taskId;
    this.heads = heads;
  }

  static async create(suite: Suite, options: ForgedOptions): Promise<ForgedTask> {
    const { chains } = options;
    const heads = Array.from({ length: chains }, (_, chain) => field(`weights ${chain} 0`));
    const tree = StandardMerkleTree.of<[number, string]>(
      heads.map((_, chain) => [chain, toBeHex(field(`batch ${chain}`), 32)]),
      ["uint256", "bytes32"],
    );
    const terms: Terms = {
      owner: options.owner.address,
      circuit: options.circuit,
      shardRoot: tree.root,
      initialWeights: hashOf("uint256[]", heads),
      manifest: id("manifest"),
      feePerFragment: options.network === true ? 0n : (options.feePerFragment ?? 10n ** 16n),
      fragmentDuration: 3_600,
      steps: options.steps ?? 3,
      shardsPerChain: 1,
      chains,
      device: 0,
      minTier: 0,
      nonce: options.nonce ?? 0n,
    };
    return new ForgedTask(suite, options, terms, await suite.market.taskIdOf(terms), heads, tree);
  }

  /** Publishes the task as its owner. */
  async publish(): Promise<void> {
    const market = this.#suite.market.connect(this.#options.owner);
    if (this.#options.network === true) await market.publishNetwork(this.terms);
    else await market.publish(this.terms);
  }

  /** Draws the open fragment of each chain until it has a node; returns the operators, by chain. */
  async assign(...chains: number[]): Promise<Signer[]> {
    const { market } = this.#suite;
    for (const chain of chains) {
      for (let attempt = 0; attempt < 4 && (await market.cursorOf(this.id, chain)).node === 0n; attempt++) {
        await decide(this.#suite, (await market.cursorOf(this.id, chain)).ticket);
        await market.assign(this.terms, chain);
      }
    }
    return Promise.all(chains.map(async (chain) => this.assignee(chain)));
  }

  /** The operator of the node that has the open fragment of `chain`. */
  async assignee(chain: number): Promise<Signer> {
    const { market, nodeRegistry, operators } = this.#suite;
    const { operator } = await nodeRegistry.get((await market.cursorOf(this.id, chain)).node);
    const known = operators.find(({ address }) => address === operator)?.signer ?? joined.get(operator);
    if (known === undefined) throw new Error(`chain ${chain} has no known operator`);
    return known;
  }

  /** The open step of `chain` as `operator` proves it. */
  async submission(chain: number, operator: string, changes: Partial<Submission> = {}): Promise<Submission> {
    const { market } = this.#suite;
    const { step } = await market.cursorOf(this.id, chain);
    const claim = {
      chain,
      step,
      weights: field(`weights ${chain} ${step}`),
      newWeights: field(`weights ${chain} ${step + 1n}`),
      gradient: field(`gradient ${chain} ${step}`),
      batch: field(`batch ${chain}`),
      loss: BigInt(1_000 - chain),
      artifact: ARTIFACT,
      shardProof: this.#tree.getProof(chain),
      initialHeads: step === 0n ? [...this.heads] : [],
      ...changes,
    };
    const ctx = await market.contextOf(this.terms.circuit, this.id, claim.chain, claim.step, operator);
    const { weights, newWeights, gradient, batch, loss } = claim;
    const proof: Proof = forge([weights, newWeights, gradient, batch, loss, ctx]);
    return { ...claim, proof, ...("proof" in changes ? { proof: changes.proof } : {}) };
  }

  /** The relay of a submission: signed by its operator. */
  async relay(submission: Submission, operator: Signer, domain = {}): Promise<Relay> {
    const { chainId } = await ethers.provider.getNetwork();
    const verifyingContract = await this.#suite.market.signatures();
    const { chain, step, weights, newWeights, gradient, batch, loss, artifact } = submission;
    const signature = await operator.signTypedData(
      { name: "Corex", version: "1", chainId, verifyingContract, ...domain },
      SUBMISSION_TYPES,
      { task: this.id, chain, step, weights, newWeights, gradient, batch, loss, artifact },
    );
    return { operator: operator.address, signature };
  }

  /** Assigns the chains and returns the submissions and relays of their operators. */
  async prepare(...chains: number[]) {
    const operators = await this.assign(...chains);
    const submissions: Submission[] = [];
    const relays: Relay[] = [];
    for (const [index, chain] of chains.entries()) {
      const operator = operators[index] as Signer;
      const submission = await this.submission(chain, operator.address);
      submissions.push(submission);
      relays.push(await this.relay(submission, operator));
    }
    return { operators, submissions, relays };
  }
}

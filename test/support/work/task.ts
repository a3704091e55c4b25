// A deterministic task of work, and the moves of those who take part in it.
import type { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, ZeroHash, type ContractTransactionResponse } from "ethers";

import { CXT, decide, type Signer } from "../market/suite.ts";
import { shardTree } from "../rounds/shard-tree.ts";
import type { WorkSuite } from "./suite.ts";

export const Kind = { Inference: 0n, Labelling: 1n, Features: 2n, Preprocessing: 3n, Training: 4n } as const;
export const Verification = { Committee: 0n, Proof: 1n, Both: 2n } as const;

/** Signers that may operate nodes. */
const OPERATORS = [2, 3, 4, 9, 10];
const FIRST_BATCH = 1_000n;

export interface WorkTerms {
  owner: string;
  kind: bigint;
  verification: bigint;
  paired: boolean;
  verifiers: bigint;
  acceptScore: bigint;
  device: bigint;
  minTier: bigint;
  plants: bigint;
  fragments: bigint;
  fragmentDuration: bigint;
  voteDuration: bigint;
  challengeDuration: bigint;
  workUnits: bigint;
  jackpot: bigint;
  feePerFragment: bigint;
  feePerVerifier: bigint;
  circuit: string;
  weights: bigint;
  inputRoot: string;
  dataset: string;
  spec: string;
  manifest: string;
  plantRoot: string;
  nonce: bigint;
}

export type WorkOptions = { readonly owner: Signer; readonly network?: boolean } & Partial<Omit<WorkTerms, "owner">>;

/** What a task has by default: four fragments that committees of three judge, each for a quarter of a CXT. */
const DEFAULTS = {
  kind: Kind.Inference,
  verification: Verification.Committee,
  paired: false,
  verifiers: 3n,
  acceptScore: 0n,
  device: 0n,
  minTier: 0n,
  plants: 0n,
  fragments: 4n,
  fragmentDuration: 600n,
  voteDuration: 1_200n,
  challengeDuration: 3_600n,
  workUnits: 64n,
  jackpot: 0n,
  feePerFragment: 10n * CXT,
  feePerVerifier: CXT / 4n,
  circuit: ZeroHash,
  weights: 0n,
  inputRoot: ZeroHash,
  dataset: ZeroHash,
  spec: id("spec"),
  manifest: id("inputs"),
  plantRoot: id("no plants"),
  nonce: 0n,
};

/** The digest that fragment `fragment` is submitted with. */
export function resultOf(fragment: number): string {
  return id(`result ${fragment}`);
}

export class WorkTask {
  readonly suite: WorkSuite;
  readonly terms: WorkTerms;
  readonly id: string;
  readonly #owner: Signer;
  readonly #network: boolean;
  readonly #inputs: StandardMerkleTree<[number, string]>;

  private constructor(
    suite: WorkSuite,
    { owner, network }: WorkOptions,
    terms: WorkTerms,
    taskId: string,
    inputs: StandardMerkleTree<[number, string]>,
  ) {
    this.suite = suite;
    this.terms = terms;
    this.id = taskId;
    this.#owner = owner;
    this.#network = network ?? false;
    this.#inputs = inputs;
  }

  static async create(suite: WorkSuite, options: WorkOptions): Promise<WorkTask> {
    const { owner, network = false, ...given } = options;
    const verification = given.verification ?? Verification.Committee;
    const inputs = shardTree(Number(given.fragments ?? DEFAULTS.fragments), FIRST_BATCH);
    const withCircuit = verification !== Verification.Committee || given.circuit !== undefined;
    const terms: WorkTerms = {
      ...DEFAULTS,
      owner: owner.address,
      ...(network ? { feePerFragment: 0n, feePerVerifier: 0n } : {}),
      ...(withCircuit
        ? { circuit: suite.circuits.evaluate.id, weights: 77n, inputRoot: inputs.root, workUnits: 32n }
        : {}),
      ...(verification === Verification.Proof ? { verifiers: 0n, feePerVerifier: 0n } : {}),
      ...(given.kind === Kind.Labelling ? { paired: true, acceptScore: 60n } : {}),
      ...given,
    };
    return new WorkTask(suite, options, terms, await suite.work.taskIdOf(terms), inputs);
  }

  async publish(): Promise<ContractTransactionResponse> {
    const work = this.suite.work.connect(this.#owner);
    return this.#network ? work.publishNetwork(this.terms) : work.publish(this.terms);
  }

  /** Waits for the entropy and draws; returns the operator of the node that got the fragment. */
  async assign(fragment: number): Promise<Signer> {
    const { work } = this.suite;
    for (let attempt = 0; attempt < 8; attempt++) {
      await decide(this.suite, (await work.cursorOf(this.id, fragment)).ticket);
      await work.assign(this.terms, fragment);
      if ((await work.cursorOf(this.id, fragment)).node !== 0n) return this.assignee(fragment);
    }
    throw new Error(`nobody was drawn for fragment ${fragment}`);
  }

  /** The operator of the node that has, or had, a fragment. */
  async assignee(fragment: number): Promise<Signer> {
    const { work, nodeRegistry, signer } = this.suite;
    const { operator } = await nodeRegistry.get((await work.cursorOf(this.id, fragment)).node);
    return signer(OPERATORS.find((index) => signer(index).address === operator) ?? -1);
  }

  /** What a circuit proves of a fragment, for its operator. */
  async claim(fragment: number, operator: string) {
    const { work, circuits } = this.suite;
    const index = this.terms.paired ? Math.floor(fragment / 2) : fragment;
    const claim = {
      batch: FIRST_BATCH + BigInt(index),
      loss: 40n + BigInt(fragment),
      correct: 5n,
      shardProof: this.#inputs.getProof(index),
    };
    const ctx = await work.contextOf(this.terms.circuit, this.id, fragment, operator);
    return {
      ...claim,
      proof: circuits.evaluate.prove([this.terms.weights, claim.batch, claim.loss, claim.correct, ctx]),
    };
  }

  /** Submits an assigned fragment as its assignee, as the task asks for. */
  async submit(fragment: number, result = resultOf(fragment)): Promise<ContractTransactionResponse> {
    const operator = await this.assignee(fragment);
    const work = this.suite.work.connect(operator);
    if (this.terms.verification === Verification.Committee) return work.submit(this.terms, fragment, result);
    return work.submitProved(this.terms, fragment, await this.claim(fragment, operator.address));
  }

  /** Draws and submits a fragment; returns its node. */
  async work(fragment: number): Promise<bigint> {
    await this.assign(fragment);
    await this.submit(fragment);
    return (await this.suite.work.cursorOf(this.id, fragment)).node;
  }

  /** CXT wei reserved for the verifiers of one fragment. */
  get reserve(): bigint {
    return 2n * this.terms.verifiers * this.terms.feePerVerifier;
  }

  get deposit(): bigint {
    const { fragments, feePerFragment, plants, jackpot } = this.terms;
    return fragments * (feePerFragment + this.reserve) + plants * jackpot;
  }
}

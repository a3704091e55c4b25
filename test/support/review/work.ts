// A task of work, and the moves of those who take part in it and in the review of its results.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, toBeHex, ZeroHash, type BytesLike, type ContractTransactionResponse } from "ethers";

import { shardTree } from "../rounds/shard-tree.ts";
import {
  CXT,
  decide,
  ethers,
  evaluate,
  Kind,
  networkHelpers,
  mine,
  Phase,
  RIGHT,
  time,
  Vote,
  wake,
  workerOf,
  type ReviewSuite,
  type Worker,
} from "./suite.ts";

/** Commitment of the weights, and of the first input, of tasks with a circuit. */
const WEIGHTS = 77n;
const FIRST_BATCH = 3_000n;

/** What a verifier does: a vote, with a score of labels, or nothing. */
export interface Ballot {
  readonly vote: bigint;
  readonly score?: bigint;
}
export type Voter = (node: bigint, seat: number) => Ballot | "silent" | "unrevealed";

export const accepts: Voter = () => ({ vote: Vote.Accept });
export const rejects: Voter = () => ({ vote: Vote.Reject });
export const abstains: Voter = () => ({ vote: Vote.Abstain });
export const silent: Voter = () => "silent";

/** The first `count` seats do what `first` does, the others what `rest` does. */
export function split(count: number, first: Voter, rest: Voter): Voter {
  return (node, seat) => (seat < count ? first(node, seat) : rest(node, seat));
}

const SALT = id("salt of a verdict");

/** A planted result and what reveals it. */
export interface Plant {
  readonly fragment: number;
  readonly result: string;
  readonly salt: string;
}

export interface WorkOptions {
  readonly kind?: bigint;
  readonly verification?: bigint;
  readonly verifiers?: bigint;
  readonly acceptScore?: bigint;
  readonly fragments?: bigint;
  readonly fragmentDuration?: bigint;
  readonly voteDuration?: bigint;
  readonly challengeDuration?: bigint;
  readonly feePerFragment?: bigint;
  readonly feePerVerifier?: bigint;
  readonly jackpot?: bigint;
  readonly proved?: boolean;
  /** Published by operations, without fees. */
  readonly network?: boolean;
  readonly planted?: readonly Plant[];
  /** Planted results that have a jackpot; all when absent. */
  readonly plants?: bigint;
  readonly nonce?: bigint;
}

export type Terms = Awaited<ReturnType<typeof termsOf>>;

function termsOf(owner: string, options: WorkOptions, plantRoot: string, inputRoot: string) {
  const kind = options.kind ?? Kind.Inference;
  const proved = options.proved ?? false;
  return {
    owner,
    kind,
    verification: options.verification ?? 0n,
    paired: kind === Kind.Labelling,
    verifiers: options.verifiers ?? 3n,
    acceptScore: options.acceptScore ?? (kind === Kind.Labelling ? 60n : 0n),
    device: 0n,
    minTier: 0n,
    plants: options.plants ?? BigInt(options.planted?.length ?? 0),
    fragments: options.fragments ?? 2n,
    fragmentDuration: options.fragmentDuration ?? 600n,
    voteDuration: options.voteDuration ?? 600n,
    challengeDuration: options.challengeDuration ?? 3_600n,
    workUnits: proved ? evaluate.workUnits : 1_000n,
    jackpot: options.planted === undefined ? 0n : (options.jackpot ?? 30n * CXT),
    feePerFragment: options.feePerFragment ?? (options.network === true ? 0n : 20n * CXT),
    feePerVerifier: options.feePerVerifier ?? (options.network === true ? 0n : 4n * CXT),
    circuit: proved ? evaluate.id : ZeroHash,
    weights: proved ? WEIGHTS : 0n,
    inputRoot: proved ? inputRoot : ZeroHash,
    dataset: ZeroHash,
    spec: id("specification"),
    manifest: id("manifest"),
    plantRoot,
    nonce: options.nonce ?? 0n,
  };
}

/** One task. */
export class Work {
  readonly suite: ReviewSuite;
  readonly terms: Terms;
  readonly id: string;
  readonly #plants: StandardMerkleTree<[bigint, string, string]> | undefined;
  readonly #inputs: StandardMerkleTree<[number, string]>;

  private constructor(
    suite: ReviewSuite,
    terms: Terms,
    taskId: string,
    plants: StandardMerkleTree<[bigint, string, string]> | undefined,
    inputs: StandardMerkleTree<[number, string]>,
  ) {
    this.suite = suite;
    this.terms = terms;
    this.id = taskId;
    this.#plants = plants;
    this.#inputs = inputs;
  }

  static async create(suite: ReviewSuite, options: WorkOptions = {}): Promise<Work> {
    const planted = options.planted ?? [];
    const leaves = planted.map(({ fragment, result, salt }): [bigint, string, string] => [
      BigInt(fragment),
      result,
      salt,
    ]);
    const plants =
      leaves.length === 0
        ? undefined
        : StandardMerkleTree.of<[bigint, string, string]>(leaves, ["uint32", "bytes32", "bytes32"]);
    const inputs = shardTree(Number(options.fragments ?? 2n), FIRST_BATCH);
    const terms = termsOf(
      (options.network === true ? suite.admin : suite.owner).address,
      options,
      plants?.root ?? id("no plants"),
      inputs.root,
    );
    return new Work(suite, terms, await suite.work.taskIdOf(terms), plants, inputs);
  }

  /** Creates and publishes. */
  static async publish(suite: ReviewSuite, options: WorkOptions = {}): Promise<Work> {
    const work = await Work.create(suite, options);
    if (options.network === true) await suite.work.connect(suite.admin).publishNetwork(work.terms);
    else await suite.work.connect(suite.owner).publish(work.terms);
    return work;
  }

  /** Waits for the entropy and draws; returns who got the fragment. */
  async assign(fragment = 0): Promise<Worker> {
    const { work } = this.suite;
    await wake(this.suite);
    for (let attempt = 0; attempt < 8; attempt++) {
      await decide(this.suite, (await work.cursorOf(this.id, fragment)).ticket);
      await work.assign(this.terms, fragment);
      const { node } = await work.cursorOf(this.id, fragment);
      if (node !== 0n) return workerOf(this.suite, node);
    }
    throw new Error(`nobody was drawn for fragment ${fragment}`);
  }

  async submit(fragment = 0, result: BytesLike = RIGHT): Promise<ContractTransactionResponse> {
    const { node } = await this.suite.work.cursorOf(this.id, fragment);
    return this.suite.work.connect(workerOf(this.suite, node).signer).submit(this.terms, fragment, result);
  }

  /** Draws, and submits when chance will have it as `fate` says: whether it is audited, or either. */
  async deliver(fragment = 0, result: BytesLike = RIGHT, fate?: "audited" | "spared"): Promise<Worker> {
    const worker = await this.assign(fragment);
    for (let attempt = 0; attempt < 64; attempt++) {
      const snapshot = await networkHelpers.takeSnapshot();
      await this.submit(fragment, result);
      if (fate === undefined) return worker;
      await decide(this.suite, (await this.delivery(fragment)).ticket + 1n);
      const caseId = await this.suite.review.audit.staticCall(this.terms, fragment);
      if ((caseId === 0n) === (fate === "spared")) return worker;
      await snapshot.restore();
      await mine(1);
    }
    throw new Error(`chance never had it that fragment ${fragment} was ${fate}`);
  }

  /** Delivers a result and lets chance spare it: it is accepted, and can be challenged. */
  async spared(fragment = 0, result: BytesLike = RIGHT): Promise<Worker> {
    const worker = await this.deliver(fragment, result, "spared");
    await this.suite.review.audit(this.terms, fragment);
    return worker;
  }

  /** Delivers a result and opens the case on it. */
  async audited(fragment = 0, result: BytesLike = RIGHT): Promise<Worker> {
    const worker = await this.deliver(fragment, result, "audited");
    await this.suite.review.audit(this.terms, fragment);
    return worker;
  }

  /** Delivers a result and has verifiers come to a verdict. */
  async judged(voter: Voter, fragment = 0, result: BytesLike = RIGHT): Promise<Worker> {
    const worker = await this.audited(fragment, result);
    await this.sit(voter, fragment);
    await this.suite.review.decide(this.terms, fragment);
    return worker;
  }

  /** Has a committee vote on the open case, to its end. Returns who sat on it. */
  async sit(voter: Voter, fragment = 0): Promise<Worker[]> {
    const seats = await this.draw(fragment);
    await this.vote(voter, fragment);
    return seats;
  }

  /** Draws the verifiers of the open case. */
  async draw(fragment = 0): Promise<Worker[]> {
    const { committee } = this.suite;
    const { caseId } = await this.review(fragment);
    await wake(this.suite);
    for (let attempt = 0; attempt < 8; attempt++) {
      const { phase, ticket } = await committee.caseOf(caseId);
      if (phase !== Phase.Drawing) break;
      await decide(this.suite, ticket);
      await committee.draw(caseId);
    }
    return (await committee.seatsOf(caseId)).map(({ verifier }) => workerOf(this.suite, verifier));
  }

  /** Commits and reveals what `voter` says, and waits where somebody is silent. */
  async vote(voter: Voter, fragment = 0): Promise<void> {
    const { committee } = this.suite;
    const { caseId } = await this.review(fragment);
    const seats = await committee.seatsOf(caseId);
    const ballots = seats.map(({ verifier }, seat) => ({ verifier, ballot: voter(verifier, seat) }));
    for (const { verifier, ballot } of ballots) {
      if (ballot === "silent") continue;
      const { vote, score = 0n } = ballot === "unrevealed" ? { vote: Vote.Accept } : ballot;
      const commitment = await committee.commitmentOf(caseId, verifier, vote, score, SALT);
      await committee.connect(workerOf(this.suite, verifier).signer).commit(caseId, commitment);
    }
    if (ballots.some(({ ballot }) => ballot === "silent")) await this.phaseOver(caseId);
    for (const { verifier, ballot } of ballots) {
      if (typeof ballot === "string") continue;
      await committee
        .connect(workerOf(this.suite, verifier).signer)
        .reveal(caseId, ballot.vote, ballot.score ?? 0n, SALT);
    }
    if (ballots.some(({ ballot }) => ballot === "unrevealed")) await this.phaseOver(caseId);
  }

  /** Moves past the deadline of the phase of a case. */
  async phaseOver(caseId: bigint): Promise<void> {
    const { deadline } = await this.suite.committee.caseOf(caseId);
    if (deadline >= BigInt(await time.latest())) await time.increaseTo(deadline + 1n);
  }

  /** Moves past the last second at which the result can be contested, and makes it final. */
  async finalise(fragment = 0): Promise<ContractTransactionResponse> {
    await this.windowOver(fragment);
    return this.suite.review.connect(this.suite.stranger).finalise(this.terms, fragment);
  }

  async windowOver(fragment = 0): Promise<void> {
    const { contestUntil } = await this.review(fragment);
    if (contestUntil >= BigInt(await time.latest())) await time.increaseTo(contestUntil + 1n);
  }

  async review(fragment = 0) {
    const review = await this.suite.review.reviewOf(this.id, fragment);
    const { stage, before, verdict, audited, forced, sittings, score, caseId, contestUntil, challenger } = review;
    return { stage, before, verdict, audited, forced, sittings, score, caseId, contestUntil, challenger };
  }

  async delivery(fragment = 0) {
    return this.suite.work.deliveryOf(this.id, fragment);
  }

  /** Reveals a planted result as `caller`, by default the owner. */
  async reveal(plant: Plant, caller = this.suite.owner): Promise<ContractTransactionResponse> {
    return this.suite.review.connect(caller).revealPlant(this.terms, plant.fragment, plant.salt, this.proofOf(plant));
  }

  /** Proof that a result is among the plants; empty when the task has none. */
  proofOf({ fragment, result, salt }: Plant): string[] {
    return this.#plants?.getProof([BigInt(fragment), result, salt]) ?? [];
  }

  /** The result that a claim amounts to, of tasks with a circuit. */
  async claimed(fragment = 0, loss = 5n): Promise<string> {
    return this.suite.work.claimResult(FIRST_BATCH + BigInt(fragment), loss, 3n);
  }

  /** A proof of that claim by `operator`. */
  async claim(operator: string, fragment = 0, loss = 5n) {
    const batch = FIRST_BATCH + BigInt(fragment);
    const context = await this.suite.work.contextOf(this.terms.circuit, this.id, fragment, operator);
    return {
      batch,
      loss,
      correct: 3n,
      shardProof: this.#inputs.getProof(fragment),
      proof: evaluate.prove([WEIGHTS, batch, loss, 3n, context]),
    };
  }
}

/** A plant of `fragment`. */
export function plantOf(fragment: number): Plant {
  return { fragment, result: id(`planted ${fragment}`), salt: ethers.keccak256(toBeHex(fragment, 32)) };
}

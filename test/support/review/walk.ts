// Random calls of everybody on a few tasks. Each call states beforehand whether it must succeed, so nothing reverts silently.
import { expect } from "chai";
import { id } from "ethers";

import { pick, randomFrom } from "./random.ts";
import {
  decide,
  deployReview,
  Phase,
  Stage,
  Subject,
  time,
  Verdict,
  Vote,
  workerOf,
  RIGHT,
  WRONG,
  type ReviewSuite,
} from "./suite.ts";
import { strangerEnds } from "./stranger.ts";
import { plantOf, Work, type Ballot, type Voter } from "./work.ts";

const TASKS = 5n;
const FRAGMENTS = 4;
const PLANTS = [plantOf(0), plantOf(1)];

type Call = () => Promise<{ wait(): Promise<unknown> }>;

export class ReviewWalk {
  readonly suite: ReviewSuite;
  readonly tasks: readonly Work[];
  /** Calls that succeeded, by name. */
  readonly done = new Map<string, number>();
  /** Calls that were refused as they must be, by name. */
  readonly refused = new Map<string, number>();
  readonly #random: () => number;

  private constructor(suite: ReviewSuite, tasks: readonly Work[], seed: number) {
    this.suite = suite;
    this.tasks = tasks;
    this.#random = randomFrom(seed);
  }

  static async start(suite: Awaited<ReturnType<typeof deployReview>>, seed: number): Promise<ReviewWalk> {
    const tasks: Work[] = [];
    for (let nonce = 0n; nonce < TASKS; nonce++) {
      const options = { fragments: BigInt(FRAGMENTS), challengeDuration: 86_400n, planted: PLANTS };
      tasks.push(await Work.publish(suite, { ...options, nonce }));
    }
    return new ReviewWalk(suite, tasks, seed);
  }

  /** One call of somebody on some fragment. */
  async step(): Promise<void> {
    const work = pick(this.#random, this.tasks);
    const fragment = Math.floor(this.#random() * FRAGMENTS);
    if ((await work.delivery(fragment)).node === 0n) return this.#deliver(work, fragment);
    const fitting = await this.#fitting(work, fragment);
    if (this.#random() < 0.7) return pick(this.#random, fitting).call(this, work, fragment);
    const moves = [
      this.#audit,
      this.#sit,
      this.#decide,
      this.#challenge,
      this.#approve,
      this.#concede,
      this.#reveal,
      this.#contest,
      this.#rule,
      this.#finalise,
      this.#wait,
    ];
    await pick(this.#random, moves).call(this, work, fragment);
  }

  /** Moves that often succeed as things stand. */
  async #fitting(work: Work, fragment: number) {
    const { stage, caseId, audited, verdict } = await work.review(fragment);
    if (stage === Stage.None) return [this.#audit];
    if (stage === Stage.Planted) return [this.#contest, this.#finalise];
    if (stage === Stage.Disputed) return [this.#rule];
    if (stage === Stage.Decided) {
      const { result } = await work.delivery(fragment);
      if (PLANTS.some((plant) => plant.result === result)) return [this.#reveal];
      if (!audited) return [this.#challenge, this.#challenge, this.#finalise];
      return [verdict === Verdict.Accepted ? this.#approve : this.#concede, this.#contest, this.#finalise];
    }
    return (await this.suite.committee.caseOf(caseId)).phase === Phase.Drawing ? [this.#sit] : [this.#decide];
  }

  /** Lets a stranger end everything that is under review. */
  async end(): Promise<void> {
    for (const work of this.tasks) {
      for (let fragment = 0; fragment < FRAGMENTS; fragment++) {
        if ((await work.delivery(fragment)).node !== 0n) await strangerEnds(work, fragment);
      }
    }
  }

  async #deliver(work: Work, fragment: number): Promise<void> {
    const [, , isFinal] = await this.suite.work.resultOf(work.id, fragment);
    if (isFinal) {
      return this.#expect("audit of nothing", false, async () => this.suite.review.audit(work.terms, fragment));
    }
    const plant = PLANTS.find((candidate) => candidate.fragment === fragment);
    const results = [RIGHT, WRONG, ...Array<string>(2).fill(plant?.result ?? id("another"))];
    try {
      await work.assign(fragment);
    } catch {
      // All who may work are busy or suspended: the walk goes on with the others.
      return this.#count(this.refused, "assign");
    }
    await work.submit(fragment, pick(this.#random, results));
    this.#count(this.done, "submit");
  }

  async #audit(work: Work, fragment: number): Promise<void> {
    const { stage } = await work.review(fragment);
    await decide(this.suite, (await work.delivery(fragment)).ticket);
    await this.#expect("audit", stage === Stage.None, async () => this.suite.review.audit(work.terms, fragment));
  }

  /** The committee of an open case votes as it likes. */
  async #sit(work: Work, fragment: number): Promise<void> {
    const { stage, caseId } = await work.review(fragment);
    const { phase, deadline } = await this.suite.committee.caseOf(caseId);
    // Later than this nobody is drawn, and the case ends without verifiers.
    if (stage !== Stage.Voting || phase !== Phase.Drawing || deadline < BigInt(await time.latest()) + 600n) return;
    const mood = pick(this.#random, [0.9, 0.5, 0.1]);
    const voter: Voter = () => {
      if (this.#random() < 0.1) return pick(this.#random, ["silent", "unrevealed"] as const);
      const vote = this.#random() < 0.1 ? Vote.Abstain : this.#random() < mood ? Vote.Accept : Vote.Reject;
      return { vote } satisfies Ballot;
    };
    await work.sit(voter, fragment);
    this.#count(this.done, "sit");
  }

  async #decide(work: Work, fragment: number): Promise<void> {
    const { stage, caseId } = await work.review(fragment);
    if (stage === Stage.Voting) await work.phaseOver(caseId);
    const { phase, committed } = await this.suite.committee.caseOf(caseId);
    // Who committed may reveal still: then the call comes too early.
    const over = stage === Stage.Voting && !(phase === 2n && committed !== 0n);
    await this.#expect("decide", over, async () => this.suite.review.decide(work.terms, fragment));
  }

  async #challenge(work: Work, fragment: number): Promise<void> {
    const { stage, audited, contestUntil } = await work.review(fragment);
    const possible = stage === Stage.Decided && !audited && (await this.#next()) <= contestUntil;
    const { review, challenger } = this.suite;
    await this.#expect("challenge", possible, async () => review.connect(challenger).challenge(work.terms, fragment));
  }

  async #approve(work: Work, fragment: number): Promise<void> {
    const { stage, verdict, audited } = await work.review(fragment);
    const isOwner = this.#random() < 0.8;
    const caller = isOwner ? this.suite.owner : this.suite.stranger;
    const possible = isOwner && stage === Stage.Decided && verdict === Verdict.Accepted && audited;
    await this.#expect("approve", possible, async () =>
      this.suite.review.connect(caller).approve(work.terms, fragment),
    );
  }

  async #concede(work: Work, fragment: number): Promise<void> {
    const { stage, verdict, contestUntil } = await work.review(fragment);
    const { signer } = workerOf(this.suite, (await work.delivery(fragment)).node);
    const wrong = stage === Stage.Decided && verdict !== Verdict.Accepted;
    const revealed = await this.suite.review.queryFilter(this.suite.review.filters.PlantRevealed(work.id));
    // While a plant of the task is hidden, only when nobody can reveal it as one any more.
    if (wrong && this.#random() < 0.5) await work.windowOver(fragment);
    const possible = wrong && (revealed.length === PLANTS.length || (await this.#next()) > contestUntil);
    await this.#expect("concede", possible, async () =>
      this.suite.review.connect(signer).concede(work.terms, fragment),
    );
  }

  async #reveal(work: Work, fragment: number): Promise<void> {
    const plant = PLANTS.find((candidate) => candidate.fragment === fragment);
    if (plant === undefined) return;
    const { stage, before, contestUntil } = await work.review(fragment);
    const { result } = await work.delivery(fragment);
    const open = stage === Stage.Decided || (stage === Stage.Disputed && before === Stage.Decided);
    const inTime = open && (await this.#next()) <= contestUntil;
    await this.#expect("reveal", inTime && result === plant.result, async () => work.reveal(plant));
  }

  async #contest(work: Work, fragment: number): Promise<void> {
    const { stage, verdict, contestUntil, caseId } = await work.review(fragment);
    const { signer } = workerOf(this.suite, (await work.delivery(fragment)).node);
    const inTime = (stage === Stage.Decided || stage === Stage.Planted) && (await this.#next()) <= contestUntil;
    let claimant = verdict === Verdict.Accepted ? this.suite.owner.address : signer.address;
    let subject: bigint = verdict === Verdict.Accepted ? Subject.Acceptance : Subject.Verdict;
    if (stage === Stage.Planted) {
      const seats = caseId === 0n ? [] : await this.suite.committee.seatsOf(caseId);
      const accepter = seats.find(({ vote }) => vote === Vote.Accept);
      claimant =
        accepter === undefined ? this.suite.owner.address : workerOf(this.suite, accepter.verifier).signer.address;
      subject = accepter === undefined ? -1n : Subject.Plant;
    }
    if (this.#random() < 0.3) [claimant, subject] = [this.suite.stranger.address, -1n];
    await this.#expect("contest", inTime && subject !== -1n, async () =>
      this.suite.review.connect(this.suite.arbiter).contest(work.terms, fragment, claimant),
    );
  }

  async #rule(work: Work, fragment: number): Promise<void> {
    const { stage, contestUntil } = await work.review(fragment);
    const possible = stage === Stage.Disputed && (await this.#next()) <= contestUntil;
    const right = this.#random() < 0.5;
    await this.#expect("rule", possible, async () =>
      this.suite.review.connect(this.suite.arbiter).rule(work.terms, fragment, right),
    );
  }

  async #finalise(work: Work, fragment: number): Promise<void> {
    const { stage, contestUntil } = await work.review(fragment);
    const can = stage === Stage.Decided || stage === Stage.Planted || stage === Stage.Disputed;
    if (can && this.#random() < 0.4) await work.windowOver(fragment);
    const over = (await this.#next()) > contestUntil;
    await this.#expect("finalise", can && over, async () =>
      this.suite.review.connect(this.suite.stranger).finalise(work.terms, fragment),
    );
  }

  async #wait(): Promise<void> {
    await time.increase(Math.floor(this.#random() * 3_000));
  }

  /** The second of the next transaction. */
  async #next(): Promise<bigint> {
    const next = BigInt(await time.latest()) + 2n;
    await time.setNextBlockTimestamp(next);
    return next;
  }

  async #expect(name: string, success: boolean, call: Call): Promise<void> {
    let failure: unknown;
    try {
      await (await call()).wait();
    } catch (error) {
      failure = error;
    }
    expect(failure === undefined, `${name} must ${success ? "succeed" : "fail"}: ${String(failure)}`).to.equal(success);
    this.#count(success ? this.done : this.refused, name);
  }

  #count(counts: Map<string, number>, name: string): void {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

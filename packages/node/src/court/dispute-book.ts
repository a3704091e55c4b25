import {
  type Ballot,
  type DisputeSummary,
  isRoundSettled,
  readBallot,
  readDispute,
  readDisputeCount,
} from "@corex/sdk/actions/read-dispute";
import type { CorexContracts } from "@corex/sdk/contracts/connect";

import type { Bookmarks } from "../journal/bookmarks.ts";

/** Disputes that are looked at in one go at the start: the rest follows with the next block. */
const PAGE = 256n;

/** A dispute, and what a juror has in it. */
export interface Docket extends DisputeSummary {
  readonly ballot: Ballot;
  /** Of a decided dispute: rounds that are not settled. */
  readonly unsettled: readonly number[];
}

export interface DisputeBookOptions {
  readonly contracts: CorexContracts;
  readonly juror: string;
  readonly bookmarks: Bookmarks;
}

/** The disputes of which something is still to be done, as of the last block. */
export class DisputeBook {
  readonly #options: DisputeBookOptions;
  readonly #open = new Map<bigint, Docket>();
  /** Disputes up to this one were looked at. */
  #seen: bigint;

  constructor(options: DisputeBookOptions) {
    this.#options = options;
    this.#seen = options.bookmarks.read("disputes", 0n);
  }

  /** Oldest first. */
  dockets(): Docket[] {
    return [...this.#open.values()];
  }

  /** Looks at open and new disputes. @throws CorexError CHAIN_*. */
  async onSnapshot(): Promise<void> {
    const { contracts, bookmarks } = this.#options;
    const count = await readDisputeCount(contracts);
    const last = count < this.#seen + PAGE ? count : this.#seen + PAGE;
    const fresh = Array.from({ length: Number(last - this.#seen) }, (_, index) => this.#seen + 1n + BigInt(index));
    for (const dispute of [...this.#open.keys(), ...fresh]) {
      const docket = await this.#look(dispute);
      if (docket === undefined) this.#open.delete(dispute);
      else this.#open.set(dispute, docket);
    }
    this.#seen = last;
    // The next run begins with the oldest dispute of which something is still to be done.
    const [oldest = this.#seen + 1n] = [...this.#open.keys()];
    bookmarks.write("disputes", oldest - 1n);
  }

  /** Undefined when nothing is to be done any more. */
  async #look(dispute: bigint): Promise<Docket | undefined> {
    const { contracts, juror } = this.#options;
    const summary = await readDispute(contracts, dispute);
    const { stage, round } = summary;
    if (stage === "none") return undefined;
    const ballot = await readBallot(contracts, dispute, round, juror);
    const isDecided = stage === "ruled" || stage === "executed";
    const rounds = isDecided ? Array.from({ length: round + 1 }, (_, index) => index) : [];
    const settled = await Promise.all(rounds.map(async (index) => isRoundSettled(contracts, dispute, index)));
    const unsettled = rounds.filter((index) => settled[index] === false);
    return stage === "executed" && unsettled.length === 0 ? undefined : { ...summary, ballot, unsettled };
  }
}

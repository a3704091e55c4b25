import { type CaseSummary, readCase, readCaseCount } from "@corex/sdk/actions/read-case";
import type { CorexContracts } from "@corex/sdk/contracts/connect";

import type { Bookmarks } from "../journal/bookmarks.ts";

/** Cases that are looked at in one go at the start: the rest follows with the next block. */
const PAGE = 256n;

export interface CaseBookOptions {
  readonly contracts: CorexContracts;
  readonly bookmarks: Bookmarks;
}

/** The cases of the verifier committee that are not closed, as of the last block. */
export class CaseBook {
  readonly #options: CaseBookOptions;
  readonly #open = new Map<bigint, CaseSummary>();
  /** Cases up to this one were looked at. */
  #seen: bigint;

  constructor(options: CaseBookOptions) {
    this.#options = options;
    this.#seen = options.bookmarks.read("cases", 0n);
  }

  /** Open cases, oldest first. */
  cases(): CaseSummary[] {
    return [...this.#open.values()];
  }

  get(caseId: bigint): CaseSummary | undefined {
    return this.#open.get(caseId);
  }

  /** Looks at open and new cases. @throws CorexError CHAIN_*. */
  async onSnapshot(): Promise<void> {
    const { contracts, bookmarks } = this.#options;
    const count = await readCaseCount(contracts);
    const last = count < this.#seen + PAGE ? count : this.#seen + PAGE;
    const fresh = Array.from({ length: Number(last - this.#seen) }, (_, index) => this.#seen + 1n + BigInt(index));
    for (const caseId of [...this.#open.keys(), ...fresh]) {
      const found = await readCase(contracts, caseId);
      if (found.phase === "closed" || found.phase === "none") this.#open.delete(caseId);
      else this.#open.set(caseId, found);
    }
    this.#seen = last;
    // The next run begins with the oldest case that is still open.
    const [oldest = this.#seen + 1n] = [...this.#open.keys()];
    bookmarks.write("cases", oldest - 1n);
  }
}

import type { Logger } from "pino";

import { type FragmentKey, labelOf, type MarketName } from "../journal/fragment-key.ts";
import type { FragmentRow } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { Progress } from "../runtime/progress.ts";

/** What is asked of a market. */
export interface Ledger {
  isPast(key: FragmentKey): boolean;
  settledBy(key: FragmentKey): Promise<bigint | undefined>;
}

export interface ReconcilerOptions {
  /** The node that the row is the work of. */
  readonly nodeOf: (row: FragmentRow) => bigint;
  readonly journal: Journal;
  readonly markets: Readonly<Partial<Record<MarketName, Ledger>>>;
  readonly progress: Progress;
  readonly logger: Logger;
}

/** Closes journal rows of fragments that the chain has moved past: settled by its node after all, or by another. */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  async onSnapshot(): Promise<void> {
    const { journal, markets } = this.#options;
    for (const row of journal.fragments.open()) {
      if (journal.transactions.isOpen(row.intent)) continue;
      const market = markets[row.market];
      if (market?.isPast(row) === true) await this.#close(row, market);
    }
  }

  async #close(row: FragmentRow, market: Ledger): Promise<void> {
    const { nodeOf, journal, progress, logger } = this.#options;
    const stage = (await market.settledBy(row)) === nodeOf(row) ? "settled" : "lost";
    journal.fragments.close(row, stage);
    if (stage === "settled") progress.fragment("settled", row);
    logger.info({ ...labelOf(row), stage }, "fragment closed");
  }
}

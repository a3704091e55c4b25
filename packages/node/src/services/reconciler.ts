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
  readonly node: bigint;
  readonly journal: Journal;
  readonly markets: Readonly<Record<MarketName, Ledger>>;
  readonly progress: Progress;
  readonly logger: Logger;
}

/** Closes journal rows of fragments that the chain has moved past: settled by this node after all, or by another. */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  async onSnapshot(): Promise<void> {
    const { journal, markets } = this.#options;
    for (const row of journal.fragments.open()) {
      if (journal.transactions.isOpen(row.intent)) continue;
      if (markets[row.market].isPast(row)) await this.#close(row);
    }
  }

  async #close(row: FragmentRow): Promise<void> {
    const { node, journal, markets, progress, logger } = this.#options;
    const stage = (await markets[row.market].settledBy(row)) === node ? "settled" : "lost";
    journal.fragments.close(row, stage);
    if (stage === "settled") progress.fragment("settled", row);
    logger.info({ ...labelOf(row), stage }, "fragment closed");
  }
}

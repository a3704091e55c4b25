import type { Logger } from "pino";

import type { FragmentRow } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { StepHistory } from "../weights/step-history.ts";
import type { Snapshot } from "./snapshot.ts";

export interface ReconcilerOptions {
  readonly node: bigint;
  readonly journal: Journal;
  readonly history: StepHistory;
  readonly logger: Logger;
}

/** Closes journal rows of fragments that the chain has moved past: settled by this node after all, or by another. */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  async onSnapshot({ fragments }: Snapshot): Promise<void> {
    const { journal } = this.#options;
    for (const row of journal.fragments.open()) {
      if (journal.transactions.isOpen(row.intent)) continue;
      const open = fragments.find(({ task, chain }) => task.task === row.task && chain === row.chain);
      if (open !== undefined ? open.cursor.step > row.step : !journal.tasks.isOpen(row.task)) await this.#close(row);
    }
  }

  async #close(row: FragmentRow): Promise<void> {
    const { node, journal, history, logger } = this.#options;
    const task = journal.tasks.get(row.task);
    const settled = task === undefined ? undefined : await history.find(task, row.chain, row.step);
    const stage = settled?.node === node ? "settled" : "lost";
    journal.fragments.close(row, stage);
    logger.info({ task: row.task, chain: row.chain, step: row.step, stage }, "fragment closed");
  }
}

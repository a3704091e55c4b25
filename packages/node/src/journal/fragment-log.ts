import type { DatabaseSync } from "node:sqlite";

import { type FragmentKey, intentOf, type MarketName } from "./fragment-key.ts";
import { formatSubmission, parseSubmission, type FragmentSubmission } from "./submission-json.ts";

export type FragmentStage = "computed" | "proved" | "signed" | "sent" | "settled" | "lost";

/** What the journal knows of a fragment. */
export interface FragmentRow extends FragmentKey {
  readonly intent: string;
  readonly stage: FragmentStage;
  /** Head that the work started from. */
  readonly weights: bigint;
  /** Complete submission with its proof, from stage `proved` on. */
  readonly submission: FragmentSubmission | undefined;
  /** When the stage was last written, in milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

interface StoredRow {
  market: MarketName;
  task: string;
  chain: number;
  step: number;
  intent: string;
  stage: FragmentStage;
  weights: string;
  submission: string | null;
  updated_at: number;
}

/** Fragments of the agent, one row each; `settled` means of work that the market took the result. Stages after `proved` are set by the transaction that submits it. */
export class FragmentLog {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Records that the fragment was computed from `weights`; an earlier proof of it is forgotten. */
  compute(key: FragmentKey, weights: bigint): void {
    this.#write(key, "computed", weights, null);
  }

  /** Records the proof. From here on the fragment is never proved again while what it was computed from stands. */
  prove(key: FragmentKey, submission: FragmentSubmission): void {
    this.#write(key, "proved", submission.weights, formatSubmission(submission));
  }

  /** Records what the chain says of a fragment that is no longer open: settled by this node, or by another. */
  close(key: FragmentKey, stage: "settled" | "lost"): void {
    this.#database
      .prepare("UPDATE fragments SET stage = ?, updated_at = ? WHERE intent = ?")
      .run(stage, this.#now(), intentOf(key));
  }

  get(key: FragmentKey): FragmentRow | undefined {
    const row = this.#database.prepare("SELECT * FROM fragments WHERE intent = ?").get(intentOf(key));
    return row === undefined ? undefined : toRow(row as unknown as StoredRow);
  }

  /** Fragments neither settled nor lost. */
  open(): FragmentRow[] {
    const rows = this.#database.prepare("SELECT * FROM fragments WHERE stage NOT IN ('settled', 'lost')").all();
    return (rows as unknown as StoredRow[]).map(toRow);
  }

  #write(key: FragmentKey, stage: FragmentStage, weights: bigint, submission: string | null): void {
    const { market, task, chain, step } = key;
    this.#database
      .prepare(
        `INSERT INTO fragments (market, task, chain, step, intent, stage, weights, submission, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (task, chain, step) DO UPDATE SET stage = excluded.stage, weights = excluded.weights,
           submission = excluded.submission, updated_at = excluded.updated_at`,
      )
      .run(market, task, chain, step, intentOf(key), stage, String(weights), submission, this.#now());
  }
}

function toRow({ market, task, chain, step, intent, stage, ...stored }: StoredRow): FragmentRow {
  const { weights, submission, updated_at: updatedAt } = stored;
  return {
    market,
    task,
    chain,
    step,
    intent,
    stage,
    weights: BigInt(weights),
    submission: submission === null ? undefined : parseSubmission(submission),
    updatedAt,
  };
}

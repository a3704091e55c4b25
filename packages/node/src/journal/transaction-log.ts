import type { DatabaseSync } from "node:sqlite";

import { CorexError } from "@corex/sdk/errors";

import { fragmentsIn, intentOf } from "./fragment-key.ts";

export type TransactionStage = "intended" | "signed" | "sent" | "mined" | "failed" | "abandoned";

/** A transaction whose raw bytes are known: it may be, or may get, on chain. */
export interface SignedTransaction {
  readonly id: number;
  readonly intent: string;
  readonly stage: TransactionStage;
  readonly nonce: number;
  readonly hash: string;
  readonly raw: string;
}

/** What the journal knows of a transaction. */
export interface TransactionRow {
  readonly id: number;
  readonly intent: string;
  readonly stage: TransactionStage;
  readonly nonce: number | null;
  readonly hash: string | null;
  readonly raw: string | null;
  readonly block: number | null;
  readonly reason: string | null;
}

/** Stage of the fragments that the transaction submits, after the transaction reached a stage. */
const FRAGMENT_STAGE: Readonly<Partial<Record<TransactionStage, string>>> = {
  signed: "signed",
  sent: "sent",
  mined: "settled",
  failed: "proved",
  abandoned: "proved",
};

const COLUMNS = "id, intent, stage, nonce, hash, raw, block, reason";

/** Transactions of the agent, one row each; the fragments that a row submits change stage in the same commit. */
export class TransactionLog {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Announces a transaction. @throws CorexError JOURNAL_INTENT_OPEN when one for any of the same is under way. */
  intend(intent: string, recipient: string, data: string): number {
    if (purposesOf(intent).some((purpose) => this.isOpen(purpose))) {
      throw new CorexError("JOURNAL_INTENT_OPEN", `a transaction for ${intent} is under way already`, {
        retry: "later",
        details: { intent },
      });
    }
    const now = this.#now();
    const { lastInsertRowid } = this.#database
      .prepare(
        "INSERT INTO transactions (intent, recipient, data, stage, created_at, updated_at) VALUES (?, ?, ?, 'intended', ?, ?)",
      )
      .run(intent, recipient, data, now, now);
    return Number(lastInsertRowid);
  }

  /** Records the raw bytes; must precede their broadcast. */
  sign(id: number, { nonce, hash, raw }: Pick<SignedTransaction, "nonce" | "hash" | "raw">): SignedTransaction {
    this.#move(id, "signed", "stage = 'signed', nonce = ?, hash = ?, raw = ?", [nonce, hash, raw]);
    return this.get(id) as SignedTransaction;
  }

  /** Records that an endpoint took the transaction. */
  send(id: number): void {
    this.#move(id, "sent", "stage = 'sent'", []);
  }

  /** Records the outcome: on chain and successful, on chain or refused and failed, or its nonce taken by another. */
  finish(id: number, stage: "mined" | "failed" | "abandoned", outcome: { block?: number; reason?: string } = {}): void {
    this.#move(id, stage, "stage = ?, block = ?, reason = ?", [stage, outcome.block ?? null, outcome.reason ?? null]);
  }

  /** Transactions without outcome, oldest first. */
  open(): TransactionRow[] {
    return this.#database
      .prepare(`SELECT ${COLUMNS} FROM transactions WHERE stage IN ('intended', 'signed', 'sent') ORDER BY id`)
      .all() as unknown as TransactionRow[];
  }

  /** Whether a transaction with this intent, or a batch with its fragment, is under way. */
  isOpen(intent: string): boolean {
    return this.open().some((row) => row.intent === intent || purposesOf(row.intent).includes(intent));
  }

  get(id: number): TransactionRow {
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM transactions WHERE id = ?`).get(id);
    if (row === undefined) throw new CorexError("JOURNAL_CORRUPTED", `the journal has no transaction ${id}`);
    return row as unknown as TransactionRow;
  }

  #move(id: number, stage: TransactionStage, assignments: string, values: (string | number | null)[]): void {
    const now = this.#now();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#database
        .prepare(`UPDATE transactions SET ${assignments}, updated_at = ? WHERE id = ?`)
        .run(...values, now, id);
      const { intent } = this.get(id);
      const follow = this.#database.prepare(
        `UPDATE fragments SET stage = ?, updated_at = ?
         WHERE intent = ? AND stage NOT IN ('settled', 'lost') AND submission IS NOT NULL`,
      );
      for (const purpose of purposesOf(intent)) follow.run(FRAGMENT_STAGE[stage] ?? "proved", now, purpose);
      this.#database.exec("COMMIT");
    } catch (cause) {
      this.#database.exec("ROLLBACK");
      throw cause;
    }
  }
}

/** Intents of all that a transaction does: those of its fragments, or its own. */
function purposesOf(intent: string): string[] {
  const keys = fragmentsIn(intent);
  return keys.length === 0 ? [intent] : keys.map(intentOf);
}

import type { DatabaseSync } from "node:sqlite";

import type { MarketName } from "./fragment-key.ts";

/** A task that the watcher follows. */
export interface KnownTask<Terms> {
  readonly task: string;
  readonly terms: Terms;
  /** Block of its publication. */
  readonly blockNumber: number;
}

interface StoredTask {
  task: string;
  block: number;
  terms: string;
}

/** Tasks of one market found on chain and how far the search came, so that a restart does not read the chain again. */
export class TaskLog<Terms extends object> {
  readonly #database: DatabaseSync;
  readonly #market: MarketName;
  readonly #scanned: string;

  constructor(database: DatabaseSync, market: MarketName) {
    this.#database = database;
    this.#market = market;
    this.#scanned = `scannedTo:${market}`;
  }

  /** Last block whose publications are known; undefined before the first search. */
  scannedTo(): number | undefined {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = ?").get(this.#scanned);
    return row === undefined ? undefined : Number((row as { value: string }).value);
  }

  /** Records the tasks found up to `block`, in one commit with the progress of the search. */
  record(tasks: readonly KnownTask<Terms>[], block: number): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const insert = this.#database.prepare(
        "INSERT OR IGNORE INTO tasks (market, task, block, terms) VALUES (?, ?, ?, ?)",
      );
      for (const { task, blockNumber, terms } of tasks) insert.run(this.#market, task, blockNumber, writeTerms(terms));
      this.#database
        .prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .run(this.#scanned, String(block));
      this.#database.exec("COMMIT");
    } catch (cause) {
      this.#database.exec("ROLLBACK");
      throw cause;
    }
  }

  /** Tasks that may still have work. */
  open(): KnownTask<Terms>[] {
    const rows = this.#database
      .prepare("SELECT task, block, terms FROM tasks WHERE market = ? AND closed = 0 ORDER BY block")
      .all(this.#market);
    return (rows as unknown as StoredTask[]).map((row) => toTask<Terms>(row));
  }

  /** Whether a task may still have work. */
  isOpen(task: string): boolean {
    const row = this.#database.prepare("SELECT 1 FROM tasks WHERE market = ? AND task = ? AND closed = 0");
    return row.get(this.#market, task) !== undefined;
  }

  /** A task found on chain, open or closed. */
  get(task: string): KnownTask<Terms> | undefined {
    const row = this.#database
      .prepare("SELECT task, block, terms FROM tasks WHERE market = ? AND task = ?")
      .get(this.#market, task);
    return row === undefined ? undefined : toTask<Terms>(row as unknown as StoredTask);
  }

  /** Stops following a task: it is completed, or cancelled without work in flight. */
  close(task: string): void {
    this.#database.prepare("UPDATE tasks SET closed = 1 WHERE task = ?").run(task);
  }
}

function toTask<Terms>({ task, block, terms }: StoredTask): KnownTask<Terms> {
  return { task, terms: readTerms(terms) as Terms, blockNumber: block };
}

function writeTerms(terms: object): string {
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Numbers of terms are decimal there, everything else is hexadecimal. */
function readTerms(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === "string" && /^\d+$/.test(value) ? BigInt(value) : value,
  );
}

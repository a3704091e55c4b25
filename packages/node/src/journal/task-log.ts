import type { DatabaseSync } from "node:sqlite";

import type { PublishedTask } from "@corex/sdk/actions/read-published-tasks";
import { type TaskTerms, toTaskTerms } from "@corex/sdk/task/terms";

const SCANNED = "scannedTo";

/** A task that the watcher follows. */
export type KnownTask = Pick<PublishedTask, "task" | "terms" | "blockNumber">;

interface StoredTask {
  task: string;
  block: number;
  terms: string;
}

/** Tasks found on chain and how far the search came, so that a restart does not read the chain again. */
export class TaskLog {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Last block whose publications are known; undefined before the first search. */
  scannedTo(): number | undefined {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = ?").get(SCANNED);
    return row === undefined ? undefined : Number((row as { value: string }).value);
  }

  /** Records the tasks found up to `block`, in one commit with the progress of the search. */
  record(tasks: readonly PublishedTask[], block: number): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const insert = this.#database.prepare("INSERT OR IGNORE INTO tasks (task, block, terms) VALUES (?, ?, ?)");
      for (const { task, blockNumber, terms } of tasks) insert.run(task, blockNumber, writeTerms(terms));
      this.#database
        .prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .run(SCANNED, String(block));
      this.#database.exec("COMMIT");
    } catch (cause) {
      this.#database.exec("ROLLBACK");
      throw cause;
    }
  }

  /** Tasks that may still have work. */
  open(): KnownTask[] {
    const rows = this.#database.prepare("SELECT task, block, terms FROM tasks WHERE closed = 0 ORDER BY block").all();
    return (rows as unknown as StoredTask[]).map(toTask);
  }

  /** Whether a task may still have work. */
  isOpen(task: string): boolean {
    return this.#database.prepare("SELECT 1 FROM tasks WHERE task = ? AND closed = 0").get(task) !== undefined;
  }

  /** A task found on chain, open or closed. */
  get(task: string): KnownTask | undefined {
    const row = this.#database.prepare("SELECT task, block, terms FROM tasks WHERE task = ?").get(task);
    return row === undefined ? undefined : toTask(row as unknown as StoredTask);
  }

  /** Stops following a task: it is completed, or cancelled without work in flight. */
  close(task: string): void {
    this.#database.prepare("UPDATE tasks SET closed = 1 WHERE task = ?").run(task);
  }
}

function toTask({ task, block, terms }: StoredTask): KnownTask {
  return { task, terms: readTerms(terms), blockNumber: block };
}

function writeTerms(terms: TaskTerms): string {
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function readTerms(text: string): TaskTerms {
  const stored = JSON.parse(text) as Record<keyof TaskTerms, string>;
  return toTaskTerms({
    ...stored,
    feePerFragment: BigInt(stored.feePerFragment),
    fragmentDuration: BigInt(stored.fragmentDuration),
    steps: BigInt(stored.steps),
    shardsPerChain: BigInt(stored.shardsPerChain),
    chains: BigInt(stored.chains),
    device: BigInt(stored.device),
    minTier: BigInt(stored.minTier),
    nonce: BigInt(stored.nonce),
  });
}

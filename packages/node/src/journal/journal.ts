import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { CorexError } from "@corex/sdk/errors";
import type { RoundTerms } from "@corex/sdk/task/round-terms";
import type { TaskTerms } from "@corex/sdk/task/terms";
import type { WorkTerms } from "@corex/sdk/task/work-terms";

import { Bookmarks } from "./bookmarks.ts";
import { DocumentLog } from "./document-log.ts";
import { FragmentLog } from "./fragment-log.ts";
import { JOURNAL_SCHEMA, JOURNAL_VERSION, MIGRATE_1 } from "./schema.ts";
import { SealedLog } from "./sealed-log.ts";
import { TaskLog } from "./task-log.ts";
import { TransactionLog } from "./transaction-log.ts";

/** Whose journal it is: a journal is bound to one operator on one market for good. */
export interface JournalOwner {
  readonly chainId: number;
  readonly market: string;
  readonly operator: string;
}

/**
 * The write-ahead journal of one agent: what it is about to do, before it does it.
 *
 * DURABILITY: SQLite in WAL mode with synchronous=FULL, so a row that was written survives SIGKILL and power cuts.
 * EXCLUSION: the file is locked for the life of the process; the kernel frees the lock when the process dies.
 */
export class Journal {
  readonly transactions: TransactionLog;
  readonly fragments: FragmentLog;
  readonly tasks: TaskLog<TaskTerms>;
  readonly roundTasks: TaskLog<RoundTerms>;
  readonly workTasks: TaskLog<WorkTerms>;
  readonly documents: DocumentLog;
  readonly sealed: SealedLog;
  readonly bookmarks: Bookmarks;
  readonly #database: DatabaseSync;

  /**
   * Opens or creates the journal in `file`.
   *
   * @throws CorexError JOURNAL_LOCKED when another agent uses it, JOURNAL_FOREIGN when it belongs to another operator,
   *   chain or market, JOURNAL_VERSION, JOURNAL_CORRUPTED.
   */
  constructor(file: string, owner: JournalOwner, now: () => number = Date.now) {
    mkdirSync(dirname(file), { recursive: true });
    this.#database = openLocked(file);
    try {
      this.#claim(file, owner);
    } catch (cause) {
      this.#database.close();
      throw cause;
    }
    this.transactions = new TransactionLog(this.#database, now);
    this.fragments = new FragmentLog(this.#database, now);
    this.tasks = new TaskLog(this.#database, "chains");
    this.roundTasks = new TaskLog(this.#database, "rounds");
    this.workTasks = new TaskLog(this.#database, "work");
    this.documents = new DocumentLog(this.#database);
    this.sealed = new SealedLog(this.#database, now);
    this.bookmarks = new Bookmarks(this.#database);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #claim(file: string, { chainId, market, operator }: JournalOwner): void {
    const expected = { version: String(JOURNAL_VERSION), chainId: String(chainId), market, operator };
    const read = this.#database.prepare("SELECT value FROM meta WHERE key = ?");
    const write = this.#database.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
    for (const [key, value] of Object.entries(expected)) {
      const row = read.get(key) as { value: string } | undefined;
      if (row === undefined) write.run(key, value);
      else if (row.value !== value) {
        const code = key === "version" ? "JOURNAL_VERSION" : "JOURNAL_FOREIGN";
        throw new CorexError(code, `${file} belongs to ${key} ${row.value}, not ${value}: use another journal`, {
          retry: "after-change",
          details: { file, key, found: row.value, expected: value },
        });
      }
    }
  }
}

function openLocked(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    // The lock mode comes first: the journal then never leaves this process, not even its shared-memory index.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    database.exec("PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;");
    database.exec(JOURNAL_SCHEMA);
    const version = database.prepare("SELECT value FROM meta WHERE key = 'version'").get();
    if ((version as { value: string } | undefined)?.value === "1") database.exec(MIGRATE_1);
    database.exec("COMMIT;");
    return database;
  } catch (cause) {
    if (database?.isOpen === true) database.close();
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/locked|busy/i.test(message)) {
      throw new CorexError("JOURNAL_LOCKED", `${file} is in use: another agent runs with this journal`, {
        retry: "after-change",
        details: { file },
        cause,
      });
    }
    throw new CorexError("JOURNAL_CORRUPTED", `cannot open the journal ${file}: ${message}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
}

import type { DatabaseSync } from "node:sqlite";

/** How far lists on chain were read to the end, so that a restart does not read them again. */
export class Bookmarks {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The number noted for a list; `fallback` when there is none. */
  read(name: string, fallback: bigint): bigint {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = ?").get(`bookmark:${name}`);
    return row === undefined ? fallback : BigInt((row as { value: string }).value);
  }

  write(name: string, value: bigint): void {
    this.#database
      .prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
      .run(`bookmark:${name}`, String(value));
  }
}

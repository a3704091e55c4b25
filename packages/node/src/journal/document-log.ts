import type { DatabaseSync } from "node:sqlite";

/** Where a document belongs. */
export interface DocumentPlace {
  readonly task: string;
  readonly fragment: number;
  /** Number of the draw that gave the fragment to this node. */
  readonly attempt: number;
}

/** A document that is not to be seen yet. */
export interface KeptDocument extends DocumentPlace {
  /** SHA-256 digest, as `bytes32`. */
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** Results whose digest is on chain before others may read them: they are here until they are published. */
export class DocumentLog {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Keeps a document; one that was made before in the same place is forgotten. */
  keep({ task, fragment, attempt, digest, bytes }: KeptDocument): void {
    this.#database
      .prepare(
        `INSERT INTO documents (task, fragment, attempt, digest, bytes) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (task, fragment, attempt) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes, published = 0`,
      )
      .run(task, fragment, attempt, digest, bytes);
  }

  /** Documents that others cannot read yet. */
  unpublished(): KeptDocument[] {
    const rows = this.#database
      .prepare("SELECT task, fragment, attempt, digest, bytes FROM documents WHERE published = 0")
      .all();
    return rows as unknown as KeptDocument[];
  }

  /** The document with this digest; undefined when there is none. */
  get(digest: string): Uint8Array | undefined {
    const row = this.#database.prepare("SELECT bytes FROM documents WHERE digest = ?").get(digest);
    return (row as { bytes: Uint8Array } | undefined)?.bytes;
  }

  /** Notes that everybody can read a document now. */
  publish({ task, fragment, attempt }: DocumentPlace): void {
    this.#database
      .prepare("UPDATE documents SET published = 1 WHERE task = ? AND fragment = ? AND attempt = ?")
      .run(task, fragment, attempt);
  }
}

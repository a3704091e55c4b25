import type { DatabaseSync } from "node:sqlite";

/** An answer that is committed before it is revealed. */
export interface SealedAnswer<Answer extends string = string> {
  readonly answer: Answer;
  readonly score: number;
  /** 32 random bytes; without them the answer cannot be revealed, which is punished. */
  readonly salt: string;
  /** For people. */
  readonly reason: string;
}

/** Answers of this account as a verifier or juror. Each is written before it is committed, and never changes. */
export class SealedLog {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Writes the answer to a question, unless there is one: the first stands, and is returned. */
  seal<Answer extends string>(subject: string, answer: SealedAnswer<Answer>): SealedAnswer<Answer> {
    this.#database
      .prepare(
        "INSERT OR IGNORE INTO sealed (subject, answer, score, salt, reason, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(subject, answer.answer, answer.score, answer.salt, answer.reason, this.#now());
    return this.get<Answer>(subject) ?? answer;
  }

  get<Answer extends string>(subject: string): SealedAnswer<Answer> | undefined {
    const row = this.#database.prepare("SELECT answer, score, salt, reason FROM sealed WHERE subject = ?").get(subject);
    return row === undefined ? undefined : ({ ...row } as unknown as SealedAnswer<Answer>);
  }
}

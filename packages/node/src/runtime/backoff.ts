import type { Clock } from "./clock.ts";

export interface BackoffOptions {
  /** First pause in milliseconds; doubles with every failure. */
  readonly base: number;
  readonly max: number;
}

/** Number of subjects above which those that are long over are forgotten. */
const MAX_SUBJECTS = 1_000;

/** Remembers per subject when to try again: pauses double from `base` to `max` and end with a success. */
export class Backoff {
  readonly #clock: Clock;
  readonly #options: BackoffOptions;
  readonly #entries = new Map<string, { failures: number; notBefore: number }>();

  constructor(clock: Clock, options: BackoffOptions = { base: 1_000, max: 60_000 }) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Whether `subject` may be tried now. */
  isReady(subject: string): boolean {
    return this.#clock.now() >= (this.#entries.get(subject)?.notBefore ?? 0);
  }

  /** Notes a failure and returns the pause in milliseconds. */
  fail(subject: string): number {
    const failures = (this.#entries.get(subject)?.failures ?? 0) + 1;
    const pause = Math.min(this.#options.base * 2 ** Math.min(failures - 1, 30), this.#options.max);
    if (this.#entries.size >= MAX_SUBJECTS) this.#forgetOld();
    this.#entries.set(subject, { failures, notBefore: this.#clock.now() + pause });
    return pause;
  }

  /** Subjects that nobody asks about any more would otherwise stay for ever. */
  #forgetOld(): void {
    const limit = this.#clock.now() - this.#options.max;
    for (const [subject, { notBefore }] of this.#entries) if (notBefore < limit) this.#entries.delete(subject);
  }

  /** Forgets the failures of `subject`. */
  succeed(subject: string): void {
    this.#entries.delete(subject);
  }
}

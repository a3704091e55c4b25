import type { Logger } from "pino";

import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import { intentOf } from "../journal/fragment-key.ts";
import type { FragmentRow } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { FragmentSubmission, StepSubmission } from "../journal/submission-json.ts";
import type { OpenFragment } from "../markets/open-fragment.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Snapshot } from "./snapshot.ts";

/** Pause while there is nothing to send. */
const IDLE_MS = 200;

/** Submissions of one transaction: the block has room for them, and one that is refused costs few others time. */
export const MAX_BATCH = 16;

/** Share of the time to the deadline that a proof waits for others at most. */
const WAITING_SHARE = 1 / 20;

/**
 * A fragment that settled this long ago and is open all the same: its block was replaced, and the proof that is still in
 * the journal is submitted again. Before that, the view of the chain is merely older than the receipt.
 */
const SETTLED_FOR_GOOD_MS = 60_000;

/** Refusals that a new proof can cure: the kept one is dropped. */
const STALE_PROOF = /^CHAIN_(PROOFVERIFIER_|MARKET_(STALEHEAD|SHARDNOTINROOT)|TASKMARKET_WRONGINITIALHEADS)/;

/** Failures that are not the chain's word on what was sent: splitting a batch cures none of them. */
const NO_REFUSAL = /^(CHAIN_(UNREACHABLE|INSUFFICIENT_FUNDS|NONCE_USED|ALREADY_KNOWN)|AGENT_|JOURNAL_)/;

/** A proof in the journal whose fragment is open. */
export interface Ready {
  readonly fragment: OpenFragment;
  readonly submission: FragmentSubmission;
  /** When it was proved, or last came back, in milliseconds since the Unix epoch. */
  readonly since: number;
}

export interface SubmitterOptions {
  readonly journal: Journal;
  /** Whether the proof of a fragment that is expected, in this row, is to be sent from here. */
  readonly isOurs: (fragment: OpenFragment, row: FragmentRow) => boolean;
  /** Whether the proof of the fragment comes by here, so that others wait for it. */
  readonly isExpected: (fragment: OpenFragment) => boolean;
  /** Longest that a proof waits for others of its task. */
  readonly batchWaitMs: number;
  /** Takes note that a proof is worthless. */
  readonly drop: (ready: Ready) => void;
  /** Takes proofs off the hands; undefined when all are sent from here. */
  readonly collector?: { keeps(ready: Ready, timestamp: number): Promise<boolean> } | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/**
 * Sends the proofs in the journal whose fragments are open: those of one task together, as far as they are there when the first
 * is due. A batch that the chain refuses is sent without its invalid proofs, or in halves.
 */
export class Submitter {
  readonly #options: SubmitterOptions;
  #snapshot: Snapshot | undefined;

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  onSnapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
  }

  /** Sends until `signal` aborts. Never rejects for a submission: its failure is logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const group = this.#due(await this.#ready());
      if (group.length === 0) await this.#options.clock.sleep(IDLE_MS, signal);
      else await this.#send(group);
    }
  }

  /** What can be sent now, the most urgent first. */
  async #ready(): Promise<Ready[]> {
    const { journal, isOurs, isExpected, collector, backoff, clock } = this.#options;
    const { fragments = [], timestamp = 0 } = this.#snapshot ?? {};
    const found: Ready[] = [];
    const possible = fragments.filter((fragment) => timestamp <= fragment.cursor.deadline && isExpected(fragment));
    for (const fragment of possible.sort((a, b) => a.cursor.deadline - b.cursor.deadline)) {
      const row = journal.fragments.get(fragment.key);
      if (row?.submission === undefined || !isOurs(fragment, row)) continue;
      if (row.stage === "settled" && clock.now() - row.updatedAt < SETTLED_FOR_GOOD_MS) continue;
      if (!backoff.isReady(row.intent) || journal.transactions.isOpen(row.intent)) continue;
      const ready = { fragment, submission: row.submission, since: row.updatedAt };
      if (!(await collector?.keeps(ready, timestamp))) found.push(ready);
    }
    return found;
  }

  /** The first group of them that should not wait any longer. */
  #due(ready: readonly Ready[]): Ready[] {
    const groups = Map.groupBy(ready, ({ fragment: { key, batcher } }) =>
      batcher === undefined ? intentOf(key) : key.task,
    );
    const batches = [...groups.values()].map((group) => group.slice(0, MAX_BATCH));
    return batches.find((group) => this.#isDue(group)) ?? [];
  }

  #isDue(group: readonly Ready[]): boolean {
    const { journal, isExpected, batchWaitMs, clock } = this.#options;
    const { fragments = [], timestamp = 0 } = this.#snapshot ?? {};
    const [first] = group;
    if (first === undefined || first.fragment.batcher === undefined || group.length === MAX_BATCH) return true;
    const { task } = first.fragment.key;
    const others = fragments.filter(
      (fragment) => fragment.key.task === task && timestamp <= fragment.cursor.deadline && isExpected(fragment),
    );
    if (others.every(({ key }) => journal.fragments.get(key)?.submission !== undefined)) return true;
    const waited = clock.now() - Math.min(...group.map(({ since }) => since));
    const left = (first.fragment.cursor.deadline - timestamp) * 1_000;
    return waited >= Math.min(batchWaitMs, left * WAITING_SHARE);
  }

  /** Sends what still starts from what the chain has; the other proofs are dropped. */
  async #send(group: readonly Ready[]): Promise<void> {
    const { drop, logger } = this.#options;
    const fresh: Ready[] = [];
    for (const ready of group) {
      const { fragment, submission } = ready;
      try {
        if (await fragment.accepts(submission)) fresh.push(ready);
        else {
          logger.warn({ ...fragment.label }, "the proof starts from what the chain no longer has: dropped");
          drop(ready);
        }
      } catch (cause) {
        this.#fail(ready, decodeError(cause));
      }
    }
    if (fresh.length > 0) await this.#sendAll(fresh);
  }

  async #sendAll(group: readonly Ready[]): Promise<void> {
    const { logger, backoff } = this.#options;
    try {
      const settled = await submitTogether(group);
      for (const [index, { fragment }] of group.entries()) {
        backoff.succeed(intentOf(fragment.key));
        const earned = settled[index];
        if (earned === undefined) {
          logger.info({ ...fragment.label }, "result submitted");
          continue;
        }
        const { paid, points } = earned;
        const batch = group.length > 1 ? { batch: group.length } : {};
        logger.info({ ...fragment.label, paid: String(paid), points: String(points), ...batch }, "fragment settled");
      }
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (group.length === 1 || NO_REFUSAL.test(error.code)) for (const ready of group) this.#fail(ready, error);
      else await this.#split(group, error);
    }
  }

  /** A batch was refused: without the invalid proofs, or else in halves. */
  async #split(group: readonly Ready[], error: CorexError): Promise<void> {
    const { logger } = this.#options;
    const invalid = await this.#invalidOf(group, error);
    logger.warn({ code: error.code, batch: group.length, invalid: invalid.size }, "the chain refuses the batch");
    for (const ready of invalid) this.#fail(ready, error);
    const rest = group.filter((ready) => !invalid.has(ready));
    const parts = invalid.size > 0 ? [rest] : [rest.slice(0, rest.length / 2), rest.slice(rest.length / 2)];
    for (const part of parts) if (part.length > 0) await this.#sendAll(part);
  }

  async #invalidOf(group: readonly Ready[], error: CorexError): Promise<ReadonlySet<Ready>> {
    if (!error.code.startsWith("CHAIN_PROOFVERIFIER_")) return new Set();
    try {
      const places = (await group[0]?.fragment.batcher?.findInvalid(group.map(stepOf))) ?? [];
      return new Set(group.filter((_, index) => places.includes(index)));
    } catch (cause) {
      this.#options.logger.warn({ reason: decodeError(cause).message }, "cannot tell which proof is invalid");
      return new Set();
    }
  }

  #fail(ready: Ready, error: CorexError): void {
    const { backoff, logger, drop } = this.#options;
    const { key, label } = ready.fragment;
    const pause = backoff.fail(intentOf(key));
    const isStale = STALE_PROOF.test(error.code);
    if (isStale) drop(ready);
    logger.error(
      { ...label, code: error.code, retry: error.retry, pause },
      `fragment not done: ${error.message}; next attempt in ${pause / 1_000} s${isStale ? "" : "; the proof is kept"}`,
    );
  }
}

/** One by its own call; several, or one for somebody else, by that of their task. */
async function submitTogether(group: readonly Ready[]): Promise<readonly (SettledFragment | undefined)[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { fragment, submission } = first;
  const isRelayed = submission.kind === "step" && submission.signedBy !== undefined;
  if ((group.length === 1 && !isRelayed) || fragment.batcher === undefined) return [await fragment.submit(submission)];
  return fragment.batcher.submit(group.map(stepOf));
}

function stepOf({ submission }: Ready): StepSubmission {
  if (submission.kind === "step") return submission;
  throw new CorexError("JOURNAL_CORRUPTED", "only steps are sent together");
}

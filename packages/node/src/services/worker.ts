import type { Logger } from "pino";

import { decodeError } from "@corex/sdk/contracts/decode-error";

import { intentOf } from "../journal/fragment-key.ts";
import type { Journal } from "../journal/journal.ts";
import type { OpenFragment, Tools } from "../markets/open-fragment.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { Progress } from "../runtime/progress.ts";
import type { StageHook } from "../runtime/stages.ts";
import { excessFragments } from "./excess-fragments.ts";
import type { Snapshot } from "./snapshot.ts";

/** Pause while there is nothing to do. */
const IDLE_MS = 200;

const STOPPING = new Set(["AGENT_STOPPED", "PROVER_ABORTED", "PROVER_CLOSED"]);

/**
 * Failures of what the owner or earlier nodes had to provide: it is not there, is not what was committed, or has no proof. And
 * of circuits or labels that this machine lacks.
 */
const NOT_PROVIDED = /^(STORE_(?!WRITE)|DATA_|TASK_MANIFEST_|TASK_INVALID|WEIGHTS_|GRADIENT_|CIRCUIT_|MATH_|WORK_)/;

/** How long data may come late before its fragment is given back, in seconds: an owner must not keep nodes waiting for nothing. */
const PATIENCE_SECONDS = 120;

/** What a fragment is expected to take before one was done. */
const FIRST_GUESS_SECONDS = 10;

export interface WorkerOptions {
  readonly node: bigint;
  readonly journal: Journal;
  readonly tools: Omit<Tools, "onComputed">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly progress: Progress;
  readonly onStage: StageHook;
  /** Held while a proof is made: a measurement of this machine must not run beside it. */
  readonly exclusive: Mutex;
}

/**
 * Proves the fragments that are assigned to this node, one after the other, the most urgent first, and leaves the proofs in the
 * journal; `Submitter` sends them meanwhile.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #announced = new Set<string>();
  /** Fragments whose data could not be had at the last attempt. */
  readonly #lacking = new Set<string>();
  /** Tasks of which a fragment was given back because its data could not be had. */
  readonly #barren = new Set<string>();
  /** What a proof takes: the moving average of those made, in seconds. */
  #secondsEach = FIRST_GUESS_SECONDS;
  #snapshot: Snapshot | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  onSnapshot(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
  }

  /** Works until `signal` aborts. Never rejects for a fragment: its failure is logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#shed();
      const fragment = this.#next();
      if (fragment === undefined) await this.#options.clock.sleep(IDLE_MS, signal);
      else await this.#attempt(fragment);
    }
  }

  /** Fragments of this node that wait for their proof, the most urgent first. */
  #queue(): OpenFragment[] {
    const { node, journal } = this.#options;
    const { fragments = [], timestamp = 0 } = this.#snapshot ?? {};
    return fragments
      .filter(({ cursor }) => cursor.node === node && timestamp <= cursor.deadline)
      .filter(({ key }) => journal.fragments.get(key)?.submission === undefined)
      .sort((a, b) => a.cursor.deadline - b.cursor.deadline);
  }

  #next(): OpenFragment | undefined {
    const { backoff } = this.#options;
    return this.#queue().find((fragment) => backoff.isReady(intentOf(fragment.key)) || this.#isDueBack(fragment));
  }

  /** Gives back what cannot be done in time: others may assign up to the limit of the tier. */
  async #shed(): Promise<void> {
    const { timestamp = 0 } = this.#snapshot ?? {};
    for (const fragment of excessFragments(this.#queue(), timestamp, this.#secondsEach)) {
      if (!this.#options.backoff.isReady(`refuse:${intentOf(fragment.key)}`)) continue;
      await this.#giveBack(fragment, "there is no time for it");
    }
  }

  async #attempt(fragment: OpenFragment): Promise<void> {
    const { backoff, clock, logger } = this.#options;
    const intent = intentOf(fragment.key);
    try {
      const started = clock.now();
      await this.#prove(fragment);
      this.#secondsEach = (this.#secondsEach + (clock.now() - started) / 1_000) / 2;
      backoff.succeed(intent);
      this.#lacking.delete(intent);
      this.#barren.delete(fragment.key.task);
    } catch (cause) {
      const error = decodeError(cause);
      if (STOPPING.has(error.code)) return;
      const pause = backoff.fail(intent);
      logger.error(
        { ...fragment.label, code: error.code, retry: error.retry, pause },
        `fragment not proved: ${error.message}; next attempt in ${pause / 1_000} s`,
      );
      if (NOT_PROVIDED.test(error.code)) this.#lacking.add(intent);
      else this.#lacking.delete(intent);
      if (this.#isDueBack(fragment)) await this.#giveBack(fragment, "its data cannot be had");
    }
  }

  /**
   * Whether a fragment whose data could not be had is to be given back: after a quarter of its time, or two minutes, for data
   * that comes late; at once if data of the same task was missing before. After half of the time only missing the deadline
   * is left, which costs stake.
   */
  #isDueBack({ key, cursor, duration }: OpenFragment): boolean {
    const intent = intentOf(key);
    if (!this.#lacking.has(intent) || !this.#options.backoff.isReady(`refuse:${intent}`)) return false;
    const patience = this.#barren.has(key.task) ? 0 : Math.min(duration / 4, PATIENCE_SECONDS);
    const { timestamp = 0 } = this.#snapshot ?? {};
    return timestamp >= cursor.deadline - duration + patience && timestamp <= cursor.deadline - duration / 2;
  }

  async #giveBack(fragment: OpenFragment, reason: string): Promise<void> {
    const { logger, backoff } = this.#options;
    const { key, label } = fragment;
    const intent = intentOf(key);
    // After a success too: until the next look at the chain the fragment seems to be this node's.
    backoff.fail(`refuse:${intent}`);
    try {
      await fragment.giveBack();
      // Should it be drawn to this node again, it is tried once, and not waited for.
      if (this.#lacking.delete(intent)) this.#barren.add(key.task);
      logger.info({ ...label }, `fragment given back: ${reason}`);
    } catch (cause) {
      const error = decodeError(cause);
      logger.warn({ ...label, code: error.code, reason: error.message }, "cannot give the fragment back");
    }
  }

  async #prove(fragment: OpenFragment): Promise<void> {
    const { clock, journal, tools, progress, onStage, exclusive } = this.#options;
    const { key } = fragment;
    const intent = intentOf(key);
    this.#announce(fragment, intent);
    const started = clock.now();
    const onComputed = (head: bigint, loss?: bigint): void => {
      journal.fragments.compute(key, head);
      progress.fragment("computed", key, loss === undefined ? {} : { loss: String(loss) });
      onStage("computed", intent);
    };
    const submission = await exclusive.run(async () => fragment.prove({ ...tools, onComputed }));
    journal.fragments.prove(key, submission);
    progress.fragment("proved", key, { milliseconds: clock.now() - started });
    onStage("proved", intent);
  }

  #announce({ key, cursor }: OpenFragment, intent: string): void {
    if (this.#announced.has(intent)) return;
    this.#announced.add(intent);
    this.#options.progress.fragment("assigned", key, { deadline: cursor.deadline });
    this.#options.onStage("assigned", intent);
  }
}

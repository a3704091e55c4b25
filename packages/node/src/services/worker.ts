import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { readHead } from "@corex/sdk/actions/read-head";
import { refuseFragment } from "@corex/sdk/actions/refuse-fragment";
import { submitFragment, submitIntent, type Submission } from "@corex/sdk/actions/submit-fragment";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";
import type { Prover } from "@corex/sdk/proof/prover";
import type { ContentStore } from "@corex/sdk/store/content-store";

import type { FragmentKey } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { FragmentSubmission } from "../journal/submission-json.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { Progress } from "../runtime/progress.ts";
import type { StageHook } from "../runtime/stages.ts";
import { resolveWeights } from "../weights/resolve-weights.ts";
import type { StepHistory } from "../weights/step-history.ts";
import type { TaskInputs, TaskLibrary } from "../weights/task-library.ts";
import { excessFragments } from "./excess-fragments.ts";
import { proveFragment } from "./prove-fragment.ts";
import type { OpenFragment, Snapshot } from "./snapshot.ts";

/** Pause while there is nothing to do. */
const IDLE_MS = 200;

/**
 * A fragment that settled this long ago and is open all the same: its block was replaced, and the proof that is still in
 * the journal is submitted again. Before that, the view of the chain is merely older than the receipt.
 */
const SETTLED_FOR_GOOD_MS = 60_000;

const STOPPING = new Set(["AGENT_STOPPED", "PROVER_ABORTED", "PROVER_CLOSED"]);

/** Failures of what the owner or earlier nodes had to provide: it is not there, or is not what was committed. */
const NOT_PROVIDED = /^(STORE_(?!WRITE)|DATA_|TASK_MANIFEST_|WEIGHTS_)/;

/** How long data may come late before its fragment is given back, in seconds: an owner must not keep nodes waiting for nothing. */
const PATIENCE_SECONDS = 120;

/** What a fragment is expected to take before one was done. */
const FIRST_GUESS_SECONDS = 10;

/** Refusals that a new proof can cure: the kept one is dropped. */
const STALE_PROOF = /^CHAIN_(PROOFVERIFIER_|MARKET_(STALEHEAD|SHARDNOTINROOT)|TASKMARKET_WRONGINITIALHEADS)/;

export interface WorkerOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  readonly chainId: number;
  readonly journal: Journal;
  readonly library: TaskLibrary;
  readonly history: StepHistory;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly progress: Progress;
  readonly onStage: StageHook;
  /** Held while a proof is made: a measurement of this machine must not run beside it. */
  readonly exclusive: Mutex;
}

/** Works on the fragments that are assigned to this node, one after the other, the most urgent first. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #announced = new Set<string>();
  /** Fragments whose data could not be had at the last attempt. */
  readonly #lacking = new Set<string>();
  /** Tasks of which a fragment was given back because its data could not be had. */
  readonly #barren = new Set<string>();
  /** What a fragment takes: the moving average of those done, in seconds. */
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
      else await this.#attempt(fragment, signal);
    }
  }

  #next(): OpenFragment | undefined {
    const { node, backoff, journal, clock } = this.#options;
    const { fragments = [], timestamp = 0 } = this.#snapshot ?? {};
    return fragments
      .filter(({ cursor }) => cursor.node === node && timestamp <= cursor.deadline)
      .filter((fragment) => {
        const key = keyOf(fragment);
        const row = journal.fragments.get(key);
        const isDone = row?.stage === "settled" && clock.now() - row.updatedAt < SETTLED_FOR_GOOD_MS;
        const intent = submitIntent(key.task, key.chain, key.step);
        return !isDone && (backoff.isReady(intent) || this.#isDueBack(fragment, intent));
      })
      .sort((a, b) => a.cursor.deadline - b.cursor.deadline)[0];
  }

  /** Gives back what cannot be done in time: others may assign up to the limit of the tier. */
  async #shed(): Promise<void> {
    const { node, journal, backoff } = this.#options;
    const { fragments = [], timestamp = 0 } = this.#snapshot ?? {};
    const open = fragments.filter(({ cursor }) => cursor.node === node && timestamp <= cursor.deadline);
    for (const fragment of excessFragments(open, timestamp, this.#secondsEach)) {
      const key = keyOf(fragment);
      const intent = submitIntent(key.task, key.chain, key.step);
      if (journal.fragments.get(key)?.submission !== undefined || !backoff.isReady(`refuse:${intent}`)) continue;
      await this.#giveBack(fragment, key, "there is no time for it");
    }
  }

  async #attempt(fragment: OpenFragment, signal: AbortSignal): Promise<void> {
    const { backoff, logger, journal } = this.#options;
    const key = keyOf(fragment);
    const intent = submitIntent(key.task, key.chain, key.step);
    try {
      const started = this.#options.clock.now();
      await this.#work(fragment, signal);
      this.#secondsEach = (this.#secondsEach + (this.#options.clock.now() - started) / 1_000) / 2;
      backoff.succeed(intent);
      this.#lacking.delete(intent);
      this.#barren.delete(key.task);
    } catch (cause) {
      const error = decodeError(cause);
      if (STOPPING.has(error.code)) return;
      const pause = backoff.fail(intent);
      const row = journal.fragments.get(key);
      if (STALE_PROOF.test(error.code) && row !== undefined) journal.fragments.compute(key, row.weights);
      const kept = row?.submission === undefined ? "" : "; the proof is kept";
      logger.error(
        { ...key, code: error.code, retry: error.retry, pause },
        `fragment not done: ${error.message}; next attempt in ${pause / 1_000} s${kept}`,
      );
      if (!NOT_PROVIDED.test(error.code)) this.#lacking.delete(intent);
      else {
        this.#lacking.add(intent);
        if (this.#isDueBack(fragment, intent)) await this.#giveBack(fragment, key, "its data cannot be had");
      }
    }
  }

  /**
   * Whether a fragment whose data could not be had is to be given back: after a quarter of its time, or two minutes, for data
   * that comes late; at once if data of the same task was missing before. After half of the time only missing the deadline
   * is left, which costs stake.
   */
  #isDueBack({ task, cursor }: OpenFragment, intent: string): boolean {
    if (!this.#lacking.has(intent) || !this.#options.backoff.isReady(`refuse:${intent}`)) return false;
    const duration = Number(task.terms.fragmentDuration);
    const patience = this.#barren.has(task.task) ? 0 : Math.min(duration / 4, PATIENCE_SECONDS);
    const { timestamp = 0 } = this.#snapshot ?? {};
    return timestamp >= cursor.deadline - duration + patience && timestamp <= cursor.deadline - duration / 2;
  }

  async #giveBack({ task, chain }: OpenFragment, key: FragmentKey, reason: string): Promise<void> {
    const { context, logger, backoff } = this.#options;
    const intent = submitIntent(key.task, key.chain, key.step);
    // After a success too: until the next look at the chain the fragment seems to be this node's.
    backoff.fail(`refuse:${intent}`);
    try {
      await refuseFragment(context, task.terms, chain);
      // Should it be drawn to this node again, it is tried once, and not waited for.
      if (this.#lacking.delete(intent)) this.#barren.add(key.task);
      logger.info({ ...key }, `fragment given back: ${reason}`);
    } catch (cause) {
      const error = decodeError(cause);
      logger.warn({ ...key, code: error.code, reason: error.message }, "cannot give the fragment back");
    }
  }

  async #work(fragment: OpenFragment, signal: AbortSignal): Promise<void> {
    const { context, journal, library, logger, onStage } = this.#options;
    const key = keyOf(fragment);
    const intent = submitIntent(key.task, key.chain, key.step);
    this.#announce(key, intent, fragment);

    const inputs = await library.load(fragment.task);
    const head = await this.#head(inputs, key);
    const row = journal.fragments.get(key);
    const usable = row?.submission !== undefined && row.weights === head;
    if (usable) logger.info({ ...key }, "using the proof in the journal");
    const submission = usable ? row.submission : await this.#prove(inputs, key, head, signal);
    onStage("proved", intent);
    const { result } = await submitFragment(context, fragment.task.terms, toSubmission(submission), intent);
    const { paid, points } = result;
    logger.info({ ...key, paid: String(paid), points: String(points) }, "fragment settled");
  }

  async #prove(inputs: TaskInputs, key: FragmentKey, head: bigint, signal: AbortSignal): Promise<FragmentSubmission> {
    const { context, chainId, journal, history, library, store, prover, logger, progress, onStage } = this.#options;
    const { chain, step } = key;
    const intent = submitIntent(key.task, chain, step);
    const steps = await history.read(inputs.task, chain, step, head);
    const before = await resolveWeights({ inputs, chain, step, history: steps, library, store, logger });
    const started = this.#options.clock.now();
    const prove = async (): Promise<FragmentSubmission> =>
      proveFragment({
        key,
        inputs,
        before,
        library,
        store,
        prover,
        chainId,
        market: contractAddress(context.contracts.taskMarket),
        operator: context.sender.address,
        signal,
        onComputed: (weights, loss) => {
          journal.fragments.compute(key, weights);
          progress.fragment("computed", key, { loss: String(loss) });
          onStage("computed", intent);
        },
      });
    const submission = await this.#options.exclusive.run(prove);
    journal.fragments.prove(key, submission);
    progress.fragment("proved", key, { milliseconds: this.#options.clock.now() - started });
    return submission;
  }

  async #head({ manifest, task }: TaskInputs, { chain, step }: FragmentKey): Promise<bigint> {
    if (step > 0) return readHead(this.#options.context.contracts, task.task, chain);
    const head = manifest.initialHeads[chain];
    if (head === undefined)
      throw new CorexError("TASK_MANIFEST_INVALID", `the manifest has no head for chain ${chain}`);
    return head;
  }

  #announce(key: FragmentKey, intent: string, { cursor }: OpenFragment): void {
    if (this.#announced.has(intent)) return;
    this.#announced.add(intent);
    this.#options.progress.fragment("assigned", key, { deadline: cursor.deadline });
    this.#options.onStage("assigned", intent);
  }
}

function keyOf({ task, chain, cursor }: OpenFragment): FragmentKey {
  return { task: task.task, chain, step: cursor.step };
}

/** The generated type of a submission is not read-only. */
function toSubmission({ proof, shardProof, initialHeads, ...values }: FragmentSubmission): Submission {
  const { a, b, c } = proof;
  return {
    ...values,
    proof: { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] },
    shardProof: [...shardProof],
    initialHeads: [...initialHeads],
  };
}

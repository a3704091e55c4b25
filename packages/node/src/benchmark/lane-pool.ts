import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

import { hexlify } from "ethers";

import { CorexError } from "@corex/sdk/errors";

import { Mutex } from "../runtime/mutex.ts";
import { DIGEST_BYTES, DONE, STOP, type LaneJob, type RootJob } from "./lane-job.ts";

const WORKER = new URL("./lane-worker.ts", import.meta.url);
const PROGRESS_MS = 250;

export interface LanePoolOptions {
  /** Default: as many as this process can run at once. */
  readonly threads?: number | undefined;
  /** Module that the threads run, replaced by tests. */
  readonly worker?: URL;
}

export interface ComputeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second with the number of finished lanes. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Computes lanes on worker threads that are started once and reused; one job at a time, others queue. Threads take the
 * next lane from a shared counter: a slow core delays nobody, and the event loop of the caller stays free.
 */
export class LanePool {
  readonly threads: number;
  readonly #worker: URL;
  readonly #mutex = new Mutex();
  #workers: Worker[] = [];
  #closed = false;

  constructor({ threads = availableParallelism(), worker = WORKER }: LanePoolOptions = {}) {
    this.threads = threads;
    this.#worker = worker;
  }

  /**
   * The digests of `lanes`, in their order.
   *
   * @throws CorexError BENCHMARK_ABORTED when `signal` aborts, BENCHMARK_POOL_CLOSED after `close`,
   *   BENCHMARK_WORKER_FAILED (retry: later) when a thread dies.
   */
  async compute(seed: string, lanes: readonly number[], options: ComputeOptions = {}): Promise<string[]> {
    return this.#mutex.run(async () => this.#run(seed, lanes, options));
  }

  /** The root over `digests`, computed by one thread. @throws CorexError as `compute`. */
  async root(digests: readonly string[]): Promise<string> {
    return this.#mutex.run(async () => {
      if (this.#closed) throw closed();
      const [root] = await this.#ask(this.#start().slice(0, 1), { leaves: digests });
      return String(root);
    });
  }

  /** Ends the threads; what is computed rejects. Can be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#terminate();
  }

  async #run(seed: string, lanes: readonly number[], { signal, onProgress }: ComputeOptions): Promise<string[]> {
    if (this.#closed) throw closed();
    if (signal?.aborted) throw aborted();
    const control = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
    const digests = new Uint8Array(new SharedArrayBuffer(lanes.length * DIGEST_BYTES));
    const job: LaneJob = { seed, lanes, control, digests };
    const stop = (): void => void Atomics.store(control, STOP, 1);
    signal?.addEventListener("abort", stop, { once: true });
    const ticker = setInterval(() => onProgress?.(Atomics.load(control, DONE), lanes.length), PROGRESS_MS);
    try {
      await this.#ask(this.#start(), job);
    } finally {
      clearInterval(ticker);
      signal?.removeEventListener("abort", stop);
    }
    if (signal?.aborted) throw aborted();
    return lanes.map((_, index) => hexlify(digests.slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)));
  }

  async #ask(workers: readonly Worker[], job: LaneJob | RootJob): Promise<unknown[]> {
    try {
      return await Promise.all(workers.map(async (worker) => finish(worker, job)));
    } catch (cause) {
      await this.#terminate();
      throw this.#closed ? closed() : failed(cause);
    }
  }

  #start(): readonly Worker[] {
    // execArgv is cleared: loaders and debug ports of the parent are not the threads'.
    const start = (): Worker => new Worker(this.#worker, { execArgv: ["--disable-warning=ExperimentalWarning"] });
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.threads }, start);
    return this.#workers;
  }

  async #terminate(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map(async (worker) => worker.terminate()));
  }
}

/** Hands a job to a thread and resolves with its reply when it is done. */
async function finish(worker: Worker, job: LaneJob | RootJob): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      action();
    };
    const onMessage = (reply: unknown): void => settle(() => resolve(reply));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`exit code ${code}`)));
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(job);
  });
}

function aborted(): CorexError {
  return new CorexError("BENCHMARK_ABORTED", "the computation was aborted", { retry: "later" });
}

function closed(): CorexError {
  return new CorexError("BENCHMARK_POOL_CLOSED", "the threads of the benchmark were closed");
}

function failed(cause: unknown): CorexError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CorexError("BENCHMARK_WORKER_FAILED", `a thread of the benchmark ended: ${reason}`, {
    retry: "later",
    cause,
  });
}

import type { Logger } from "pino";

import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { readSeed, readWorkload } from "@corex/sdk/actions/read-benchmark";
import type { DeviceClass } from "@corex/sdk/actions/register-node";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { laneCount } from "@corex/sdk/benchmark/workload";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import { calibrate, chooseSize } from "./calibrate.ts";
import type { LanePool } from "./lane-pool.ts";
import { waitForQuickSeed, type QuickSeedOptions } from "./wait-for-quick-seed.ts";

/** Measurements that are begun before giving up: a slow block can cost one its seed. */
const MAX_ATTEMPTS = 3;

/** How long a seed may stay unknown. */
const SEED_PATIENCE_MS = 300_000;

/** What a new measurement can cure. */
const BEGIN_AGAIN = new Set(["CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED", "CHAIN_BENCHMARKREGISTRY_TOOLATE"]);

export interface AnswerOptions extends QuickSeedOptions {
  readonly node: bigint;
  readonly deviceClass: DeviceClass;
  readonly pool: LanePool;
  /** Seconds that the measurement should take. */
  readonly targetSeconds: number;
  /** Seconds for which a seed can commonly be read once it is known. */
  readonly seedSeconds: number;
  /** Size that the measurement must have: that of a challenged score. */
  readonly minimumSize?: number | undefined;
  readonly logger: Logger;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An answer with everything that attestors ask for. */
export interface Answer {
  readonly nonce: bigint;
  readonly size: number;
  readonly result: string;
  /** Seconds that count. */
  readonly elapsed: number;
  readonly digests: readonly string[];
}

/**
 * Measures this machine: chooses a size, begins, waits for the seed, computes and answers. Begins again, with half the
 * size where that is allowed, when the seed was lost on the way.
 *
 * @throws CorexError CHAIN_*, BENCHMARK_ABORTED, BENCHMARK_TOO_LARGE, BENCHMARK_WORKER_FAILED, BENCHMARK_NO_SEED.
 */
export async function answerOnChain(options: AnswerOptions): Promise<Answer> {
  const { context, deviceClass, pool, targetSeconds, seedSeconds, minimumSize, logger, signal } = options;
  const workload = await readWorkload(context.contracts, deviceClass);
  const lanesPerSecond = await calibrate(pool, { signal });
  const maximumSeconds = seedSeconds / 2;
  let size = chooseSize({ lanesPerSecond, workload, targetSeconds, maximumSeconds, minimumSize });
  logger.info({ size, threads: pool.threads, lanesPerSecond: Math.round(lanesPerSecond) }, "benchmark calibrated");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(options, size, workload);
    } catch (cause) {
      const error = decodeError(cause);
      if (!BEGIN_AGAIN.has(error.code) || attempt === MAX_ATTEMPTS) throw error;
      // The seed lasted less than was thought, as on a chain with quick blocks: half the work has twice the chance.
      size = Math.max(Math.floor(size / 2), minimumSize ?? 1);
      logger.warn({ attempt, size, code: error.code, reason: error.message }, "the measurement came too late: again");
    }
  }
}

async function attemptOnce(options: AnswerOptions, wanted: number, workload: bigint): Promise<Answer> {
  const { context, pool, logger, signal, onProgress } = options;
  await waitForQuickSeed(options);
  const { nonce, size } = await begin(context, wanted);
  const lanes = Array.from({ length: laneCount(size, workload) }, (_, lane) => lane);
  logger.info({ nonce: String(nonce), size, lanes: lanes.length }, "benchmark began");
  const seed = await waitForSeed(options);
  const digests = await pool.compute(seed, lanes, { signal, onProgress });
  const { result: answered } = await answerBenchmark(context, { nonce, result: laneRoot(digests) });
  const { result, elapsed } = answered;
  logger.info({ nonce: String(nonce), size, elapsed }, "benchmark answered");
  return { nonce, size, result, elapsed, digests };
}

/** Begins with the size that is wanted, or the nearest that the registry takes. */
async function begin(context: ActionContext, wanted: number): Promise<{ nonce: bigint; size: number }> {
  try {
    const { result } = await beginBenchmark(context, wanted);
    return { nonce: result.nonce, size: wanted };
  } catch (cause) {
    const error = decodeError(cause);
    const { minimum, maximum } = error.details;
    if (error.code !== "CHAIN_BENCHMARKREGISTRY_SIZEOUTOFBOUNDS") throw error;
    const size = Math.min(Math.max(wanted, Number(minimum)), Number(maximum));
    const { result } = await beginBenchmark(context, size);
    return { nonce: result.nonce, size };
  }
}

async function waitForSeed({ context, node, pollMs, clock, signal }: AnswerOptions): Promise<string> {
  const until = clock.now() + SEED_PATIENCE_MS;
  while (clock.now() <= until) {
    const seed = await readSeed(context.contracts, node);
    if (seed !== undefined) return seed;
    await clock.sleep(pollMs, signal);
    if (signal?.aborted)
      throw new CorexError("BENCHMARK_ABORTED", "stopped before the seed was known", { retry: "later" });
  }
  throw new CorexError("BENCHMARK_NO_SEED", `the seed of node ${node} is still unknown: does the chain make blocks?`, {
    retry: "later",
  });
}

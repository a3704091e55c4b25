import { performance } from "node:perf_hooks";

import { MACS_PER_LANE, MAX_LANES } from "@corex/sdk/benchmark/workload";

import type { ComputeOptions, LanePool } from "./lane-pool.ts";

/** Any seed will do: what is measured here is only how long to measure. */
const SEED = `0x${"00".repeat(32)}`;

const BUDGET_MS = 1_000;

export interface CalibrateOptions extends ComputeOptions {
  /** Milliseconds for both runs together, unless a single lane takes longer. */
  readonly budgetMs?: number;
}

/**
 * Lanes per second of this machine, roughly: one lane on each thread, which starts the threads and lets the compiler warm
 * up, and then as many as fit into what is left of the budget.
 */
export async function calibrate(
  pool: Pick<LanePool, "compute" | "threads">,
  { budgetMs = BUDGET_MS, ...options }: CalibrateOptions = {},
): Promise<number> {
  const run = async (count: number): Promise<number> => {
    const started = performance.now();
    const lanes = Array.from({ length: count }, (_, lane) => lane);
    await pool.compute(SEED, lanes, options);
    return Math.max(performance.now() - started, 1);
  };
  const first = await run(pool.threads);
  const rounds = Math.floor((budgetMs - first) / first);
  if (rounds < 1) return (pool.threads * 1_000) / first;
  const count = Math.min(pool.threads * rounds, MAX_LANES);
  return (count * 1_000) / (await run(count));
}

export interface SizeInput {
  readonly lanesPerSecond: number;
  /** Multiply-accumulates of one unit of size. */
  readonly workload: bigint;
  /** Seconds that a measurement should take. */
  readonly targetSeconds: number;
  /** Seconds that it may take. */
  readonly maximumSeconds: number;
  /** Size that it must have, whatever it takes: that of a challenged score. */
  readonly minimumSize?: number | undefined;
}

/**
 * Size of a measurement that takes about `targetSeconds`: long enough for seconds to tell machines apart, short enough
 * for the seed to be readable when it is answered. At least 1, and no larger than lanes are allowed.
 */
export function chooseSize(input: SizeInput): number {
  const { lanesPerSecond, workload, targetSeconds, maximumSeconds, minimumSize = 1 } = input;
  const lanesPerUnit = Number(workload) / MACS_PER_LANE;
  const wanted = Math.floor((lanesPerSecond * Math.min(targetSeconds, maximumSeconds)) / lanesPerUnit);
  const largest = Math.floor(MAX_LANES / lanesPerUnit);
  return Math.min(Math.max(wanted, minimumSize, 1), Math.max(largest, 1));
}

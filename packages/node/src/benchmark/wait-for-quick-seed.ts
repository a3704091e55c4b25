import type { ActionContext } from "@corex/sdk/actions/execute";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import type { Clock } from "../runtime/clock.ts";

/** Longer than the end of any period in which no ticket lies; a challenged node has an hour to begin. */
const PATIENCE_MS = 300_000;

export interface QuickSeedOptions {
  readonly context: ActionContext;
  readonly pollMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait at most; then the measurement begins all the same. */
  readonly quickSeedPatienceMs?: number | undefined;
}

/**
 * Waits until a measurement that begins now has its seed with the next block: towards the end of a period it would come
 * with the next period, and all the time until then counts against the node.
 *
 * @throws CorexError CHAIN_*, BENCHMARK_ABORTED.
 */
export async function waitForQuickSeed(options: QuickSeedOptions): Promise<void> {
  const { context, pollMs, clock, signal, quickSeedPatienceMs = PATIENCE_MS } = options;
  const until = clock.now() + quickSeedPatienceMs;
  while (clock.now() < until && !(await comesWithNextBlock(context))) {
    await clock.sleep(pollMs, signal);
    if (signal?.aborted)
      throw new CorexError("BENCHMARK_ABORTED", "stopped before the measurement began", { retry: "later" });
  }
}

async function comesWithNextBlock({ contracts }: ActionContext): Promise<boolean> {
  const { entropySource } = contracts;
  try {
    const [next, horizon] = await Promise.all([entropySource.nextTicket(), entropySource.horizon()]);
    return next - horizon <= 1n;
  } catch (cause) {
    throw decodeError(cause);
  }
}

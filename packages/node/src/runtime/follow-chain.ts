import type { Logger } from "pino";

import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Snapshot } from "../services/snapshot.ts";
import { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";

export interface FollowChainOptions {
  readonly watcher: { poll(): Promise<Snapshot> };
  /** Told of every snapshot, one after the other, in the order of urgency. */
  readonly followers: readonly { onSnapshot(snapshot: Snapshot): Promise<void> | void }[];
  readonly pollMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Looks at the chain until `signal` aborts. Never rejects for a failure: it is logged and tried again. */
export async function followChain(options: FollowChainOptions, signal: AbortSignal): Promise<void> {
  const { watcher, followers, pollMs, clock, logger } = options;
  const backoff = new Backoff(clock, { base: pollMs, max: 30_000 });
  while (!signal.aborted) {
    let pause = pollMs;
    try {
      const snapshot = await watcher.poll();
      for (const follower of followers) {
        if (!signal.aborted) await follower.onSnapshot(snapshot);
      }
      backoff.succeed("chain");
    } catch (cause) {
      const error = decodeError(cause);
      pause = backoff.fail("chain");
      logger.warn({ code: error.code, reason: error.message, pause }, "cannot follow the chain");
    }
    await clock.sleep(pause, signal);
  }
}

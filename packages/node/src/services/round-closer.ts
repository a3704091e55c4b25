import type { Logger } from "pino";

import { closeRound } from "@corex/sdk/actions/close-round";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { WaitingRound } from "../markets/round-market.ts";
import type { Backoff } from "../runtime/backoff.ts";
import { jitter } from "../runtime/jitter.ts";
import type { Snapshot } from "./snapshot.ts";

/** Another node was faster, or the lane that the round waits for is not free yet: it is assigned or taken back first. */
const BENIGN = new Set([
  "CHAIN_ROUNDMARKET_ROUNDNOTOVER",
  "CHAIN_ROUNDMARKET_LANEBINDING",
  "CHAIN_ROUNDMARKET_NOTOPEN",
  "CHAIN_MARKET_WRONGSTATUS",
]);

export interface RoundCloserOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  readonly market: { waitingRounds(): WaitingRound[] };
  /** Window over which nodes spread after the end of a round. */
  readonly spreadMs: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Goes on with rounds whose time is over and whose quorum is there, so that a silent lane never stops a task. */
export class RoundCloser {
  readonly #options: RoundCloserOptions;

  constructor(options: RoundCloserOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { market, node, spreadMs, backoff } = this.#options;
    for (const waiting of market.waitingRounds()) {
      const subject = `close:${waiting.task.task}:${waiting.round}`;
      const delay = Math.floor(jitter(node, subject, spreadMs) / 1_000);
      if (timestamp > waiting.until + delay && backoff.isReady(subject)) await this.#close(waiting, subject);
    }
  }

  async #close({ task, round }: WaitingRound, subject: string): Promise<void> {
    const { context, logger, backoff } = this.#options;
    try {
      const { result } = await closeRound(context, task.terms);
      logger.info({ task: task.task, round, refunded: String(result.refunded) }, "round closed without some lanes");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      if (BENIGN.has(error.code)) return;
      logger.warn({ task: task.task, round, code: error.code, reason: error.message, pause }, "cannot close the round");
    }
  }
}

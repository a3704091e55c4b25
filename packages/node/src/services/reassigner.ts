import type { Logger } from "pino";

import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { OpenFragment } from "../markets/open-fragment.ts";
import type { Backoff } from "../runtime/backoff.ts";
import { jitter } from "../runtime/jitter.ts";
import type { Snapshot } from "./snapshot.ts";

/** Another node was faster, the late node just made it, or the next block is still too early. */
const BENIGN = new Set([
  "CHAIN_FRAGMENTS_DEADLINENOTPASSED",
  "CHAIN_FRAGMENTS_NOTASSIGNED",
  "CHAIN_TASKMARKET_CHAINCOMPLETE",
  "CHAIN_MARKET_WRONGSTATUS",
  "CHAIN_ROUNDMARKET_NOTOPEN",
]);

export interface ReassignerOptions {
  readonly node: bigint;
  /** Window over which nodes spread after a deadline. */
  readonly spreadMs: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Takes fragments from nodes that missed their deadline, so that a silent node never stops a chain. */
export class Reassigner {
  readonly #options: ReassignerOptions;

  constructor(options: ReassignerOptions) {
    this.#options = options;
  }

  async onSnapshot({ fragments, timestamp }: Snapshot): Promise<void> {
    for (const fragment of fragments) {
      const { cursor } = fragment;
      if (cursor.node === 0n || timestamp <= cursor.deadline + this.#delay(fragment)) continue;
      await this.#reassign(fragment);
    }
  }

  async #reassign(fragment: OpenFragment): Promise<void> {
    const { logger, backoff } = this.#options;
    const subject = `reassign:${subjectOf(fragment)}`;
    if (!backoff.isReady(subject)) return;
    try {
      await fragment.reassign();
      logger.info({ ...fragment.label, missed: String(fragment.cursor.node) }, "fragment taken back");
    } catch (cause) {
      const error = decodeError(cause);
      if (BENIGN.has(error.code) || error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      logger.warn(
        { ...fragment.label, code: error.code, reason: error.message, pause },
        "cannot take the fragment back",
      );
    }
  }

  /** Whole seconds: the clock of the chain has no finer ones. */
  #delay(fragment: OpenFragment): number {
    const { node, spreadMs } = this.#options;
    return Math.floor(jitter(node, subjectOf(fragment), spreadMs) / 1_000);
  }
}

function subjectOf({ key, cursor }: OpenFragment): string {
  return `${key.task}:${key.chain}:${key.step}:${cursor.attempt}:${cursor.deadline}`;
}

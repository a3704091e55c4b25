import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { syncReputation } from "@corex/sdk/actions/sync-reputation";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Backoff } from "../runtime/backoff.ts";
import type { Snapshot } from "./snapshot.ts";

/** Seconds between looks at what the scheduler knows, by the clock of the chain. */
const CHECK_EVERY_SECONDS = 60;

/** The scheduler hears of a rise by itself only in larger steps; one of this many basis points is worth a transaction. */
const WORTH_BPS = 200n;

/** WAD to basis points. */
const WAD_PER_BPS = 10n ** 14n;

export interface StandingOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Keeps the scheduler's record of this node up to date where nobody else has a reason to: capacity and rises of reputation. */
export class StandingService {
  readonly #options: StandingOptions;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { context, node, logger, backoff } = this.#options;
    if (!backoff.isReady("standing") || timestamp - this.#checkedAt < CHECK_EVERY_SECONDS) return;
    this.#checkedAt = timestamp;
    const { scheduler, reputation, nodeRegistry } = context.contracts;
    try {
      const [known, score, eligible, capacity] = await Promise.all([
        scheduler.weightOf(node),
        reputation.scoreOf(node),
        nodeRegistry.isEligible(node),
        nodeRegistry.dailyCapacityOf(node),
      ]);
      if (eligible && known.capacity !== capacity) await pokeNode(context, node);
      if (eligible && score / WAD_PER_BPS >= known.score + WORTH_BPS) await syncReputation(context, node);
      backoff.succeed("standing");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail("standing");
      logger.warn({ code: error.code, reason: error.message, pause }, "cannot update the scheduler");
    }
  }
}

import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { readNode } from "@corex/sdk/actions/read-node";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Backoff } from "../runtime/backoff.ts";
import type { Snapshot } from "./snapshot.ts";

/** Seconds between questions about this node, by the clock of the chain: rarer than blocks, soon after it jumped. */
const CHECK_EVERY_SECONDS = 15;

export interface HeartbeatOptions {
  readonly context: ActionContext;
  /** Age of the last heartbeat at which the next is due, in seconds. */
  readonly intervalSeconds: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Keeps the node in the draws: a heartbeat when the last one is old, or when the node is registered but not active. */
export class HeartbeatService {
  readonly #options: HeartbeatOptions;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #warned = "";

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { context, intervalSeconds, logger, backoff } = this.#options;
    if (!backoff.isReady("heartbeat") || timestamp - this.#checkedAt < CHECK_EVERY_SECONDS) return;
    this.#checkedAt = timestamp;

    const node = await readNode(context.contracts, context.sender.address);
    if (node === undefined || (node.status !== "active" && node.status !== "registered")) {
      return this.#warn(`the node is ${node?.status ?? "unknown"}: it gets no work`);
    }
    if (timestamp >= node.benchmarkExpiresAt) {
      return this.#warn("the node has no valid benchmark: run `corex-node join` to be measured again");
    }
    this.#warned = "";
    if (node.status === "active" && timestamp - node.lastHeartbeat < intervalSeconds) return;
    try {
      await heartbeat(context);
      backoff.succeed("heartbeat");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      const pause = backoff.fail("heartbeat");
      logger.warn({ code: error.code, reason: error.message, pause }, "no heartbeat");
    }
  }

  /** Says it once until it changes. */
  #warn(message: string): void {
    if (this.#warned !== message) this.#options.logger.warn(message);
    this.#warned = message;
  }
}

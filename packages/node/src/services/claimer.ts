import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { settleRewards } from "@corex/sdk/actions/settle-rewards";
import { withdraw } from "@corex/sdk/actions/withdraw";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";

export interface ClaimerOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  readonly payout: string;
  /** CXT wei that must be owed before a withdrawal is worth its gas. */
  readonly withdrawThreshold: bigint;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Collects what the node earned: fees from the escrow, rewards of finished epochs from the distributor. */
export class Claimer {
  readonly #options: ClaimerOptions;
  #checkedAt: number;

  constructor(options: ClaimerOptions) {
    this.#options = options;
    this.#checkedAt = options.clock.now();
  }

  async onSnapshot(): Promise<void> {
    const { clock, everyMs, backoff } = this.#options;
    if (clock.now() - this.#checkedAt < everyMs || !backoff.isReady("claim")) return;
    this.#checkedAt = clock.now();
    await this.claim();
  }

  /** Collects now what is worth it. Failures are logged and tried again later. */
  async claim(): Promise<void> {
    const { context, node, payout, withdrawThreshold, logger, backoff } = this.#options;
    const { taskEscrow, roundEscrow, workEscrow, rewardDistributor } = context.contracts;
    try {
      const [claimable] = await rewardDistributor.claimableOf(node);
      if (claimable > 0n) {
        await settleRewards(context, [node]);
        logger.info({ amount: String(claimable) }, "rewards settled");
      }
      for (const escrow of [taskEscrow, roundEscrow, workEscrow]) {
        const owed = await escrow.owedTo(payout);
        if (owed === 0n || owed < withdrawThreshold) continue;
        await withdraw(context, payout, escrow);
        logger.info({ amount: String(owed), payout }, "fees withdrawn");
      }
      backoff.succeed("claim");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      const pause = backoff.fail("claim");
      logger.warn({ code: error.code, reason: error.message, pause }, "cannot collect earnings");
    }
  }
}

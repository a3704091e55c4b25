import type { Logger } from "pino";

import { enrolVerifier } from "@corex/sdk/actions/enrol-verifier";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { readVerifier } from "@corex/sdk/actions/read-verifier";
import { syncVerifier } from "@corex/sdk/actions/sync-verifier";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { WorkName } from "@corex/sdk/work/work-kind";

import type { Backoff } from "../runtime/backoff.ts";
import type { Snapshot } from "./snapshot.ts";

/** Seconds between looks at what the committee knows, by the clock of the chain. */
const CHECK_EVERY_SECONDS = 60;

export interface EnrolmentOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  /** Kinds of work that the node verifies. */
  readonly kinds: readonly WorkName[];
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/**
 * Keeps the committee's record of this node what its configuration says: drawn for the kinds it can verify, and for no others,
 * because a verifier that is silent is punished.
 */
export class Enrolment {
  readonly #options: EnrolmentOptions;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { context, node, kinds, logger, backoff } = this.#options;
    if (!backoff.isReady("enrolment") || timestamp - this.#checkedAt < CHECK_EVERY_SECONDS) return;
    this.#checkedAt = timestamp;
    try {
      const known = await readVerifier(context.contracts, node);
      if (known.kinds.join() !== kinds.join()) {
        await enrolVerifier(context, kinds);
        logger.info({ kinds, qualified: known.qualified }, "enrolled as a verifier");
      } else if (kinds.length > 0 && known.qualified !== known.weight > 0n) {
        await syncVerifier(context, node);
        logger.info({ kinds, qualified: known.qualified }, "weight as a verifier brought up to date");
      }
      backoff.succeed("enrolment");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail("enrolment");
      logger.warn({ code: error.code, reason: error.message, pause }, "cannot enrol as a verifier");
    }
  }
}

import type { Logger } from "pino";

import { readJuror } from "@corex/sdk/actions/read-juror";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Court } from "../court/court.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Snapshot } from "./snapshot.ts";

export interface CourtCashierOptions {
  readonly contracts: CorexContracts;
  readonly court: Court;
  readonly account: string;
  /** CXT wei that must be owed before a withdrawal is worth its gas. */
  readonly withdrawThreshold: bigint;
  /** Seconds between looks at what is owed, by the clock of the chain. */
  readonly everySeconds: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Collects what the court owes to an account. */
export class CourtCashier {
  readonly #options: CourtCashierOptions;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CourtCashierOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { contracts, court, account, withdrawThreshold, everySeconds, logger, backoff } = this.#options;
    if (timestamp - this.#checkedAt < everySeconds || !backoff.isReady("court-cashier")) return;
    this.#checkedAt = timestamp;
    try {
      const { owed } = await readJuror(contracts, account);
      if (owed === 0n || owed < withdrawThreshold) return;
      logger.info({ amount: String(await court.withdraw(account)) }, "paid by the court");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail("court-cashier");
      logger.warn({ code: error.code, reason: error.message, pause }, "cannot collect what the court owes");
    }
  }
}

import type { Logger } from "pino";

import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { Verdict } from "@corex/sdk/work/verdict";

import type { AppealPolicy } from "../config/fields.ts";
import type { ProvedClaim } from "../journal/submission-json.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { Reviews } from "../work/reviews.ts";
import { type DeliveredPlace, labelOfPlace, type WorkPlace } from "../work/work-place.ts";
import type { Snapshot } from "./snapshot.ts";

/** This machine lacks the circuit, or the chain does not take its proofs: waiting does not cure it. */
const CANNOT_PROVE = /^(CIRCUIT_|PROVER_FAILED|PROOF_|WITNESS_|CHAIN_(PROOFVERIFIER|CIRCUITREGISTRY)_)/;

const STOPPING = new Set(["AGENT_STOPPED", "PROVER_ABORTED", "PROVER_CLOSED"]);

export interface DefenderOptions {
  readonly node: bigint;
  readonly appeal: AppealPolicy;
  readonly market: { deliveries(): DeliveredPlace[] };
  readonly reviews: Reviews;
  /** Checks the result of a place. */
  readonly check: (place: DeliveredPlace) => Promise<Verdict>;
  /** Proves the result of a place; undefined when its task has no circuit. */
  readonly prove: (place: DeliveredPlace) => Promise<ProvedClaim | undefined>;
  /** Whether this node was asked to submit the result although it is wrong. */
  readonly isPlanted: (place: WorkPlace) => Promise<boolean>;
  /** Stores what a check found, for the jurors, and returns its digest. */
  readonly putEvidence: (place: WorkPlace, reason: string) => Promise<string>;
  /** CXT wei that the operator has, and what a claim takes. */
  readonly funds: () => Promise<{ readonly balance: bigint; readonly bond: bigint }>;
  readonly exclusive: Mutex;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/**
 * Looks again at results of this node that verifiers did not accept. One that a second check finds right is proved, where there is
 * a circuit, and goes before the court where there is none; one that is wrong is conceded, so that it costs nobody more time, unless
 * its task has plants. A planted one waits for its owner.
 */
export class Defender {
  readonly #options: DefenderOptions;

  constructor(options: DefenderOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { node, market, backoff } = this.#options;
    for (const place of market.deliveries()) {
      const { delivery, review } = place;
      if (delivery.node !== node || review.stage !== "decided" || review.verdict === "accepted") continue;
      const subject = `defend:${delivery.result}:${review.caseId}`;
      if (timestamp <= review.contestUntil && backoff.isReady(subject)) await this.#decide(place, subject);
    }
  }

  async #decide(place: DeliveredPlace, subject: string): Promise<void> {
    const { check, exclusive, isPlanted, logger, backoff } = this.#options;
    // Whatever comes of it, not again with the next block.
    const pause = backoff.fail(subject);
    const label = { ...labelOfPlace(place), verdict: place.review.verdict };
    try {
      if (await isPlanted(place)) return;
      const { vote, reason } = await exclusive.run(async () => check(place));
      if (vote === "accept") await this.#standUp(place, reason);
      else if (vote === "reject" && place.task.terms.plants !== 0n) {
        // The chain takes no concession while a plant of the task may be hidden; anybody makes the verdict final after its time.
        logger.info({ ...label, reason }, "the result is wrong: its verdict is left to stand");
      } else if (vote === "reject") {
        await this.#options.reviews.concede(place);
        logger.info({ ...label, reason }, "the result is wrong: conceded");
      } else logger.warn({ ...label, reason, pause }, "cannot check the own result again yet");
    } catch (cause) {
      const error = decodeError(cause);
      if (STOPPING.has(error.code)) return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      logger.warn({ ...label, code: error.code, reason: error.message, pause }, "cannot stand up for the result");
    }
  }

  /** A proof needs nobody's judgement and no bond: it is no appeal, and comes first. */
  async #standUp(place: DeliveredPlace, reason: string): Promise<void> {
    const { logger } = this.#options;
    try {
      if (await this.#prove(place))
        return logger.info({ ...labelOfPlace(place), reason }, "the result is right: proved");
    } catch (cause) {
      const { code, message } = decodeError(cause);
      if (!CANNOT_PROVE.test(code)) throw cause;
      logger.warn({ ...labelOfPlace(place), code, reason: message }, "the result is right, but cannot be proved");
    }
    await this.#claim(place, reason);
  }

  /** Whether there is a circuit, and the result was proved with it. */
  async #prove(place: DeliveredPlace): Promise<boolean> {
    const { prove, reviews, exclusive } = this.#options;
    const claim = await exclusive.run(async () => prove(place));
    if (claim === undefined) return false;
    await reviews.prove(place, claim);
    return true;
  }

  async #claim(place: DeliveredPlace, reason: string): Promise<void> {
    const { appeal, funds, putEvidence, reviews, logger } = this.#options;
    const label = labelOfPlace(place);
    if (appeal === "never") return logger.warn({ ...label, reason }, "the result is right, but appeals are off");
    const { balance, bond } = await funds();
    if (balance < bond) {
      return logger.warn(
        { ...label, balance: String(balance), bond: String(bond) },
        "the result is right, but the operator cannot pay the bond of a claim",
      );
    }
    await reviews.claim(place, await putEvidence(place, reason));
    logger.info({ ...label, reason }, "the result is right: taken before the court");
  }
}

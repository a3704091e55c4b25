import type { Logger } from "pino";

import type { CaseSummary } from "@corex/sdk/actions/read-case";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Backoff } from "../runtime/backoff.ts";
import { jitter } from "../runtime/jitter.ts";
import type { Committee } from "../work/committee.ts";
import type { Reviews } from "../work/reviews.ts";
import { type DeliveredPlace, labelOfPlace, pairWaitsUntil, type WorkPlace } from "../work/work-place.ts";
import type { Snapshot } from "./snapshot.ts";

/** Another was faster, or the next block is still too early. */
const BENIGN =
  /^(CHAIN_WORKREVIEW_(WRONGSTAGE|ENTROPYPENDING|PAIROPEN|TOOEARLY|TOOLATE)|CHAIN_VERIFIERCOMMITTEE_(WRONGPHASE|ENTROPYPENDING|TOOEARLY|TOOLATE)|CHAIN_WORKMARKET_NOTHINGSUBMITTED|JOURNAL_INTENT_OPEN)$/;

/** Something that anyone may do, and when it became due. */
interface Chore {
  readonly what: "audit" | "draw" | "conclude" | "decide" | "finalise";
  /** Second since which it is due; 0 when it is not known. */
  readonly since: number;
  readonly send: () => Promise<void>;
}

export interface KeeperOptions {
  readonly node: bigint;
  readonly market: {
    deliveries(): DeliveredPlace[];
    siblingOf(place: WorkPlace): WorkPlace | undefined;
  };
  readonly cases: { get(caseId: bigint): CaseSummary | undefined };
  readonly reviews: Reviews;
  readonly committee: Committee;
  /** Window over which nodes spread where any may act. */
  readonly spreadMs: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/**
 * Does what is due in the review of a result and nobody did: audits, draws, counts, takes verdicts and makes them final, so that
 * nobody's silence holds up money. Who is concerned acts at once, others spread out.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  /** Second of the chain at which a chore without a time of its own was first seen. */
  readonly #firstSeen = new Map<string, number>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp, horizon }: Snapshot): Promise<void> {
    const places = this.#options.market.deliveries();
    const current = new Set<string>();
    for (const place of places) {
      const chore = this.#choreOf(place, timestamp, horizon);
      if (chore === undefined) continue;
      const subject = `${chore.what}:${place.task.task}:${place.fragment}:${place.review.caseId}`;
      current.add(subject);
      if (timestamp >= this.#dueAt(place, chore, subject, timestamp)) await this.#do(place, chore, subject);
    }
    for (const subject of this.#firstSeen.keys()) if (!current.has(subject)) this.#firstSeen.delete(subject);
  }

  #choreOf(place: DeliveredPlace, timestamp: number, horizon: number): Chore | undefined {
    const { reviews } = this.#options;
    const { delivery, review } = place;
    switch (review.stage) {
      case "none": {
        const isKnown = review.forced || (delivery.ticket < horizon && this.#isPairDone(place, timestamp));
        return isKnown ? { what: "audit", since: 0, send: async () => reviews.audit(place) } : undefined;
      }
      case "voting":
        return this.#choreOfCase(place, timestamp, horizon);
      default: {
        const { contestUntil } = review;
        if (timestamp <= contestUntil) return undefined;
        return { what: "finalise", since: contestUntil, send: async () => reviews.finalise(place) };
      }
    }
  }

  #choreOfCase(place: DeliveredPlace, timestamp: number, horizon: number): Chore | undefined {
    const { cases, committee, reviews } = this.#options;
    const { caseId } = place.review;
    const found = cases.get(caseId);
    if (found === undefined) return undefined;
    const { phase, ticket, deadline, committed, revealed, seats } = found;
    const isOver = timestamp > deadline;
    const conclude: Chore = {
      what: "conclude",
      since: isOver ? deadline : 0,
      send: async () => committee.conclude(caseId),
    };
    const decide: Chore = { what: "decide", since: 0, send: async () => reviews.decide(place) };
    switch (phase) {
      case "drawing":
        if (isOver) return decide;
        return ticket < horizon ? { what: "draw", since: 0, send: async () => committee.draw(caseId) } : undefined;
      case "committing":
        return isOver || committed === seats.length ? conclude : undefined;
      case "revealing":
        return isOver || revealed === committed ? decide : undefined;
      case "concluded":
        return decide;
      default:
        return undefined;
    }
  }

  #isPairDone(place: DeliveredPlace, timestamp: number): boolean {
    const sibling = this.#options.market.siblingOf(place);
    if (sibling === undefined || sibling.isFinal || sibling.delivery !== undefined) return true;
    return timestamp > pairWaitsUntil(place);
  }

  /** Whoever did the work, or judges it, waits for its money; the others leave it to them for a while. */
  #dueAt(place: DeliveredPlace, { since }: Chore, subject: string, timestamp: number): number {
    const { node, cases, spreadMs } = this.#options;
    const from = since > 0 ? since + 1 : (this.#firstSeen.get(subject) ?? timestamp);
    if (since === 0) this.#firstSeen.set(subject, from);
    const seats = cases.get(place.review.caseId)?.seats ?? [];
    const isConcerned = place.delivery.node === node || seats.some(({ verifier }) => verifier === node);
    const grace = isConcerned ? 0 : spreadMs;
    return from + Math.floor((grace + jitter(node, subject, isConcerned ? spreadMs / 4 : spreadMs)) / 1_000);
  }

  async #do(place: DeliveredPlace, { what, send }: Chore, subject: string): Promise<void> {
    const { logger, backoff } = this.#options;
    if (!backoff.isReady(subject)) return;
    try {
      await send();
      backoff.succeed(subject);
      logger.info({ ...labelOfPlace(place), caseId: String(place.review.caseId) }, `${what} done`);
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      if (BENIGN.test(error.code)) return;
      logger.warn({ ...labelOfPlace(place), code: error.code, reason: error.message, pause }, `cannot ${what}`);
    }
  }
}

import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { OpenFragment } from "../markets/open-fragment.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import { jitter } from "../runtime/jitter.ts";
import type { Snapshot } from "./snapshot.ts";

/** Ends of a race or a wait that are nobody's fault. */
const BENIGN = new Set([
  "CHAIN_FRAGMENTS_ENTROPYPENDING",
  "CHAIN_FRAGMENTS_ASSIGNED",
  "CHAIN_MARKET_WRONGSTATUS",
  "CHAIN_ROUNDMARKET_NOTOPEN",
]);

/** `EntropyStatus.Expired` of the entropy source. */
const ENTROPY_EXPIRED = 2n;

export interface AssignerOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  /** How long a draw is left to the node that won it, or to time when nobody did, before anyone triggers it. */
  readonly graceMs: number;
  /** Window over which nodes spread after the grace. */
  readonly spreadMs: number;
  /** Fragments this node holds at most by its own doing. */
  readonly maxOpenFragments: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/** Triggers draws: at once those that this node wins, after a grace those that others leave lying. */
export class Assigner {
  readonly #options: AssignerOptions;
  readonly #freeSince = new Map<string, number>();

  constructor(options: AssignerOptions) {
    this.#options = options;
  }

  async onSnapshot({ fragments, horizon, timestamp }: Snapshot): Promise<void> {
    const { node, maxOpenFragments } = this.#options;
    // A draw that was decided before its task was cancelled still counts; the chain refuses the others.
    const free = fragments.filter(({ cursor }) => cursor.node === 0n);
    this.#forget(new Set(free.map(subjectOf)));
    let held = fragments.filter(({ cursor }) => cursor.node === node).length;
    for (const fragment of free) {
      if (fragment.cursor.ticket >= horizon) continue;
      if (await this.#assign(fragment, held < maxOpenFragments, timestamp)) held += 1;
    }
  }

  /** Returns whether the fragment became this node's. */
  async #assign(fragment: OpenFragment, hasRoom: boolean, timestamp: number): Promise<boolean> {
    const { node, logger, backoff } = this.#options;
    const subject = `assign:${subjectOf(fragment)}`;
    if (!backoff.isReady(subject)) return false;
    try {
      const winner = await fragment.preview();
      const mine = winner === node;
      if (mine ? !hasRoom : !this.#isOverdue(fragment)) return false;
      if (winner === 0n && !(await this.#isWorthRenewing(fragment, timestamp))) return false;
      const drawn = await fragment.assign();
      backoff.succeed(subject);
      logger.debug({ ...fragment.label, node: String(drawn) }, "draw triggered");
      return drawn === node;
    } catch (cause) {
      const error = decodeError(cause);
      if (BENIGN.has(error.code) || error.code === "AGENT_STOPPED") return false;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      logger.warn({ ...fragment.label, code: error.code, reason: error.message, pause }, "cannot trigger the draw");
      return false;
    }
  }

  /**
   * Whether a new draw could come to somebody where this one comes to nobody. Weights stay frozen for the period of the ticket,
   * and a node that becomes free is found by the same ticket: until it expires, only a wider class is worth the gas.
   */
  async #isWorthRenewing(fragment: OpenFragment, timestamp: number): Promise<boolean> {
    // Of a cancelled task it is not renewed: the owner gets the reserve back.
    if (fragment.status === "cancelled") return true;
    const { waited, requestedAt, ticket } = fragment.cursor;
    if (fragment.openTier(waited + timestamp - requestedAt) < fragment.openTier(waited)) return true;
    const [entropy] = await this.#options.context.contracts.entropySource.read(ticket);
    return entropy === ENTROPY_EXPIRED;
  }

  #isOverdue(fragment: OpenFragment): boolean {
    const { clock, graceMs, spreadMs, node } = this.#options;
    const subject = subjectOf(fragment);
    const since = this.#freeSince.get(subject) ?? clock.now();
    this.#freeSince.set(subject, since);
    return clock.now() - since >= graceMs + jitter(node, subject, spreadMs);
  }

  #forget(current: ReadonlySet<string>): void {
    for (const subject of this.#freeSince.keys()) if (!current.has(subject)) this.#freeSince.delete(subject);
  }
}

function subjectOf({ key, cursor }: OpenFragment): string {
  return `${key.task}:${key.chain}:${key.step}:${cursor.attempt}`;
}

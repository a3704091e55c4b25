import { hexlify, randomBytes } from "ethers";

import { CorexError } from "@corex/sdk/errors";

export interface ChallengeRules {
  /** Milliseconds that a node has to answer. */
  readonly lifetimeMs: number;
  /** Challenges that a node may ask for per window. */
  readonly perWindow: number;
  readonly windowMs: number;
}

/** One open challenge. */
export interface Challenge {
  readonly node: bigint;
  readonly seed: string;
  /** Milliseconds of the attestor's own steady clock. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Challenges of nodes: one open at a time per node, each answered at most once, and only a few per window. */
export class ChallengeBook {
  readonly #rules: ChallengeRules;
  readonly #now: () => number;
  readonly #open = new Map<bigint, Challenge>();
  readonly #asked = new Map<bigint, number[]>();

  /** @param now a steady clock in milliseconds: it must not follow changes of the system's time. */
  constructor(rules: ChallengeRules, now: () => number = () => performance.now()) {
    this.#rules = rules;
    this.#now = now;
  }

  /** Draws a challenge; an earlier one of the node ends with it. @throws CorexError ATTESTOR_RATE_LIMITED. */
  issue(node: bigint): Challenge {
    const now = this.#now();
    const { lifetimeMs, perWindow, windowMs } = this.#rules;
    this.#forget(now);
    const asked = this.#asked.get(node) ?? [];
    const [first] = asked;
    if (first !== undefined && asked.length >= perWindow) {
      const seconds = Math.ceil((first + windowMs - now) / 1_000);
      throw new CorexError("ATTESTOR_RATE_LIMITED", `node ${node} asked ${asked.length} times: wait ${seconds} s`, {
        retry: "later",
        details: { node, seconds },
      });
    }
    this.#asked.set(node, [...asked, now]);
    const challenge = { node, seed: hexlify(randomBytes(32)), issuedAt: now, expiresAt: now + lifetimeMs };
    this.#open.set(node, challenge);
    return challenge;
  }

  /**
   * Takes the open challenge of a node: whatever becomes of the answer, it cannot be answered again.
   *
   * @returns the challenge and the milliseconds since it was issued.
   * @throws CorexError ATTESTOR_NO_CHALLENGE, ATTESTOR_TOO_LATE.
   */
  take(node: bigint): { challenge: Challenge; elapsedMs: number } {
    const now = this.#now();
    const challenge = this.#open.get(node);
    this.#open.delete(node);
    if (challenge === undefined) {
      throw new CorexError("ATTESTOR_NO_CHALLENGE", `node ${node} has no open challenge: ask for one first`, {
        retry: "after-change",
        details: { node },
      });
    }
    const elapsedMs = now - challenge.issuedAt;
    if (now > challenge.expiresAt) {
      throw new CorexError("ATTESTOR_TOO_LATE", `node ${node} answered after ${Math.round(elapsedMs)} ms`, {
        retry: "after-change",
        details: { node, elapsedMs, lifetimeMs: this.#rules.lifetimeMs },
      });
    }
    return { challenge, elapsedMs };
  }

  /** Keeps memory bounded by the nodes that were active within one window. */
  #forget(now: number): void {
    for (const [node, { expiresAt }] of this.#open) if (expiresAt < now) this.#open.delete(node);
    for (const [node, times] of this.#asked) {
      const recent = times.filter((time) => time + this.#rules.windowMs > now);
      if (recent.length === 0) this.#asked.delete(node);
      else this.#asked.set(node, recent);
    }
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { submitBatchIntent } from "@corex/sdk/actions/submit-fragment-batch";
import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { CorexError } from "@corex/sdk/errors";

import { type FragmentKey, intentOf } from "../../../packages/node/src/journal/fragment-key.ts";
import { Journal } from "../../../packages/node/src/journal/journal.ts";
import type { StepSubmission } from "../../../packages/node/src/journal/submission-json.ts";
import type { Batcher, OpenFragment } from "../../../packages/node/src/markets/open-fragment.ts";
import type { Clock } from "../../../packages/node/src/runtime/clock.ts";

export const TASK = `0x${"ab".repeat(32)}`;
export const NODE = 7n;

/** Time that passes only while somebody sleeps. */
export class SleepClock implements Clock {
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The first step of a chain, as a node that proved it would submit it. */
export function stepOf(chain: number): StepSubmission {
  const pair: [bigint, bigint] = [1n, 2n];
  return {
    kind: "step",
    chain,
    step: 0,
    weights: BigInt(chain),
    newWeights: 2n,
    gradient: 3n,
    batch: 4n,
    loss: 5n,
    artifact: `0x${"cd".repeat(32)}`,
    proof: { a: pair, b: [pair, pair], c: pair },
    shardProof: [],
    initialHeads: [1n],
  };
}

export function keyOf(chain: number): FragmentKey {
  return { market: "chains", task: TASK, chain, step: 0 };
}

/** A market that settles what it is sent, unless it is told to refuse a chain. Sending goes through a journal. */
export class FakeMarket {
  readonly folder = mkdtempSync(join(tmpdir(), "corex-fake-"));
  readonly clock = new SleepClock();
  readonly journal = new Journal(
    join(this.folder, "journal.sqlite"),
    { chainId: 1, market: "0xm", operator: "0xo" },
    () => this.clock.now(),
  );
  /** Chains of each submission that was tried, with the time since the start. */
  readonly tried: { readonly chains: readonly number[]; readonly at: number }[] = [];
  /** Chains whose proof does not hold. */
  readonly invalid = new Set<number>();
  /** Chains that are refused for another reason. */
  readonly refused = new Set<number>();
  /** Chains whose head is another by now. */
  readonly stale = new Set<number>();
  isDown = false;
  readonly #started = this.clock.now();

  /** Chains that were settled, in order. */
  readonly settled: number[] = [];

  fragment(chain: number, left: number, { node = NODE, duration = 600 } = {}): OpenFragment {
    const batcher: Batcher = {
      submit: async (steps) => this.#send(steps.map((step) => step.chain)),
      findInvalid: async (steps) =>
        Promise.resolve(steps.flatMap((step, i) => (this.invalid.has(step.chain) ? [i] : []))),
    };
    const key = keyOf(chain);
    const parts: Partial<OpenFragment> = {
      key,
      label: { task: TASK, chain, step: 0 },
      duration,
      cursor: { step: 0, node, deadline: left } as OpenFragment["cursor"],
      batcher,
      accepts: async () => Promise.resolve(!this.stale.has(chain)),
      submit: async () => (await this.#send([chain]))[0],
    };
    return parts as OpenFragment;
  }

  close(): void {
    this.journal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #send(chains: readonly number[]): Promise<SettledFragment[]> {
    await new Promise((resolve) => setImmediate(resolve));
    this.tried.push({ chains, at: this.clock.now() - this.#started });
    if (this.isDown) throw new CorexError("CHAIN_UNREACHABLE", "down", { retry: "later" });
    if (chains.some((chain) => this.refused.has(chain))) throw new CorexError("CHAIN_MARKET_NOTASSIGNEE", "no");
    if (chains.some((chain) => this.invalid.has(chain))) throw new CorexError("CHAIN_PROOFVERIFIER_INVALIDBATCH", "no");
    const [chain = 0] = chains;
    const places = chains.map((of) => ({ chain: of, step: 0 }));
    const intent = chains.length === 1 ? intentOf(keyOf(chain)) : submitBatchIntent(TASK, places);
    const id = this.journal.transactions.intend(intent, "0xto", "0x");
    this.journal.transactions.sign(id, { nonce: id, hash: `0x${id}`, raw: "0x" });
    this.journal.transactions.finish(id, "mined", { block: 1 });
    this.settled.push(...chains);
    return chains.map(() => ({ paid: 1n, fee: 0n, points: 2n }));
  }
}

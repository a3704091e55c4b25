import { expect } from "chai";

import type { ActionContext } from "@corex/sdk/actions/execute";

import { waitForQuickSeed } from "../../packages/node/src/benchmark/wait-for-quick-seed.ts";
import type { Clock } from "../../packages/node/src/runtime/clock.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

// waitForQuickSeed
// ├── when the seed comes with the next block: it returns at once
// ├── when it comes later: it asks until it comes with the next block
// ├── when that takes too long: it returns all the same
// └── when the agent stops: BENCHMARK_ABORTED
describe("waitForQuickSeed", function () {
  /** Time passes only by sleeping. */
  function stillClock(): Clock & { readonly slept: () => number } {
    let time = 0;
    return {
      now: () => time,
      sleep: async (ms) => {
        time += ms;
        return Promise.resolve();
      },
      slept: () => time,
    };
  }

  /** The next ticket is as many blocks away, one answer after the other, then as the last. */
  function contextWith(distances: readonly bigint[]): ActionContext {
    let asked = 0;
    const entropySource = {
      nextTicket: async () => {
        const distance = distances[Math.min(asked, distances.length - 1)] ?? 1n;
        asked += 1;
        return Promise.resolve(100n + distance);
      },
      horizon: async () => Promise.resolve(100n),
    };
    return { contracts: { entropySource } } as unknown as ActionContext;
  }

  it("returns at once when the seed comes with the next block", async function () {
    const clock = stillClock();
    await waitForQuickSeed({ context: contextWith([1n]), pollMs: 100, clock });
    expect(clock.slept()).to.equal(0);
  });

  it("asks until it does, and no longer", async function () {
    const clock = stillClock();
    await waitForQuickSeed({ context: contextWith([3n, 2n, 1n]), pollMs: 100, clock });
    expect(clock.slept()).to.equal(200);
  });

  it("gives up waiting after a while, but not measuring", async function () {
    const clock = stillClock();
    await waitForQuickSeed({ context: contextWith([2n]), pollMs: 100, clock, quickSeedPatienceMs: 1_000 });
    expect(clock.slept()).to.equal(1_000);
  });

  it("stops with the agent", async function () {
    const stop = AbortSignal.abort();
    const call = () => waitForQuickSeed({ context: contextWith([2n]), pollMs: 100, clock: stillClock(), signal: stop });
    await expectCorexError(call, "BENCHMARK_ABORTED", /before the measurement began/, "later");
  });
});

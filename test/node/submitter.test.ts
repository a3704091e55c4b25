import { expect } from "chai";
import { pino } from "pino";

import type { OpenFragment } from "../../packages/node/src/markets/open-fragment.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Submitter, type SubmitterOptions } from "../../packages/node/src/services/submitter.ts";
import { FakeMarket, keyOf, NODE, stepOf } from "./support/fake-fragments.ts";

const logger = pino({ level: "silent" });

// Submitter
// ├── when no other proof of the task is to come: it sends at once, alone by the plain call, several together
// ├── when others are to come: it waits for them, not longer than it may, nor than a twentieth of the time left
// ├── when the batch is refused
// │   ├── for a proof: without the invalid ones, which are dropped
// │   └── for anything else: in halves, and what is refused alone is kept
// ├── when the endpoint is down: it does not split, and tries again
// ├── when the chain has another head: the proof is dropped
// └── when a collector keeps a proof: it sends the others, and that one when it comes back
describe("Submitter", function () {
  let market: FakeMarket;
  let dropped: number[];

  beforeEach(function () {
    market = new FakeMarket();
    dropped = [];
  });

  afterEach(function () {
    market.close();
  });

  /** Runs until `milliseconds` of its clock are over; calls `during` at every pause with the time since the start. */
  async function run(
    fragments: readonly OpenFragment[],
    milliseconds: number,
    options: Partial<SubmitterOptions> = {},
    during: (elapsed: number) => void = () => undefined,
  ): Promise<void> {
    const { clock, journal } = market;
    const isOurs = ({ cursor }: OpenFragment): boolean => cursor.node === NODE;
    const stop = new AbortController();
    const started = clock.now();
    const submitter = new Submitter({
      journal,
      isOurs,
      isExpected: isOurs,
      batchWaitMs: 5_000,
      drop: ({ fragment }) => {
        dropped.push(fragment.key.chain);
        journal.fragments.compute(fragment.key, 1n);
      },
      clock: {
        now: () => clock.now(),
        sleep: async (ms) => {
          await clock.sleep(ms);
          during(clock.now() - started);
          if (clock.now() - started >= milliseconds) stop.abort();
        },
      },
      logger,
      backoff: new Backoff(clock, { base: 2_000, max: 60_000 }),
      ...options,
    });
    submitter.onSnapshot({ blockNumber: 1, timestamp: 0, horizon: 0, fragments });
    await submitter.run(stop.signal);
  }

  function prove(...chains: number[]): void {
    for (const chain of chains) market.journal.fragments.prove(keyOf(chain), stepOf(chain));
  }

  const fragmentsOf = (...chains: number[]) => chains.map((chain) => market.fragment(chain, 600));
  const tried = () => market.tried.map(({ chains }) => chains);

  it("sends at once what nothing else is to come for: one alone, several together, sixteen at most", async function () {
    prove(0);
    await run(fragmentsOf(0), 1_000);
    expect(market.tried).to.deep.equal([{ chains: [0], at: 0 }]);
    const many = Array.from({ length: 19 }, (_, index) => index + 1);
    prove(...many);
    await run(fragmentsOf(0, ...many), 1_000);
    expect(tried()).to.deep.equal([[0], many.slice(0, 16), many.slice(16)]);
    expect(market.settled).to.have.members([0, ...many]);
  });

  it("waits for what the node still proves, and sends it with the others", async function () {
    prove(0, 1);
    await run(fragmentsOf(0, 1, 2), 4_000, {}, (elapsed) => {
      if (elapsed === 2_000) prove(2);
    });
    expect(market.tried).to.deep.equal([{ chains: [0, 1, 2], at: 2_000 }]);
  });

  it("waits no longer than it may, and the less the closer the deadline is", async function () {
    prove(0);
    await run(fragmentsOf(0, 1), 6_000);
    expect(market.tried).to.deep.equal([{ chains: [0], at: 5_000 }]);
    prove(2);
    await run([market.fragment(2, 20), market.fragment(3, 600)], 2_000);
    expect(market.tried[1]).to.deep.equal({ chains: [2], at: 7_000 });
  });

  it("does not wait for fragments of other nodes", async function () {
    prove(0);
    await run([market.fragment(0, 600), market.fragment(1, 600, { node: 8n })], 400);
    expect(tried()).to.deep.equal([[0]]);
  });

  it("takes invalid proofs out of a batch and drops them; the others are settled together", async function () {
    prove(0, 1, 2, 3, 4);
    market.invalid.add(1).add(3);
    await run(fragmentsOf(0, 1, 2, 3, 4), 1_000);
    expect(tried()).to.deep.equal([
      [0, 1, 2, 3, 4],
      [0, 2, 4],
    ]);
    expect(dropped).to.deep.equal([1, 3]);
    expect(market.settled).to.have.members([0, 2, 4]);
    expect(market.journal.fragments.get(keyOf(1))).to.include({ stage: "computed", submission: undefined });
  });

  it("halves a batch that is refused for anything else, and keeps the proof that is", async function () {
    prove(0, 1, 2, 3);
    market.refused.add(2);
    await run(fragmentsOf(0, 1, 2, 3), 1_000);
    expect(tried()).to.deep.equal([[0, 1, 2, 3], [0, 1], [2, 3], [2], [3]]);
    expect(market.settled).to.have.members([0, 1, 3]);
    expect(dropped).to.deep.equal([]);
    expect(market.journal.fragments.get(keyOf(2))?.stage).to.equal("proved");
    market.refused.clear();
    await run(fragmentsOf(2), 1_000);
    expect(market.settled).to.have.members([0, 1, 2, 3]);
  });

  it("does not split for an endpoint that is down, and tries again after a pause", async function () {
    prove(0, 1);
    market.isDown = true;
    await run(fragmentsOf(0, 1), 3_000, {}, (elapsed) => {
      if (elapsed >= 1_000) market.isDown = false;
    });
    expect(market.tried.map(({ chains }) => chains)).to.deep.equal([
      [0, 1],
      [0, 1],
    ]);
    expect(market.tried[1]?.at).to.equal(2_000);
  });

  it("drops a proof that starts from what the chain no longer has, and sends nothing past its deadline", async function () {
    prove(0, 1, 2);
    market.stale.add(0);
    await run([...fragmentsOf(0, 1), market.fragment(2, -1)], 1_000);
    expect(dropped).to.deep.equal([0]);
    expect(tried()).to.deep.equal([[1]]);
  });

  it("leaves to a collector what it keeps, and sends it when it comes back", async function () {
    prove(0, 1);
    let isBack = false;
    const keeps = async (ready: { fragment: OpenFragment }) =>
      Promise.resolve(ready.fragment.key.chain === 0 && !isBack);
    await run(fragmentsOf(0, 1), 2_000, { collector: { keeps } }, (elapsed) => {
      isBack = elapsed >= 1_000;
    });
    expect(market.tried).to.deep.equal([
      { chains: [1], at: 0 },
      { chains: [0], at: 1_000 },
    ]);
  });
});

import { expect } from "chai";

import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { readChallenge, readMeasurement, readScoreSize, readSeed } from "@corex/sdk/actions/read-benchmark";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";

import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { measureNode, type MeasureOptions } from "../../packages/node/src/benchmark/measure-node.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { systemClock } from "../../packages/node/src/runtime/clock.ts";
import { Mutex } from "../../packages/node/src/runtime/mutex.ts";
import { BenchmarkService } from "../../packages/node/src/services/benchmark.ts";
import { BenchmarkWorld, CHAIN_ID, NODE, silent as logger } from "./support/benchmark-world.ts";

// BenchmarkService
// ├── it measures a node without a score once, beside the caller
// ├── it measures a challenged node with the size of its score
// ├── after a failure it backs off; a later run finishes the answer
// └── it does nothing without attestors or when it is stopped
describe("BenchmarkService", function () {
  this.timeout(120_000);
  let world: BenchmarkWorld;
  let context: ActionContext;
  let pool: LanePool;
  let urls: readonly string[];

  before(async function () {
    world = await BenchmarkWorld.start();
    ({ context, pool, urls } = world);
  });

  after(async function () {
    await world.stop();
  });

  const options = (changes: Partial<MeasureOptions> = {}): MeasureOptions => world.options(changes);

  let pools = 0;

  function service(attestors: readonly string[], signal = new AbortController().signal): BenchmarkService {
    pools = 0;
    return new BenchmarkService({
      context,
      chainId: CHAIN_ID,
      attestors,
      targetSeconds: 0.2,
      createPool: () => {
        pools += 1;
        return new LanePool({ threads: 1 });
      },
      exclusive: new Mutex(),
      pollMs: 20,
      clock: systemClock,
      logger,
      backoff: new Backoff(systemClock),
      signal,
    });
  }

  const snapshot = (timestamp: number) => ({ blockNumber: 1, timestamp, horizon: 1, fragments: [] });
  const nonceOf = async (): Promise<bigint> => (await readMeasurement(context.contracts, NODE)).nonce;

  it("measures a node without a score once, beside the caller", async function () {
    const before = await nonceOf();
    const running = service(urls.slice(0, 2));
    await running.onSnapshot(snapshot(1_000));
    await running.onSnapshot(snapshot(1_100));
    await running.settled();
    expect(await nonceOf()).to.equal(before + 1n);
    await running.onSnapshot(snapshot(1_014));
    await running.settled();
    expect(await nonceOf()).to.equal(before + 1n);
  });

  it("measures a challenged node with the size of its score at least", async function () {
    await beginBenchmark(context, 12);
    const seed = (await readSeed(context.contracts, NODE)) ?? "";
    const lanes = Array.from({ length: 12 }, (_, lane) => lane);
    const { nonce } = await readMeasurement(context.contracts, NODE);
    await answerBenchmark(context, { nonce, result: laneRoot(await pool.compute(seed, lanes)) });
    await measureNode(options());
    await world.double.getFunction("openChallenge").send(NODE);
    expect((await readChallenge(context.contracts, NODE))?.challenger).to.match(/^0x/);

    const running = service(urls.slice(0, 2));
    await running.onSnapshot(snapshot(2_000));
    await running.settled();
    expect(await readChallenge(context.contracts, NODE)).to.equal(undefined);
    expect(await readScoreSize(context.contracts, NODE)).to.be.at.least(12);
  });

  it("keeps away from attestors for a while after a failure, and finishes the answer then", async function () {
    const before = await nonceOf();
    const failed = service(urls.map((url) => `${url}/nowhere`));
    await failed.onSnapshot(snapshot(3_000));
    await failed.settled();
    expect(await readMeasurement(context.contracts, NODE)).to.include({ status: "answered", nonce: before + 1n });
    await failed.onSnapshot(snapshot(3_100));
    await failed.settled();
    expect(pools).to.equal(1);
    const restarted = service(urls.slice(0, 2));
    await restarted.onSnapshot(snapshot(3_200));
    await restarted.settled();
    expect(await readMeasurement(context.contracts, NODE)).to.include({ status: "none", nonce: before + 1n });
  });

  it("ends a measurement that runs when the agent stops", async function () {
    const stop = new AbortController();
    const stopped = service(urls.slice(0, 2), stop.signal);
    await stopped.onSnapshot(snapshot(4_000));
    stop.abort();
    await stopped.settled();
    expect((await readMeasurement(context.contracts, NODE)).status).not.to.equal("answered");
  });

  it("does nothing without attestors or when it is stopped", async function () {
    const before = await nonceOf();
    const stop = new AbortController();
    stop.abort();
    for (const idle of [service([]), service(urls.slice(0, 2), stop.signal)]) {
      await idle.onSnapshot(snapshot(5_000));
      await idle.settled();
      expect(pools).to.equal(0);
    }
    expect(await nonceOf()).to.equal(before);
  });
});

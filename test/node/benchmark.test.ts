import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { id } from "ethers";

import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { computeLane, MAX_LANES } from "@corex/sdk/benchmark/workload";

import { calibrate, chooseSize } from "../../packages/node/src/benchmark/calibrate.ts";
import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { loadConfig } from "../../packages/node/src/config/agent-config.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

const SEED = id("pool test");

// LanePool.compute
// ├── it gives the same digests on one, two and four threads, in the order asked for
// ├── it reports progress, and leaves the event loop free
// ├── when it is aborted, before or on the way: BENCHMARK_ABORTED, and the next job runs
// ├── when a thread ends: BENCHMARK_WORKER_FAILED, and the next job gets new threads
// └── when it is closed: BENCHMARK_POOL_CLOSED
describe("LanePool", function () {
  this.timeout(60_000);
  const lanes = Array.from({ length: 9 }, (_, lane) => lane);
  const pools: LanePool[] = [];

  function open(threads: number, worker?: URL): LanePool {
    const pool = new LanePool(worker === undefined ? { threads } : { threads, worker });
    pools.push(pool);
    return pool;
  }

  afterEach(async function () {
    await Promise.all(pools.splice(0).map(async (pool) => pool.close()));
  });

  for (const threads of [1, 2, 4]) {
    it(`gives the digests of a plain loop on ${threads} threads`, async function () {
      const plain = lanes.map((lane) => computeLane(SEED, lane));
      const digests = await open(threads).compute(SEED, lanes);
      expect(digests).to.deep.equal(plain);
      expect(laneRoot(digests)).to.equal("0x7b2b5eb850578e24f0b6061d91f7e4140a7f162bfba096732c8018773901a8fa");
    });
  }

  it("computes any lanes, in the order asked for, and none", async function () {
    const pool = open(2);
    expect(await pool.compute(SEED, [16_383, 5, 5])).to.deep.equal(
      [16_383, 5, 5].map((lane) => computeLane(SEED, lane)),
    );
    expect(await pool.compute(SEED, [])).to.deep.equal([]);
  });

  it("computes a root on a thread", async function () {
    const pool = open(2);
    expect(await pool.root([id("a"), id("b")])).to.equal(laneRoot([id("a"), id("b")]));
    await expectCorexError(() => pool.root([]), "BENCHMARK_WORKER_FAILED", /needs the digest of one lane/);
    expect(await pool.root([id("a")])).to.equal(laneRoot([id("a")]));
  });

  it("reports progress, and leaves the event loop free", async function () {
    const seen: number[] = [];
    let ticks = 0;
    const ticker = setInterval(() => (ticks += 1), 10);
    const many = Array.from({ length: 24 }, (_, lane) => lane);
    const onProgress = (done: number, total: number): void => {
      expect(total).to.equal(24);
      seen.push(done);
    };
    await open(1).compute(SEED, many, { onProgress });
    clearInterval(ticker);
    expect(seen.length).to.be.greaterThan(0);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
    expect(Math.max(...seen)).to.be.within(1, 24);
    expect(ticks).to.be.greaterThan(20);
  });

  it("stops when it is aborted, and takes the next job", async function () {
    const pool = open(2);
    const stop = new AbortController();
    const started = Date.now();
    const all = Array.from({ length: MAX_LANES }, (_, lane) => lane);
    setTimeout(() => stop.abort(), 200);
    const long = () => pool.compute(SEED, all, { signal: stop.signal });
    await expectCorexError(long, "BENCHMARK_ABORTED", /aborted/, "later");
    expect(Date.now() - started).to.be.lessThan(10_000);
    await expectCorexError(long, "BENCHMARK_ABORTED", /aborted/, "later");
    expect(await pool.compute(SEED, [1])).to.deep.equal([computeLane(SEED, 1)]);
  });

  it("rejects when it is closed, on the way and afterwards", async function () {
    const pool = open(1);
    const running = pool.compute(SEED, lanes);
    setTimeout(() => void pool.close(), 100);
    await expectCorexError(() => running, "BENCHMARK_POOL_CLOSED", /were closed/);
    await expectCorexError(() => pool.compute(SEED, lanes), "BENCHMARK_POOL_CLOSED", /were closed/);
  });

  it("rejects when a thread throws or exits, and starts new ones for the next job", async function () {
    const folder = mkdtempSync(join(tmpdir(), "corex-pool-"));
    try {
      for (const [body, message] of [
        ["throw new Error('out of order')", /a thread of the benchmark ended: out of order/],
        ["process.exit(7)", /exit code 7/],
      ] as const) {
        const file = join(folder, "worker.mjs");
        writeFileSync(
          file,
          `import { parentPort } from "node:worker_threads";
           parentPort.on("message", ({ lanes }) => { if (lanes.length > 0) { ${body} } parentPort.postMessage("done"); });`,
        );
        const pool = open(2, pathToFileURL(file));
        await expectCorexError(() => pool.compute(SEED, [1]), "BENCHMARK_WORKER_FAILED", message, "later");
        expect(await pool.compute(SEED, [])).to.deep.equal([]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

// calibrate
// ├── it runs one lane on each thread, then as many as the budget has room for
// └── when the first lanes use up the budget, they are the measurement
describe("calibrate", function () {
  function fakePool(threads: number, laneMs: number) {
    const jobs: number[] = [];
    const compute = async (_seed: string, lanes: readonly number[]): Promise<string[]> => {
      jobs.push(lanes.length);
      await new Promise((resolve) => setTimeout(resolve, (lanes.length / threads) * laneMs));
      return [];
    };
    return { jobs, pool: { threads, compute } };
  }

  it("measures with what the budget has room for", async function () {
    const { jobs, pool } = fakePool(4, 20);
    const lanesPerSecond = await calibrate(pool, { budgetMs: 200 });
    expect(jobs[0]).to.equal(4);
    expect(jobs[1]).to.be.within(12, 36);
    expect(lanesPerSecond).to.be.within(120, 201);
  });

  it("is content with the first lanes on a machine that is slow", async function () {
    const { jobs, pool } = fakePool(2, 150);
    expect(await calibrate(pool, { budgetMs: 200 })).to.be.within(8, 14);
    expect(jobs).to.deep.equal([2]);
  });
});

// chooseSize
// ├── it takes the target, or the maximum when that is shorter
// ├── it is at least one, and at least the challenged size
// └── it never has more lanes than are allowed
describe("chooseSize", function () {
  const input = { lanesPerSecond: 100, workload: 1n << 30n, targetSeconds: 8, maximumSeconds: 30 };

  it("takes about the target, and no more than the maximum", function () {
    expect(chooseSize(input)).to.equal(50);
    expect(chooseSize({ ...input, maximumSeconds: 4 })).to.equal(25);
    expect(chooseSize({ ...input, workload: 1n << 26n })).to.equal(800);
    expect(chooseSize({ ...input, workload: 1n << 24n })).to.equal(3_200);
  });

  it("is at least one, and at least the challenged size", function () {
    expect(chooseSize({ ...input, lanesPerSecond: 0.1 })).to.equal(1);
    expect(chooseSize({ ...input, minimumSize: 40 })).to.equal(50);
    expect(chooseSize({ ...input, minimumSize: 60 })).to.equal(60);
  });

  it("never has more lanes than are allowed", function () {
    expect(chooseSize({ ...input, lanesPerSecond: 1e9 })).to.equal(1_024);
    expect(chooseSize({ ...input, minimumSize: 5_000 })).to.equal(1_024);
    expect(chooseSize({ ...input, workload: 1n << 50n })).to.equal(1);
  });
});

// loadConfig, of the settings of a measurement
// ├── attestors come from a repeated flag, a text with commas or a list in a file
// └── each must be a URL, and named once
describe("loadConfig of attestors", function () {
  const A = "http://a.example";
  const B = "https://b.example:8080/path";

  it("takes several from a flag, a variable with commas and a file", function () {
    const folder = mkdtempSync(join(tmpdir(), "corex-attestors-"));
    try {
      const file = join(folder, "node.json");
      writeFileSync(file, JSON.stringify({ deployment: "d", attestor: [A, B] }));
      expect(loadConfig({ flags: {}, env: {}, file }).attestor).to.deep.equal([A, B]);
      const env = { COREX_DEPLOYMENT: "d", COREX_ATTESTOR: `${A}, ${B}` };
      expect(loadConfig({ flags: {}, env }).attestor).to.deep.equal([A, B]);
      expect(loadConfig({ flags: { attestor: [B, A] }, env }).attestor).to.deep.equal([B, A]);
      expect(loadConfig({ flags: { attestor: B }, env }).attestor).to.deep.equal([B]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("refuses what is no URL, and one that is named twice", async function () {
    const load = (attestor: unknown) => () => loadConfig({ flags: { deployment: "d", attestor }, env: {} });
    await expectCorexError(
      load([A, "b"]),
      "CONFIG_INVALID",
      /attestor is "http:.*,b" .* expected an http or https URL/,
    );
    await expectCorexError(load(`${A},${A}`), "CONFIG_INVALID", /expected every URL once/);
    await expectCorexError(load([A, 5]), "CONFIG_INVALID", /expected a text or a number/);
  });

  it("measures for eight seconds on all cores unless told otherwise", function () {
    expect(loadConfig({ flags: { deployment: "d" }, env: {} })).to.include({ benchmarkSeconds: 8, threads: undefined });
    const env = { COREX_BENCHMARK_SECONDS: "4", COREX_THREADS: "3" };
    expect(loadConfig({ flags: { deployment: "d" }, env })).to.include({ benchmarkSeconds: 4, threads: 3 });
  });
});

import { expect } from "chai";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Wallet, type TransactionReceipt } from "ethers";
import { network } from "hardhat";
import { pino } from "pino";

import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { concludeBenchmark } from "@corex/sdk/actions/conclude-benchmark";
import { createSender } from "@corex/sdk/actions/create-sender";
import { findAnswer, readChallenge, readMeasurement, readScoreSize, readSeed } from "@corex/sdk/actions/read-benchmark";
import { registerNode } from "@corex/sdk/actions/register-node";
import type { TransactionIntent } from "@corex/sdk/actions/sender";
import type { BenchmarkContext } from "@corex/sdk/benchmark/benchmark-context";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { CorexError } from "@corex/sdk/errors";

import { IBenchmarkRegistry__factory } from "../../typechain-types/factories/contracts/benchmark/IBenchmarkRegistry__factory.ts";
import { Attestor } from "../../packages/node/src/attestor/attestor.ts";
import { ChainMeasurements } from "../../packages/node/src/attestor/chain-measurements.ts";
import { createAttestorServer } from "../../packages/node/src/attestor/server.ts";
import { requestAttestation } from "../../packages/node/src/attestor/request-attestation.ts";
import { collectAttestations } from "../../packages/node/src/benchmark/collect-attestations.ts";
import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { measureNode, type MeasureOptions } from "../../packages/node/src/benchmark/measure-node.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { systemClock } from "../../packages/node/src/runtime/clock.ts";
import { Mutex } from "../../packages/node/src/runtime/mutex.ts";
import { BenchmarkService } from "../../packages/node/src/services/benchmark.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { deploySuite } from "../support/deploy-suite.ts";

const NODE = 1n;
const CHAIN_ID = 31_337;
const logger = pino({ level: "silent" });

// measureNode, against a registry without money and real attestors over HTTP
// ├── it begins, computes, answers, is attested twice and concludes
// ├── when the seed is not known yet: it waits; when it is lost: it begins again, three times at most
// ├── when a run before answered and stopped: it takes the answer up
// ├── when an attestor is down, or two URLs are one: it needs another one
// └── when an attestor finds wrong lanes: BENCHMARK_REJECTED, and the verdict concludes
//
// BenchmarkService
// ├── it measures a node without a score once, beside the caller
// ├── it measures a challenged node with the size of its score
// ├── after a failure it backs off; a later run finishes the answer
// └── it does nothing without attestors or when it is stopped
describe("the benchmark of a node", function () {
  this.timeout(120_000);
  let connection: Awaited<ReturnType<typeof network.create>>;
  let context: BenchmarkContext;
  let double: Awaited<ReturnType<typeof deployDouble>>;
  let pool: LanePool;
  const servers: Server[] = [];
  const urls: string[] = [];

  async function deployDouble(nodeRegistry: string) {
    return connection.ethers.deployContract("BenchmarkDouble", [nodeRegistry]);
  }

  before(async function () {
    connection = await network.create();
    pool = new LanePool({ threads: 2 });
    const { ethers } = connection;
    const [admin, operator] = await ethers.getSigners();
    if (admin === undefined || operator === undefined) throw new Error("no account");
    const suite = await deploySuite({ admin });
    double = await deployDouble(suite.deployment.contracts.NodeRegistry);
    const benchmarkRegistry = IBenchmarkRegistry__factory.connect(await double.getAddress(), ethers.provider);
    context = { contracts: { ...suite.contracts, benchmarkRegistry }, sender: await createSender(operator) };
    await registerNode(context, { payout: operator.address, deviceClass: "CPU", metadataUri: "" });
    for (let index = 1; index <= 3; index += 1) {
      // The third is the first under another address.
      const signer = new Wallet(`0x${"0".repeat(63)}${index === 3 ? 1 : index}`);
      const attestor = new Attestor({
        signer,
        domain: { chainId: CHAIN_ID, benchmarkRegistry: await double.getAddress() },
        source: new ChainMeasurements(context.contracts, ethers.provider),
        compute: async (seed, lanes) => pool.compute(seed, lanes),
        secret: Buffer.alloc(32, index),
        logger,
        samples: 4,
      });
      const server = createAttestorServer(attestor, logger);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      servers.push(server);
      urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
  });

  after(async function () {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await pool.close();
    await connection.close();
  });

  function options(changes: Partial<MeasureOptions> = {}): MeasureOptions {
    return {
      context,
      node: NODE,
      deviceClass: "CPU",
      pool,
      targetSeconds: 0.2,
      seedSeconds: 60,
      pollMs: 20,
      clock: systemClock,
      logger,
      chainId: CHAIN_ID,
      attestors: urls.slice(0, 2),
      exclusive: new Mutex(),
      patienceMs: 0,
      ...changes,
    };
  }

  /** The context with `fail` called before each simulation and each transaction of the named method. */
  function failing(method: "answer" | "begin", fail: () => void): BenchmarkContext {
    const { sender, contracts } = context;
    const { selector } = contracts.benchmarkRegistry.getFunction(method).fragment;
    const send = async (transaction: TransactionIntent): Promise<TransactionReceipt> => {
      if (transaction.data.startsWith(selector)) fail();
      return sender.send(transaction);
    };
    return { contracts, sender: { address: sender.address, provider: sender.provider, send } };
  }

  const lost = (): CorexError => new CorexError("CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED", "the seed is lost");

  /** Finishes what a test left on chain. */
  async function finish(): Promise<void> {
    const { status } = await readMeasurement(context.contracts, NODE);
    if (status === "answered") await measureNode(options());
  }

  afterEach(finish);

  it("begins, computes, answers, is attested twice and concludes", async function () {
    const progress: number[] = [];
    const outcome = await measureNode(options({ onProgress: (done) => progress.push(done) }));
    expect(outcome).to.include({ accepted: true, dailyWorkUnits: 1_000n });
    expect(await readMeasurement(context.contracts, NODE)).to.include({ status: "none", nonce: outcome.nonce });
    expect(await readScoreSize(context.contracts, NODE)).to.equal(outcome.size);
    const { answeredAt } = await readMeasurement(context.contracts, NODE);
    const answer = await findAnswer(context.contracts, context.sender.provider, NODE, { ...outcome, answeredAt });
    expect(answer).to.include({ size: outcome.size, elapsed: outcome.elapsed, nonce: outcome.nonce });
    const lanes = Array.from({ length: outcome.size }, (_, lane) => lane);
    expect(answer.result).to.equal(laneRoot(await pool.compute(answer.seed, lanes)));
  });

  it("waits for a seed that is not known yet", async function () {
    let asked = 0;
    const { benchmarkRegistry } = context.contracts;
    const slow = new Proxy(benchmarkRegistry, {
      get: (target, key, receiver): unknown => {
        if (key !== "seedOf") return Reflect.get(target, key, receiver) as unknown;
        return async (node: bigint): Promise<string> => {
          asked += 1;
          if (asked < 4) throw new CorexError("CHAIN_BENCHMARKREGISTRY_SEEDPENDING", "not yet", { retry: "later" });
          return benchmarkRegistry.seedOf(node);
        };
      },
    });
    const waiting = { ...context, contracts: { ...context.contracts, benchmarkRegistry: slow } };
    expect((await measureNode(options({ context: waiting }))).accepted).to.equal(true);
    expect(asked).to.equal(4);
  });

  it("begins again when the seed is lost, and gives up after three attempts", async function () {
    const { nonce: before } = await readMeasurement(context.contracts, NODE);
    let failures = 2;
    const flaky = failing("answer", () => {
      failures -= 1;
      if (failures >= 0) throw lost();
    });
    expect((await measureNode(options({ context: flaky }))).nonce).to.equal(before + 3n);
    const hopeless = failing("answer", () => {
      throw lost();
    });
    const call = () => measureNode(options({ context: hopeless }));
    await expectCorexError(call, "CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED", "the seed is lost");
    expect((await readMeasurement(context.contracts, NODE)).nonce).to.equal(before + 6n);
  });

  it("takes up an answer that was left behind, without beginning anew", async function () {
    const { result: begun } = await beginBenchmark(context, 3);
    const seed = (await readSeed(context.contracts, NODE)) ?? "";
    const result = laneRoot(await pool.compute(seed, [0, 1, 2]));
    await answerBenchmark(context, { nonce: begun.nonce, result });
    const outcome = await measureNode(options());
    expect(outcome).to.include({ accepted: true, nonce: begun.nonce, size: 3 });
  });

  it("needs two attestors that are not the same, and tolerates one that is down", async function () {
    const [first = "", second = "", same = ""] = urls;
    const call = () => measureNode(options({ attestors: [first, same, "http://127.0.0.1:9"] }));
    const error = await expectCorexError(
      call,
      "BENCHMARK_TOO_FEW_ATTESTORS",
      /^1 of 2 attestations from 3 .*127.0.0.1:9/,
      "later",
    );
    expect(error.details).to.include({ count: 1, needed: 2 });
    const outcome = await measureNode(options({ attestors: ["http://127.0.0.1:9", first, same, second] }));
    expect(outcome.accepted).to.equal(true);
  });

  it("is rejected for a wrong lane, and the verdict of the attestors concludes", async function () {
    const [first = "", second = ""] = urls;
    const { result: begun } = await beginBenchmark(context, 2);
    const seed = (await readSeed(context.contracts, NODE)) ?? "";
    const right = await pool.compute(seed, [0, 1]);
    const forged = [right[0] ?? "", right[0] ?? ""];
    await answerBenchmark(context, { nonce: begun.nonce, result: laneRoot(forged) });
    // A node that took up this answer would find that it is not its own.
    await expectCorexError(() => measureNode(options()), "BENCHMARK_FOREIGN_ANSWER", /another result/);
    const verdicts = await Promise.all(
      [first, second].map(async (attestor) => {
        const domain = { chainId: CHAIN_ID, benchmarkRegistry: await double.getAddress() };
        const about = { node: NODE, nonce: begun.nonce, result: laneRoot(forged), digests: forged };
        const call = () =>
          collectAttestations({ attestors: [attestor], domain, ...about, clock: systemClock, logger, patienceMs: 0 });
        await expectCorexError(call, "BENCHMARK_REJECTED", new RegExp(`wrong lanes .* ${attestor}`), "never");
        return requestAttestation({ attestor, ...about });
      }),
    );
    expect(verdicts.map(({ attestation }) => attestation.valid)).to.deep.equal([false, false]);
    const { result } = await concludeBenchmark(context, verdicts);
    expect(result.accepted).to.equal(false);
    expect((await readMeasurement(context.contracts, NODE)).status).to.equal("none");
  });

  describe("kept by the service", function () {
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

    const snapshot = (timestamp: number) => ({ blockNumber: 1, timestamp, fragments: [] });
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
      await double.getFunction("openChallenge").send(NODE);
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
});

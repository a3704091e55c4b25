import { expect } from "chai";

import type { TransactionReceipt } from "ethers";

import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { concludeBenchmark } from "@corex/sdk/actions/conclude-benchmark";
import { findAnswer, readMeasurement, readScoreSize, readSeed } from "@corex/sdk/actions/read-benchmark";
import type { TransactionIntent } from "@corex/sdk/actions/sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { CorexError } from "@corex/sdk/errors";

import { requestAttestation } from "../../packages/node/src/attestor/request-attestation.ts";
import { collectAttestations } from "../../packages/node/src/benchmark/collect-attestations.ts";
import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { measureNode, type MeasureOptions } from "../../packages/node/src/benchmark/measure-node.ts";
import { systemClock } from "../../packages/node/src/runtime/clock.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { BenchmarkWorld, CHAIN_ID, NODE, silent as logger } from "./support/benchmark-world.ts";

// measureNode, against a registry without money and real attestors over HTTP
// ├── it begins, computes, answers, is attested twice and concludes
// ├── when the seed is not known yet: it waits; when it is lost: it begins again with half the size, three times at most
// ├── when a run before answered and stopped: it takes the answer up; from memory when it is the same run
// ├── when an attestor is down, two URLs are one, or one is the operator: it needs another one
// └── when an attestor finds wrong lanes: BENCHMARK_REJECTED, and the verdict concludes
describe("measureNode", function () {
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

  /** A context in which `fail` is called before each answer is sent, and the sizes that were begun. */
  function failing(fail: () => void): { context: ActionContext; sizes: number[] } {
    const { sender, contracts } = context;
    const { interface: abi } = contracts.benchmarkRegistry;
    const sizes: number[] = [];
    const send = async (transaction: TransactionIntent): Promise<TransactionReceipt> => {
      const call = abi.parseTransaction(transaction);
      if (call?.name === "begin") sizes.push(Number(call.args[0]));
      if (call?.name === "answer") fail();
      return sender.send(transaction);
    };
    return { sizes, context: { contracts, sender: { address: sender.address, provider: sender.provider, send } } };
  }

  const lost = (): CorexError => new CorexError("CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED", "the seed is lost");

  const quick = { clock: systemClock, logger, patienceMs: 0 };
  /** A registry that takes every signer. */
  const findInvalid = async (): Promise<undefined> => Promise.resolve(undefined);

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

  it("begins again with half the size when the seed is lost, and gives up after three attempts", async function () {
    const { nonce: before } = await readMeasurement(context.contracts, NODE);
    let failures = 2;
    const flaky = failing(() => {
      failures -= 1;
      if (failures >= 0) throw lost();
    });
    expect((await measureNode(options({ context: flaky.context }))).nonce).to.equal(before + 3n);
    const [first = 0, second = 0] = flaky.sizes;
    const half = (size: number): number => Math.max(Math.floor(size / 2), 1);
    expect(flaky.sizes).to.deep.equal([first, half(first), half(second)]);

    const hopeless = failing(() => {
      throw lost();
    });
    const challenged = options({ context: hopeless.context, targetSeconds: 0.01, minimumSize: 5 });
    await expectCorexError(() => measureNode(challenged), "CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED", "the seed is lost");
    expect(hopeless.sizes).to.deep.equal([5, 5, 5]);
    expect((await readMeasurement(context.contracts, NODE)).nonce).to.equal(before + 6n);
  });

  it("takes no signature of the operator's own for one of an attestor", async function () {
    const { result: begun } = await beginBenchmark(context, 1);
    const digests = await pool.compute((await readSeed(context.contracts, NODE)) ?? "", [0]);
    const result = laneRoot(digests);
    await answerBenchmark(context, { nonce: begun.nonce, result });
    const attestors = urls.slice(0, 2);
    const about = {
      node: NODE,
      nonce: begun.nonce,
      result,
      digests,
      clock: systemClock,
      logger,
      findInvalid,
      patienceMs: 0,
    };
    const domain = { chainId: CHAIN_ID, benchmarkRegistry: world.registry };
    const own = BenchmarkWorld.attestor(1).address;
    const call = () => collectAttestations({ attestors, domain, operator: own, ...about });
    await expectCorexError(call, "BENCHMARK_TOO_FEW_ATTESTORS", /^1 of 2 .*by somebody else \(ATTESTOR_BAD_REPLY\)/);
    expect(
      await collectAttestations({ attestors, domain, operator: context.sender.address, ...about }),
    ).to.have.lengthOf(2);
  });

  it("goes on without a signer that the registry does not take, and says so when too few are left", async function () {
    const { result: begun } = await beginBenchmark(context, 1);
    const digests = await pool.compute((await readSeed(context.contracts, NODE)) ?? "", [0]);
    const result = laneRoot(digests);
    await answerBenchmark(context, { nonce: begun.nonce, result });
    const domain = { chainId: CHAIN_ID, benchmarkRegistry: world.registry };
    const about = { operator: context.sender.address, node: NODE, nonce: begun.nonce, result, digests };
    const first = BenchmarkWorld.attestor(1).address;
    const refusing = { findInvalid: async () => Promise.resolve(first), domain, ...about, ...quick };
    const call = () => collectAttestations({ attestors: urls.slice(0, 2), ...refusing });
    await expectCorexError(
      call,
      "BENCHMARK_TOO_FEW_ATTESTORS",
      new RegExp(`^1 of 2 .*${first}.*ATTESTOR_NOT_ACCEPTED`),
    );

    // The first attestor under two addresses: both are out, and two others stay.
    const third = await world.serve(BenchmarkWorld.attestor(3));
    const signed = await collectAttestations({ attestors: [...urls.slice(0, 3), third], ...refusing });
    const accounts = signed.map(({ attestor }) => attestor);
    expect(accounts).to.have.members([BenchmarkWorld.attestor(2).address, BenchmarkWorld.attestor(3).address]);
  });

  it("takes up an answer that was left behind, without beginning anew", async function () {
    const { result: begun } = await beginBenchmark(context, 3);
    const seed = (await readSeed(context.contracts, NODE)) ?? "";
    const result = laneRoot(await pool.compute(seed, [0, 1, 2]));
    await answerBenchmark(context, { nonce: begun.nonce, result });
    const outcome = await measureNode(options());
    expect(outcome).to.include({ accepted: true, nonce: begun.nonce, size: 3 });
  });

  it("remembers its answer between attempts and does not compute it again", async function () {
    const memory = {};
    const lonely = () => measureNode(options({ memory, attestors: urls.map((url) => `${url}/nowhere`) }));
    await expectCorexError(lonely, "BENCHMARK_TOO_FEW_ATTESTORS", /^0 of 2 .*ATTESTOR_NOT_FOUND/);
    const closed = new LanePool({ threads: 1 });
    await closed.close();
    expect((await measureNode(options({ memory, pool: closed }))).accepted).to.equal(true);
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
        const domain = { chainId: CHAIN_ID, benchmarkRegistry: world.registry };
        const about = {
          operator: context.sender.address,
          node: NODE,
          nonce: begun.nonce,
          result: laneRoot(forged),
          digests: forged,
        };
        const call = () =>
          collectAttestations({ ...{ attestors: [attestor], domain, findInvalid }, ...about, ...quick });
        await expectCorexError(call, "BENCHMARK_REJECTED", new RegExp(`wrong lanes .* ${attestor}`), "never");
        return requestAttestation({ attestor, ...about });
      }),
    );
    expect(verdicts.map(({ attestation }) => attestation.valid)).to.deep.equal([false, false]);
    const { result } = await concludeBenchmark(context, verdicts);
    expect(result.accepted).to.equal(false);
    expect((await readMeasurement(context.contracts, NODE)).status).to.equal("none");
  });
});

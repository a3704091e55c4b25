// FM-22: fake GPUs register by the million.
// Public case: io.net, 2024: a spoofed API registered some 1.8 million virtual GPUs that farmed the incentive programme.
// Guard: a machine nobody measured has no capacity and earns nothing; only the benchmark registry records one (how it
// measures: test/benchmark), it expires, and the points of a day end at 1.2 times its work, whatever multiplies them.
import { expect } from "chai";

import {
  BPS,
  CAPACITY,
  DeviceClass,
  EPOCH,
  MAX_CAPACITY,
  MAX_MULTIPLIER_BPS,
  ONE,
  PLENTY,
  type Suite,
  Track,
  activeNode,
  benchmarkOf,
  deploySuite,
  loadFixture,
  networkHelpers,
  operatorOf,
  payoutOf,
  recordBenchmark,
} from "../support/fixtures.ts";

const { time } = networkHelpers;

// FM-22
// ├── a registered node without benchmark is never drawn and earns nothing, at any multiplier
// ├── nobody but the benchmark registry records a capacity, and it no more than the largest
// ├── a benchmark belongs to one node, and earns nothing beyond its expiry
// ├── a real node earns at most 1.2 times the work of its benchmark a day, however much is reported
// ├── the largest multiplier lets no more work count
// └── a node found out stops earning at once, suspended or with its capacity revoked
describe("FM-22: fake hardware earns nothing", function () {
  it("gives nothing to registered nodes without a benchmark", async function () {
    const suite = await loadFixture(deploySuite);
    for (let index = 1; index <= 10; index++) {
      await suite.registry.connect(operatorOf(suite, index)).register(payoutOf(index), DeviceClass.GPU, "ipfs://fake");
      await suite.registry.connect(operatorOf(suite, index)).heartbeat();
      expect(await suite.registry.isEligible(index)).to.equal(false);
      await suite.distributor.connect(suite.reporter).creditMatched(index, Track.ComputePoC, PLENTY, ONE, PLENTY);
      await suite.distributor
        .connect(suite.reporter)
        .creditNetwork(index, Track.ComputePoC, PLENTY, MAX_MULTIPLIER_BPS);
    }
    expect(await suite.registry.activeCount()).to.equal(0n);
    expect((await suite.distributor.bookOf(0)).computePoints).to.equal(0n);
  });

  it("lets nobody but the benchmark registry record a capacity, and none above the largest", async function () {
    const suite = await loadFixture(deploySuite);
    const operator = operatorOf(suite, 1);
    await suite.registry.connect(operator).register(operator, DeviceClass.GPU, "");
    for (const caller of [operator, suite.reporter, suite.security, suite.operations, suite.admin]) {
      await expect(recordBenchmark(suite, await benchmarkOf(1, { dailyWorkUnits: MAX_CAPACITY }), caller))
        .to.be.revertedWithCustomError(suite.registry, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
    await expect(recordBenchmark(suite, await benchmarkOf(1, { dailyWorkUnits: MAX_CAPACITY + 1n })))
      .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidCapacity")
      .withArgs(MAX_CAPACITY + 1n, MAX_CAPACITY);
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(0n);
  });

  it("gives a benchmark to one node, and nothing beyond its expiry", async function () {
    const suite = await loadFixture(deploySuite);
    const { operator } = await activeNode(suite, 1);
    await suite.registry.connect(operatorOf(suite, 2)).register(payoutOf(2), DeviceClass.GPU, "");
    const benchmark = await benchmarkOf(1);
    await recordBenchmark(suite, benchmark);
    expect(await suite.registry.dailyCapacityOf(2)).to.equal(0n);
    expect(await suite.registry.activeNodes(0, 9)).to.deep.equal([1n]);

    await time.increaseTo(benchmark.expiresAt);
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(0n);
    await suite.registry.connect(operator).heartbeat();
    expect(await suite.registry.activeCount()).to.equal(0n);
    await suite.distributor.connect(suite.reporter).creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
    expect((await suite.distributor.accountOf(1)).computePoints).to.equal(0n);
    await expect(recordBenchmark(suite, benchmark)).to.be.revertedWithCustomError(
      suite.registry,
      "NodeRegistryInvalidExpiry",
    );
  });

  it("caps a day at 1.2 times the benchmark, over both tracks and any number of reports", async function () {
    const suite = await loadFixture(deploySuite);
    await activeNode(suite, 1, 1_000n);
    const reporter = suite.distributor.connect(suite.reporter);
    const cap = 1_200n * 1_000_000n;
    for (let report = 0; report < 5; report++) {
      await reporter.creditMatched(1, Track.ComputePoC, cap / 3n, ONE, PLENTY);
      await reporter.creditNetwork(1, Track.StakeToValidate, cap / 3n, ONE);
    }
    const account = await suite.distributor.accountOf(1);
    expect(account.computePoints + account.validatePoints).to.equal(cap);
    await time.increase(EPOCH);
    expect(await suite.distributor.pointsLeftOf(1, ONE)).to.equal(cap);
  });

  it("lets no more work count at the largest multiplier", async function () {
    const suite = await loadFixture(deploySuite);
    await activeNode(suite, 1, 1_000n);
    const reporter = suite.distributor.connect(suite.reporter);
    const work = 1_200n * 1_000_000n;
    await reporter.creditMatched(1, Track.ComputePoC, work, MAX_MULTIPLIER_BPS, PLENTY);
    await reporter.creditMatched(1, Track.ComputePoC, PLENTY, MAX_MULTIPLIER_BPS, PLENTY);
    await reporter.creditNetwork(1, Track.StakeToValidate, PLENTY, ONE);
    const account = await suite.distributor.accountOf(1);
    expect(account.computePoints).to.equal((work * MAX_MULTIPLIER_BPS) / BPS);
    expect(account.validatePoints).to.equal(0n);
  });

  for (const [how, end] of [
    ["suspended", (suite: Suite) => suite.registry.connect(suite.security).suspend(1)],
    ["removed", (suite: Suite) => suite.registry.connect(suite.security).remove(1)],
    ["without its capacity", (suite: Suite) => suite.registry.connect(suite.benchmark).recordBenchmark(1, 0, 0)],
  ] as const) {
    it(`stops a node that was found out, in the same second, ${how}`, async function () {
      const suite = await loadFixture(deploySuite);
      await activeNode(suite, 1, CAPACITY);
      await suite.distributor.connect(suite.reporter).creditNetwork(1, Track.ComputePoC, 10, ONE);
      await end(suite);
      await suite.distributor.connect(suite.reporter).creditNetwork(1, Track.ComputePoC, 10, MAX_MULTIPLIER_BPS);
      expect((await suite.distributor.accountOf(1)).computePoints).to.equal(10n);
      expect(await suite.registry.isEligible(1)).to.equal(false);
    });
  }
});

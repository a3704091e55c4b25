// FM-22: fake GPUs register by the million.
// Public case: io.net, 2024: a spoofed API registered some 1.8 million virtual GPUs that farmed the incentive programme.
// Guard: an unverified node has no capacity and earns nothing; a benchmark is signed, fresh, single-use and expires; the
// points of a day end at 1.2 times what it attests.
import { expect } from "chai";

import {
  CAPACITY,
  EPOCH,
  ONE,
  PLENTY,
  DeviceClass,
  Track,
  activeNode,
  attest,
  benchmarkOf,
  deploySuite,
  loadFixture,
  networkHelpers,
  operatorOf,
  payoutOf,
} from "../support/fixtures.ts";

const { time } = networkHelpers;

// FM-22
// ├── a registered node without benchmark is never drawn and earns nothing
// ├── a node that attests itself is refused
// ├── a benchmark cannot be replayed, lent to another node or kept beyond its expiry
// ├── a real node earns at most 1.2 times its benchmark a day, however much work is reported
// └── a node found out stops earning at once
describe("FM-22: fake hardware earns nothing", function () {
  it("gives nothing to registered nodes without a benchmark", async function () {
    const suite = await loadFixture(deploySuite);
    for (let index = 1; index <= 10; index++) {
      await suite.registry.connect(operatorOf(suite, index)).register(payoutOf(index), DeviceClass.GPU, "ipfs://fake");
      await suite.registry.connect(operatorOf(suite, index)).heartbeat();
      expect(await suite.registry.isEligible(index)).to.equal(false);
      await suite.distributor.connect(suite.reporter).creditMatched(index, Track.ComputePoC, PLENTY, ONE, PLENTY);
      await suite.distributor.connect(suite.reporter).creditNetwork(index, Track.ComputePoC, PLENTY, ONE);
    }
    expect(await suite.registry.activeCount()).to.equal(0n);
    expect((await suite.distributor.bookOf(0)).computePoints).to.equal(0n);
  });

  it("refuses a node that attests itself", async function () {
    const suite = await loadFixture(deploySuite);
    const operator = operatorOf(suite, 1);
    await suite.registry.connect(operator).register(operator, DeviceClass.GPU, "");
    const benchmark = await benchmarkOf(suite, 1, { dailyWorkUnits: 10n ** 18n });
    await expect(suite.registry.submitBenchmark(benchmark, operator, await attest(suite, benchmark, operator)))
      .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation")
      .withArgs(operator);
  });

  it("refuses a benchmark replayed, lent or expired", async function () {
    const suite = await loadFixture(deploySuite);
    const { operator } = await activeNode(suite, 1);
    await suite.registry.connect(operatorOf(suite, 2)).register(payoutOf(2), DeviceClass.GPU, "");
    const benchmark = await benchmarkOf(suite, 1);
    const signature = await attest(suite, benchmark);
    await suite.registry.submitBenchmark(benchmark, suite.attestor, signature);
    await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, signature)).to.be.revertedWithCustomError(
      suite.registry,
      "NodeRegistryInvalidBenchmarkNonce",
    );
    await expect(
      suite.registry.submitBenchmark({ ...benchmark, node: 2n, nonce: 0n }, suite.attestor, signature),
    ).to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation");

    await time.increaseTo(benchmark.expiresAt);
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(0n);
    await suite.registry.connect(operator).heartbeat();
    expect(await suite.registry.activeCount()).to.equal(0n);
    await suite.distributor.connect(suite.reporter).creditMatched(1, Track.ComputePoC, PLENTY, ONE, PLENTY);
    expect((await suite.distributor.accountOf(1)).computePoints).to.equal(0n);
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

  it("stops a node that was found out, in the same second", async function () {
    const suite = await loadFixture(deploySuite);
    await activeNode(suite, 1, CAPACITY);
    await suite.distributor.connect(suite.reporter).creditNetwork(1, Track.ComputePoC, 10, ONE);
    await suite.registry.connect(suite.security).suspend(1);
    await suite.distributor.connect(suite.reporter).creditNetwork(1, Track.ComputePoC, 10, ONE);
    expect((await suite.distributor.accountOf(1)).computePoints).to.equal(10n);
  });
});

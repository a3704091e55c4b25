import { expect } from "chai";

import {
  CAPACITY,
  EPOCH,
  NodeStatus,
  attest,
  benchmarkOf,
  ethers,
  loadFixture,
  networkHelpers,
} from "../support/fixtures.ts";
import { HOUR, deployActive, deployFour, deployRegistered, statusOf, submit } from "./support/nodes.ts";

const { time } = networkHelpers;

// NodeRegistry.submitBenchmark
// ├── when the node is unknown
// │   └── it reverts with NodeRegistryUnknownNode(node)
// ├── when the node is suspended, exited or removed
// │   └── it reverts with NodeRegistryInvalidTransition(node, status, Active)
// ├── when the nonce is not the next
// │   └── it reverts with NodeRegistryInvalidBenchmarkNonce(node, nonce, expected)
// ├── when the times do not fit
// │   └── it reverts with NodeRegistryInvalidBenchmarkTimes(measuredAt, expiresAt, timestamp)
// ├── when the capacity is zero or too large
// │   └── it reverts with NodeRegistryInvalidCapacity(dailyWorkUnits, maximum)
// ├── when the attestor has no role, or did not sign exactly this for this registry
// │   └── it reverts with NodeRegistryInvalidAttestation(attestor)
// └── when all is well
//     ├── it stores the score, makes an alive node active, whoever relays it
//     ├── it does not activate a node that fell silent; its heartbeat does
//     ├── it renews the score of an active node
//     └── it accepts a contract as attestor while that contract agrees
describe("NodeRegistry.submitBenchmark", function () {
  it("reverts with NodeRegistryUnknownNode(node)", async function () {
    const suite = await loadFixture(deployRegistered);
    for (const node of [0n, 2n]) {
      const benchmark = { ...(await benchmarkOf(suite, 1)), node };
      await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, await attest(suite, benchmark)))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryUnknownNode")
        .withArgs(node);
    }
  });

  it("reverts with NodeRegistryInvalidTransition for a node that is out", async function () {
    const suite = await loadFixture(deployActive);
    const { registry, security, operator, node } = suite;
    for (const [move, status] of [
      [() => registry.connect(security).suspend(node), NodeStatus.Suspended],
      [() => registry.connect(operator).exit(), NodeStatus.Exited],
    ] as const) {
      await move();
      await expect(submit(suite, node))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidTransition")
        .withArgs(node, status, NodeStatus.Active);
    }
  });

  it("reverts with NodeRegistryInvalidBenchmarkNonce(node, nonce, expected)", async function () {
    const suite = await loadFixture(deployActive);
    for (const nonce of [0n, 2n, 2n ** 32n - 1n]) {
      await expect(submit(suite, 1n, { nonce }))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidBenchmarkNonce")
        .withArgs(1n, nonce, 1n);
    }
  });

  it("reverts with NodeRegistryInvalidBenchmarkTimes(measuredAt, expiresAt, timestamp)", async function () {
    const suite = await loadFixture(deployRegistered);
    const now = BigInt(await time.latest()) + 10n;
    for (const [measuredAt, expiresAt] of [
      [now + 1n, now + EPOCH],
      [now - HOUR - 1n, now + EPOCH],
      [now, now],
      [now, now - 1n],
      [now, now + 90n * EPOCH + 1n],
      [2n ** 40n - 1n, 2n ** 40n - 1n],
      [0n, 2n ** 40n - 1n],
    ] as const) {
      const benchmark = await benchmarkOf(suite, 1n, { measuredAt, expiresAt });
      const signature = await attest(suite, benchmark);
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(now);
      await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, signature))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidBenchmarkTimes")
        .withArgs(measuredAt, expiresAt, now);
      await snapshot.restore();
    }
  });

  it("accepts the extreme times", async function () {
    for (const [age, life] of [
      [0n, 1n],
      [0n, 90n * EPOCH],
      [HOUR, HOUR + 1n],
    ] as const) {
      const suite = await loadFixture(deployRegistered);
      const now = BigInt(await time.latest()) + 10n;
      const benchmark = await benchmarkOf(suite, 1n, { measuredAt: now - age, expiresAt: now - age + life });
      const signature = await attest(suite, benchmark);
      await time.setNextBlockTimestamp(now);
      await suite.registry.submitBenchmark(benchmark, suite.attestor, signature);
      expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Active);
      await time.setNextBlockTimestamp(benchmark.expiresAt);
      await networkHelpers.mine();
      expect(await suite.registry.isEligible(1)).to.equal(false);
      expect(await suite.registry.dailyCapacityOf(1)).to.equal(0n);
    }
  });

  it("reverts with NodeRegistryInvalidCapacity(dailyWorkUnits, maximum)", async function () {
    const suite = await loadFixture(deployRegistered);
    for (const dailyWorkUnits of [0n, 10n ** 18n + 1n, 2n ** 64n - 1n]) {
      await expect(submit(suite, 1n, { dailyWorkUnits }))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidCapacity")
        .withArgs(dailyWorkUnits, 10n ** 18n);
    }
    await submit(suite, 1n, { dailyWorkUnits: 10n ** 18n });
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(10n ** 18n);
  });

  describe("when the attestation is not an attestor's", function () {
    it("reverts for a signer without the role", async function () {
      const suite = await loadFixture(deployRegistered);
      const benchmark = await benchmarkOf(suite, 1n);
      const signature = await attest(suite, benchmark, suite.stranger);
      await expect(suite.registry.submitBenchmark(benchmark, suite.stranger, signature))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation")
        .withArgs(suite.stranger);
    });

    it("reverts for an attestor whose role was taken away", async function () {
      const suite = await loadFixture(deployRegistered);
      const benchmark = await benchmarkOf(suite, 1n);
      const signature = await attest(suite, benchmark);
      await suite.manager.revokeRole!(3, suite.attestor);
      await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, signature))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation")
        .withArgs(suite.attestor);
    });

    it("reverts when an attestor's name is put under another's signature", async function () {
      const suite = await loadFixture(deployRegistered);
      const benchmark = await benchmarkOf(suite, 1n);
      const signature = await attest(suite, benchmark, suite.stranger);
      await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, signature))
        .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation")
        .withArgs(suite.attestor);
    });

    it("reverts when any signed field was changed, and for garbage", async function () {
      const suite = await loadFixture(deployFour);
      const benchmark = await benchmarkOf(suite, 1n);
      const signature = await attest(suite, benchmark);
      for (const changes of [
        { node: 2n },
        { dailyWorkUnits: CAPACITY + 1n },
        { measuredAt: benchmark.measuredAt - 1n },
        { expiresAt: benchmark.expiresAt - 1n },
      ]) {
        await expect(
          suite.registry.submitBenchmark({ ...benchmark, ...changes }, suite.attestor, signature),
        ).to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation");
      }
      for (const garbage of ["0x", "0x00", `${signature.slice(0, -2)}00`, `${signature}00`]) {
        await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, garbage)).to.be.revertedWithCustomError(
          suite.registry,
          "NodeRegistryInvalidAttestation",
        );
      }
    });

    it("reverts for a signature made for another registry or chain", async function () {
      const suite = await loadFixture(deployRegistered);
      const other = await ethers.deployContract("NodeRegistry", [suite.manager]);
      const benchmark = await benchmarkOf(suite, 1n);
      const signature = await attest({ ...suite, registry: other }, benchmark);
      await expect(suite.registry.submitBenchmark(benchmark, suite.attestor, signature)).to.be.revertedWithCustomError(
        suite.registry,
        "NodeRegistryInvalidAttestation",
      );
    });
  });

  it("stores the score and makes an alive node active, whoever relays it", async function () {
    const suite = await loadFixture(deployRegistered);
    const { registry, attestor, stranger } = suite;
    const benchmark = await benchmarkOf(suite, 1n);
    const submission = registry.connect(stranger).submitBenchmark(benchmark, attestor, await attest(suite, benchmark));
    await expect(submission)
      .to.emit(registry, "BenchmarkAccepted")
      .withArgs(1n, attestor, 0n, CAPACITY, benchmark.expiresAt);
    await expect(submission)
      .to.emit(registry, "NodeStatusChanged")
      .withArgs(1n, NodeStatus.Registered, NodeStatus.Active);
    const stored = await registry.get(1);
    expect([stored.status, stored.dailyWorkUnits, stored.benchmarkExpiresAt, stored.benchmarkNonce]).to.deep.equal([
      NodeStatus.Active,
      CAPACITY,
      benchmark.expiresAt,
      1n,
    ]);
    expect(await registry.dailyCapacityOf(1)).to.equal(CAPACITY);
    expect(await registry.isEligible(1)).to.equal(true);
    expect(await registry.activeNodes(0, 10)).to.deep.equal([1n]);
  });

  it("does not activate a node that fell silent; its heartbeat does", async function () {
    const suite = await loadFixture(deployRegistered);
    const { registry, operator } = suite;
    await time.increase(HOUR + 1n);
    await expect(submit(suite, 1n)).to.not.emit(registry, "NodeStatusChanged");
    expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Registered);
    await registry.connect(operator).heartbeat();
    expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Active);
  });

  it("renews the score of an active node", async function () {
    const suite = await loadFixture(deployActive);
    const renewal = submit(suite, 1n, { dailyWorkUnits: 5n });
    await expect(renewal).to.emit(suite.registry, "BenchmarkAccepted");
    await expect(renewal).to.not.emit(suite.registry, "NodeStatusChanged");
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(5n);
    expect((await suite.registry.get(1)).benchmarkNonce).to.equal(2n);
    expect(await suite.registry.activeCount()).to.equal(1n);
  });

  it("accepts a contract as attestor while that contract agrees", async function () {
    const suite = await loadFixture(deployRegistered);
    const wallet = await ethers.deployContract("WalletDouble", [suite.stranger]);
    await suite.manager.grantRole!(3, wallet, 0);
    const benchmark = await benchmarkOf(suite, 1n);
    const signature = await attest(suite, benchmark, suite.stranger);
    await suite.registry.submitBenchmark(benchmark, wallet, signature);
    await wallet.disable!();
    const next = await benchmarkOf(suite, 1n);
    await expect(suite.registry.submitBenchmark(next, wallet, await attest(suite, next, suite.stranger)))
      .to.be.revertedWithCustomError(suite.registry, "NodeRegistryInvalidAttestation")
      .withArgs(wallet);
  });
});

import { expect } from "chai";

import { DeviceClass, NodeStatus, ethers, loadFixture, networkHelpers, payoutOf } from "../support/fixtures.ts";
import { DAY, ROLE, activeNode, deployReputation } from "../reputation/support/reputation.ts";

const { time } = networkHelpers;
const HOUR = 3_600n;
const URI = "ipfs://node";

/** Node 1, registered, without capacity. */
async function deployNode() {
  const suite = await deployReputation();
  const operator = suite.signers[6];
  if (operator === undefined) throw new Error("no signer");
  await suite.registry.connect(operator).register(payoutOf(1), DeviceClass.GPU, URI);
  return { ...suite, operator, recorder: suite.registry.connect(suite.benchmark) };
}

/** Node 1, active. */
async function deployActive() {
  const suite = await deployReputation();
  const operator = await activeNode(suite, 1);
  return { ...suite, operator, recorder: suite.registry.connect(suite.benchmark) };
}

const now = async () => BigInt(await time.latest());

// NodeRegistry.recordBenchmark
// ├── when the caller is not the benchmark registry it reverts with AccessManagedUnauthorized(caller)
// ├── when the node is unknown it reverts with NodeRegistryUnknownNode(node)
// ├── with work units
// │   ├── when the node is suspended, exited or removed it reverts with NodeRegistryInvalidTransition
// │   ├── when there are too many it reverts with NodeRegistryInvalidCapacity(dailyWorkUnits, maximum)
// │   ├── when it expires now or too late it reverts with NodeRegistryInvalidExpiry
// │   ├── it stores the capacity and makes a node that is alive active
// │   └── it leaves a silent node registered; its heartbeat makes it active
// └── with zero
//     ├── it takes the capacity and an active node out of the set
//     └── it takes the capacity of a node of any status, and leaves that
describe("NodeRegistry.recordBenchmark", function () {
  it("reverts with AccessManagedUnauthorized(caller) for everybody but the benchmark registry", async function () {
    const { registry, security, market, stranger, operator } = await loadFixture(deployNode);
    for (const caller of [security, market, stranger, operator]) {
      await expect(registry.connect(caller).recordBenchmark(1, 1, (await now()) + DAY))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("reverts with NodeRegistryUnknownNode(node), also to revoke", async function () {
    const { registry, recorder } = await loadFixture(deployNode);
    for (const units of [0n, 1n]) {
      await expect(recorder.recordBenchmark(2, units, (await now()) + DAY))
        .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode")
        .withArgs(2n);
    }
  });

  it("reverts with NodeRegistryInvalidTransition(node, status, Active) for a node that is out", async function () {
    for (const [out, status] of [
      ["suspend", NodeStatus.Suspended],
      ["remove", NodeStatus.Removed],
      ["exit", NodeStatus.Exited],
    ] as const) {
      const { registry, recorder, security, operator } = await loadFixture(deployActive);
      if (out === "exit") await registry.connect(operator).exit();
      else await registry.connect(security)[out](1);
      await expect(recorder.recordBenchmark(1, 1, (await now()) + DAY))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidTransition")
        .withArgs(1n, status, NodeStatus.Active);
    }
  });

  it("reverts with NodeRegistryInvalidCapacity(dailyWorkUnits, maximum)", async function () {
    const { registry, recorder } = await loadFixture(deployNode);
    const maximum = await registry.MAX_DAILY_WORK_UNITS();
    for (const units of [maximum + 1n, 2n ** 64n - 1n]) {
      await expect(recorder.recordBenchmark(1, units, (await now()) + DAY))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidCapacity")
        .withArgs(units, maximum);
    }
    await recorder.recordBenchmark(1, maximum, (await now()) + DAY);
    expect(await registry.dailyCapacityOf(1)).to.equal(maximum);
  });

  it("reverts with NodeRegistryInvalidExpiry(expiresAt, timestamp, maximum)", async function () {
    const { registry, recorder } = await loadFixture(deployNode);
    const at = (await now()) + 10n;
    for (const expiresAt of [0n, at - 1n, at, at + 90n * DAY + 1n, 2n ** 40n - 1n]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(at);
      await expect(recorder.recordBenchmark(1, 1, expiresAt))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidExpiry")
        .withArgs(expiresAt, at, at + 90n * DAY);
      await snapshot.restore();
    }
    for (const expiresAt of [at + 1n, at + 90n * DAY]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(at);
      await recorder.recordBenchmark(1, 1, expiresAt);
      expect((await registry.get(1)).benchmarkExpiresAt).to.equal(expiresAt);
      await snapshot.restore();
    }
  });

  it("stores the capacity and makes a node that is alive active", async function () {
    const { registry, recorder } = await loadFixture(deployNode);
    const expiresAt = (await now()) + 30n * DAY;
    const first = recorder.recordBenchmark(1, 700, expiresAt);
    await expect(first).to.emit(registry, "CapacityUpdated").withArgs(1n, 0n, 700n, expiresAt);
    await expect(first).to.emit(registry, "NodeStatusChanged").withArgs(1n, NodeStatus.Registered, NodeStatus.Active);
    const second = recorder.recordBenchmark(1, 300, expiresAt + 1n);
    await expect(second)
      .to.emit(registry, "CapacityUpdated")
      .withArgs(1n, 700n, 300n, expiresAt + 1n);
    await expect(second).to.not.emit(registry, "NodeStatusChanged");
    expect(await registry.isEligible(1)).to.equal(true);
    expect(await registry.activeNodes(0, 9)).to.deep.equal([1n]);
    expect(await registry.dailyCapacityOf(1)).to.equal(300n);
  });

  it("leaves a silent node registered; its heartbeat makes it active", async function () {
    const { registry, recorder, operator } = await loadFixture(deployNode);
    await time.increase(HOUR + 1n);
    await recorder.recordBenchmark(1, 700, (await now()) + DAY);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Registered);
    await registry.connect(operator).heartbeat();
    expect((await registry.get(1)).status).to.equal(NodeStatus.Active);
  });

  it("takes the capacity with zero, and an active node out of the set", async function () {
    const { registry, recorder, operator } = await loadFixture(deployActive);
    const call = recorder.recordBenchmark(1, 0, (await now()) + DAY);
    await expect(call).to.emit(registry, "CapacityUpdated").withArgs(1n, 1_000n, 0n, 0n);
    await expect(call).to.emit(registry, "NodeStatusChanged").withArgs(1n, NodeStatus.Active, NodeStatus.Registered);
    const { dailyWorkUnits, benchmarkExpiresAt } = await registry.get(1);
    expect([dailyWorkUnits, benchmarkExpiresAt]).to.deep.equal([0n, 0n]);
    expect(await registry.activeCount()).to.equal(0n);
    await registry.connect(operator).heartbeat();
    expect((await registry.get(1)).status).to.equal(NodeStatus.Registered);
    // Twice does nothing more.
    await recorder.recordBenchmark(1, 0, 0);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Registered);
  });

  it("takes the capacity of a node of any status, and leaves that", async function () {
    for (const out of ["suspend", "remove", "exit"] as const) {
      const { registry, recorder, security, operator } = await loadFixture(deployActive);
      if (out === "exit") await registry.connect(operator).exit();
      else await registry.connect(security)[out](1);
      const { status } = await registry.get(1);
      await expect(recorder.recordBenchmark(1, 0, 0)).to.not.emit(registry, "NodeStatusChanged");
      expect((await registry.get(1)).status).to.equal(status);
      expect(await registry.dailyCapacityOf(1)).to.equal(0n);
    }
  });
});

// NodeRegistry.onlineSinceOf
// ├── it is the registration while no two heartbeats are more than an hour apart
// ├── it is zero while the node is silent for more than an hour, and for an unknown node
// └── it starts anew with the first heartbeat after a gap, also one that a suspension made
describe("NodeRegistry.onlineSinceOf", function () {
  it("is the registration while there is no gap, and zero once the node is silent", async function () {
    const { registry, operator } = await loadFixture(deployNode);
    const { registeredAt } = await registry.get(1);
    expect(await registry.onlineSinceOf(1)).to.equal(registeredAt);
    for (let hour = 1n; hour <= 5n; hour++) {
      await time.setNextBlockTimestamp(registeredAt + hour * HOUR);
      await registry.connect(operator).heartbeat();
      expect(await registry.onlineSinceOf(1)).to.equal(registeredAt);
    }
    await time.increaseTo(registeredAt + 6n * HOUR);
    expect(await registry.onlineSinceOf(1)).to.equal(registeredAt);
    await time.increaseTo(registeredAt + 6n * HOUR + 1n);
    expect(await registry.onlineSinceOf(1)).to.equal(0n);
    expect(await registry.onlineSinceOf(2)).to.equal(0n);
  });

  it("starts anew with the first heartbeat after a gap", async function () {
    const { registry, operator, security } = await loadFixture(deployActive);
    await time.increase(HOUR + 10n);
    await registry.connect(operator).heartbeat();
    const back = await now();
    expect(await registry.onlineSinceOf(1)).to.equal(back);
    await registry.connect(operator).heartbeat();
    expect(await registry.onlineSinceOf(1)).to.equal(back);
    await registry.connect(security).suspend(1);
    await time.increase(2n * HOUR);
    await registry.connect(security).reinstate(1);
    expect(await registry.onlineSinceOf(1)).to.equal(0n);
    await registry.connect(operator).heartbeat();
    expect(await registry.onlineSinceOf(1)).to.equal(await now());
  });
});

// NodeRegistry.suspend
// └── it remembers who suspended the node last
describe("NodeRegistry.suspend: who", function () {
  it("remembers who suspended the node last", async function () {
    const { registry, security, stranger, manager } = await loadFixture(deployActive);
    expect((await registry.get(1)).suspendedBy).to.equal(ethers.ZeroAddress);
    await registry.connect(security).suspend(1);
    expect((await registry.get(1)).suspendedBy).to.equal(security.address);
    await registry.connect(security).reinstate(1);
    await manager.grantRole!(ROLE.DISCIPLINE, stranger, 0);
    await registry.connect(stranger).suspend(1);
    expect((await registry.get(1)).suspendedBy).to.equal(stranger.address);
  });
});

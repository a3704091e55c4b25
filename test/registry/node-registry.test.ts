import { expect } from "chai";

import {
  CAPACITY,
  DeviceClass,
  EPOCH,
  NodeStatus,
  type Suite,
  activeNode,
  attest,
  benchmarkOf,
  deploySuite,
  ethers,
  networkHelpers,
  operatorOf,
  payoutOf,
} from "../support/fixtures.ts";

const { loadFixture, time } = networkHelpers;
const HOUR = 3_600n;
const URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

/** The suite with node 1 (registered, without benchmark). */
async function deployRegistered() {
  const suite = await deploySuite();
  const operator = operatorOf(suite, 1);
  await suite.registry.connect(operator).register(payoutOf(1), DeviceClass.GPU, URI);
  return { ...suite, operator, node: 1n };
}

/** The suite with node 1 active. */
async function deployActive() {
  const suite = await deploySuite();
  return { ...suite, ...(await activeNode(suite, 1)) };
}

/** The suite with nodes 1 to 4 active, each since another second. */
async function deployFour() {
  const suite = await deploySuite();
  const nodes = [];
  for (const index of [1, 2, 3, 4]) nodes.push(await activeNode(suite, index));
  return { ...suite, nodes };
}

const statusOf = async (suite: Suite, node: bigint) => (await suite.registry.get(node)).status;

async function submit(suite: Suite, node: bigint, changes = {}) {
  const benchmark = await benchmarkOf(suite, node, changes);
  return suite.registry.submitBenchmark(benchmark, suite.attestor, await attest(suite, benchmark));
}

// NodeRegistry.register
// ├── when the operator has a node already
// │   └── it reverts with NodeRegistryOperatorTaken(operator, node)
// ├── when the payout is zero or the registry
// │   └── it reverts with NodeRegistryInvalidPayout(payout)
// ├── when the metadata is too long
// │   └── it reverts with NodeRegistryMetadataTooLong(length, maximum)
// └── when all is well
//     ├── it stores the node, alive as of now, and emits NodeRegistered and NodeStatusChanged
//     └── it counts ids from one
describe("NodeRegistry.register", function () {
  it("reverts with NodeRegistryOperatorTaken(operator, node), also after an exit", async function () {
    const { registry, operator } = await loadFixture(deployRegistered);
    const again = () => registry.connect(operator).register(payoutOf(2), DeviceClass.CPU, "");
    await expect(again()).to.be.revertedWithCustomError(registry, "NodeRegistryOperatorTaken").withArgs(operator, 1n);
    await registry.connect(operator).exit();
    await expect(again()).to.be.revertedWithCustomError(registry, "NodeRegistryOperatorTaken").withArgs(operator, 1n);
  });

  it("reverts with NodeRegistryInvalidPayout(payout)", async function () {
    const { registry, stranger } = await loadFixture(deploySuite);
    for (const payout of [ethers.ZeroAddress, await registry.getAddress()]) {
      await expect(registry.connect(stranger).register(payout, DeviceClass.CPU, ""))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidPayout")
        .withArgs(payout);
    }
  });

  it("reverts with NodeRegistryMetadataTooLong(length, maximum)", async function () {
    const { registry, stranger } = await loadFixture(deploySuite);
    await expect(registry.connect(stranger).register(stranger, DeviceClass.CPU, "x".repeat(513)))
      .to.be.revertedWithCustomError(registry, "NodeRegistryMetadataTooLong")
      .withArgs(513n, 512n);
    await registry.connect(stranger).register(stranger, DeviceClass.CPU, "x".repeat(512));
  });

  it("stores the node, alive as of now, and emits NodeRegistered and NodeStatusChanged", async function () {
    const { registry, stranger } = await loadFixture(deploySuite);
    const register = registry.connect(stranger).register(payoutOf(1), DeviceClass.FPGA, URI);
    await expect(register)
      .to.emit(registry, "NodeRegistered")
      .withArgs(1n, stranger, payoutOf(1), DeviceClass.FPGA, URI);
    await expect(register).to.emit(registry, "NodeStatusChanged").withArgs(1n, NodeStatus.None, NodeStatus.Registered);
    const now = BigInt(await time.latest());
    expect(await registry.get(1)).to.deep.equal([
      stranger.address,
      NodeStatus.Registered,
      DeviceClass.FPGA,
      now,
      0n,
      payoutOf(1),
      0n,
      0n,
      now,
    ]);
    expect(await registry.nodeOf(stranger)).to.equal(1n);
    expect(await registry.resolve(stranger)).to.deep.equal([1n, payoutOf(1)]);
    expect(await registry.payoutOf(1)).to.equal(payoutOf(1));
    expect(await registry.dailyCapacityOf(1)).to.equal(0n);
    expect(await registry.isEligible(1)).to.equal(false);
    expect(await registry.activeCount()).to.equal(0n);
  });

  it("counts ids from one", async function () {
    const suite = await loadFixture(deployFour);
    expect(await suite.registry.nodeCount()).to.equal(4n);
    expect(suite.nodes.map(({ node }) => node)).to.deep.equal([1n, 2n, 3n, 4n]);
  });
});

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

// NodeRegistry.heartbeat
// ├── when the caller operates no node
// │   └── it reverts with NodeRegistryUnknownOperator(operator)
// ├── when the node is suspended, exited or removed
// │   └── it reverts with NodeRegistryInvalidTransition(node, status, Active)
// ├── when the node is registered
// │   ├── without a valid benchmark it stays registered
// │   └── with one it becomes active
// └── when the node is active
//     ├── it renews the heartbeat
//     └── with an expired benchmark it leaves the set
describe("NodeRegistry.heartbeat", function () {
  it("reverts with NodeRegistryUnknownOperator(operator)", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.connect(stranger).heartbeat())
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
  });

  it("reverts with NodeRegistryInvalidTransition for a node that is out", async function () {
    const { registry, security, operator, node } = await loadFixture(deployActive);
    for (const [move, status] of [
      [() => registry.connect(security).suspend(node), NodeStatus.Suspended],
      [() => registry.connect(security).remove(node), NodeStatus.Removed],
    ] as const) {
      await move();
      await expect(registry.connect(operator).heartbeat())
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidTransition")
        .withArgs(node, status, NodeStatus.Active);
    }
  });

  it("keeps a node without benchmark registered", async function () {
    const suite = await loadFixture(deployRegistered);
    const beat = suite.registry.connect(suite.operator).heartbeat();
    await expect(beat).to.emit(suite.registry, "Heartbeat");
    await expect(beat).to.not.emit(suite.registry, "NodeStatusChanged");
    expect((await suite.registry.get(1)).lastHeartbeat).to.equal(await time.latest());
  });

  it("renews the heartbeat of an active node", async function () {
    const { registry, operator } = await loadFixture(deployActive);
    await time.increase(HOUR / 2n);
    const at = BigInt(await time.latest()) + 5n;
    await time.setNextBlockTimestamp(at);
    await expect(registry.connect(operator).heartbeat()).to.emit(registry, "Heartbeat").withArgs(1n, at);
    await time.increaseTo(at + HOUR);
    expect(await registry.isEligible(1)).to.equal(true);
    await time.increaseTo(at + HOUR + 1n);
    expect(await registry.isEligible(1)).to.equal(false);
  });

  it("takes a node with an expired benchmark out of the set, and back after a new one", async function () {
    const suite = await loadFixture(deployActive);
    const { registry, operator } = suite;
    await time.increase(60n * EPOCH);
    await expect(registry.connect(operator).heartbeat())
      .to.emit(registry, "NodeStatusChanged")
      .withArgs(1n, NodeStatus.Active, NodeStatus.Registered);
    expect(await registry.activeCount()).to.equal(0n);
    await submit(suite, 1n);
    expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Active);
  });
});

// NodeRegistry.deactivate
// ├── when the node is unknown
// │   └── it reverts with NodeRegistryUnknownNode(node)
// ├── when the node is not active
// │   └── it reverts with NodeRegistryInvalidTransition(node, status, Registered)
// ├── when the node is alive and its benchmark valid
// │   └── it reverts with NodeRegistryStillEligible(node)
// ├── when the node fell silent
// │   └── anyone can take it out, and its heartbeat brings it back
// └── when its benchmark expired
//     └── anyone can take it out
describe("NodeRegistry.deactivate", function () {
  it("reverts with NodeRegistryUnknownNode(node)", async function () {
    const { registry } = await loadFixture(deployActive);
    await expect(registry.deactivate(9))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode")
      .withArgs(9n);
  });

  it("reverts with NodeRegistryInvalidTransition(node, status, Registered)", async function () {
    const { registry } = await loadFixture(deployRegistered);
    await expect(registry.deactivate(1))
      .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidTransition")
      .withArgs(1n, NodeStatus.Registered, NodeStatus.Registered);
  });

  it("reverts with NodeRegistryStillEligible(node) up to the last second of the window", async function () {
    const { registry } = await loadFixture(deployActive);
    const { lastHeartbeat } = await registry.get(1);
    await time.setNextBlockTimestamp(lastHeartbeat + HOUR);
    await expect(registry.deactivate(1))
      .to.be.revertedWithCustomError(registry, "NodeRegistryStillEligible")
      .withArgs(1n);
    await time.setNextBlockTimestamp(lastHeartbeat + HOUR + 1n);
    await expect(registry.deactivate(1)).to.emit(registry, "NodeStatusChanged");
  });

  it("takes a silent node out, and its heartbeat brings it back", async function () {
    const suite = await loadFixture(deployActive);
    const { registry, stranger, operator } = suite;
    await time.increase(HOUR + 1n);
    await expect(registry.connect(stranger).deactivate(1))
      .to.emit(registry, "NodeStatusChanged")
      .withArgs(1n, NodeStatus.Active, NodeStatus.Registered);
    expect(await registry.activeCount()).to.equal(0n);
    expect(await registry.dailyCapacityOf(1)).to.equal(CAPACITY);
    await registry.connect(operator).heartbeat();
    expect(await registry.isEligible(1)).to.equal(true);
  });

  it("takes a node with an expired benchmark out", async function () {
    const suite = await loadFixture(deployRegistered);
    const now = BigInt(await time.latest());
    await submit(suite, 1n, { expiresAt: now + 100n });
    await time.increaseTo(now + 100n);
    await suite.registry.connect(suite.stranger).deactivate(1);
    expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Registered);
  });
});

// NodeRegistry.setPayout
// ├── when the caller operates no node
// │   └── it reverts with NodeRegistryUnknownOperator(operator)
// ├── when the payout is zero or the registry
// │   └── it reverts with NodeRegistryInvalidPayout(payout)
// └── it sets the payout in every status and emits PayoutUpdated
describe("NodeRegistry.setPayout", function () {
  it("reverts with NodeRegistryUnknownOperator(operator)", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.connect(stranger).setPayout(stranger))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
  });

  it("reverts with NodeRegistryInvalidPayout(payout)", async function () {
    const { registry, operator } = await loadFixture(deployActive);
    for (const payout of [ethers.ZeroAddress, await registry.getAddress()]) {
      await expect(registry.connect(operator).setPayout(payout))
        .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidPayout")
        .withArgs(payout);
    }
  });

  it("sets the payout in every status and emits PayoutUpdated", async function () {
    const { registry, operator, security } = await loadFixture(deployActive);
    await expect(registry.connect(operator).setPayout(payoutOf(2)))
      .to.emit(registry, "PayoutUpdated")
      .withArgs(1n, payoutOf(1), payoutOf(2));
    expect(await registry.payoutOf(1)).to.equal(payoutOf(2));
    await registry.connect(security).remove(1);
    await registry.connect(operator).setPayout(payoutOf(3));
    expect(await registry.resolve(operator)).to.deep.equal([1n, payoutOf(3)]);
    expect(await registry.payoutOf(2)).to.equal(ethers.ZeroAddress);
  });
});

// NodeRegistry.setMetadata
// ├── when the caller operates no node
// │   └── it reverts with NodeRegistryUnknownOperator(operator)
// ├── when the metadata is too long
// │   └── it reverts with NodeRegistryMetadataTooLong(length, maximum)
// └── it emits MetadataUpdated
describe("NodeRegistry.setMetadata", function () {
  it("reverts with NodeRegistryUnknownOperator(operator)", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.connect(stranger).setMetadata(URI))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
  });

  it("reverts with NodeRegistryMetadataTooLong(length, maximum), counted in bytes", async function () {
    const { registry, operator } = await loadFixture(deployActive);
    await expect(registry.connect(operator).setMetadata("é".repeat(257)))
      .to.be.revertedWithCustomError(registry, "NodeRegistryMetadataTooLong")
      .withArgs(514n, 512n);
  });

  it("emits MetadataUpdated", async function () {
    const { registry, operator } = await loadFixture(deployActive);
    await expect(registry.connect(operator).setMetadata("ipfs://new"))
      .to.emit(registry, "MetadataUpdated")
      .withArgs(1n, "ipfs://new");
  });
});

// NodeRegistry.exit, suspend, reinstate, remove
// ├── when the caller may not
// │   └── it reverts with NodeRegistryUnknownOperator(operator), or AccessManagedUnauthorized(caller)
// ├── when the node is unknown
// │   └── it reverts with NodeRegistryUnknownNode(node)
// ├── when the lifecycle has no such transition
// │   └── it reverts with NodeRegistryInvalidTransition(node, from, to)
// └── when it has: it moves, the active set follows, payout and earnings stay
describe("NodeRegistry lifecycle", function () {
  const STATES = ["Registered", "Active", "Suspended", "Exited", "Removed"] as const;
  type State = (typeof STATES)[number];
  const ALLOWED: Record<State, Partial<Record<"exit" | "suspend" | "reinstate" | "remove", State>>> = {
    Registered: { exit: "Exited", suspend: "Suspended", remove: "Removed" },
    Active: { exit: "Exited", suspend: "Suspended", remove: "Removed" },
    Suspended: { exit: "Exited", reinstate: "Registered", remove: "Removed" },
    Exited: {},
    Removed: {},
  };
  const TARGET = { exit: "Exited", suspend: "Suspended", reinstate: "Registered", remove: "Removed" } as const;

  /** Node 1 in `state`. */
  async function nodeIn(state: State) {
    const suite = await loadFixture(state === "Registered" ? deployRegistered : deployActive);
    if (state === "Suspended") await suite.registry.connect(suite.security).suspend(1);
    if (state === "Removed") await suite.registry.connect(suite.security).remove(1);
    if (state === "Exited") await suite.registry.connect(suite.operator).exit();
    return suite;
  }

  for (const state of STATES) {
    for (const action of ["exit", "suspend", "reinstate", "remove"] as const) {
      const target = ALLOWED[state][action];
      it(`${action} of a node that is ${state} ${target === undefined ? "reverts" : `makes it ${target}`}`, async function () {
        const { registry, operator, security } = await nodeIn(state);
        const call = action === "exit" ? registry.connect(operator).exit() : registry.connect(security)[action](1);
        if (target === undefined) {
          await expect(call)
            .to.be.revertedWithCustomError(registry, "NodeRegistryInvalidTransition")
            .withArgs(1n, NodeStatus[state], NodeStatus[TARGET[action]]);
          return;
        }
        await expect(call).to.emit(registry, "NodeStatusChanged").withArgs(1n, NodeStatus[state], NodeStatus[target]);
        expect((await registry.get(1)).status).to.equal(NodeStatus[target]);
        expect(await registry.activeCount()).to.equal(0n);
        expect(await registry.isEligible(1)).to.equal(false);
        expect(await registry.payoutOf(1)).to.equal(payoutOf(1));
        const keepsCapacity = state !== "Registered" && (target === "Exited" || target === "Registered");
        expect(await registry.dailyCapacityOf(1)).to.equal(keepsCapacity ? CAPACITY : 0n);
      });
    }
  }

  it("reverts with NodeRegistryUnknownOperator(operator) for an exit without a node", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.connect(stranger).exit())
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
  });

  for (const action of ["suspend", "reinstate", "remove"] as const) {
    it(`${action} reverts with AccessManagedUnauthorized(caller) and NodeRegistryUnknownNode(node)`, async function () {
      const { registry, operator, operations, admin, security } = await loadFixture(deployActive);
      for (const caller of [operator, operations, admin]) {
        await expect(registry.connect(caller)[action](1))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
      await expect(registry.connect(security)[action](5))
        .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode")
        .withArgs(5n);
    });
  }

  it("makes a reinstated node active with its next heartbeat", async function () {
    const { registry, operator, security } = await nodeIn("Suspended");
    await registry.connect(security).reinstate(1);
    expect(await registry.isEligible(1)).to.equal(false);
    await registry.connect(operator).heartbeat();
    expect(await registry.isEligible(1)).to.equal(true);
  });
});

// NodeRegistry views
// ├── get and resolve revert for the unknown; nodeOf, payoutOf, dailyCapacityOf and isEligible answer with nothing
// ├── activeNodes pages, clamps and never reads beyond the set
// └── activeCountAt and activeNodeAt
//     ├── when the second is not past they revert with NodeRegistryFutureLookup(timestamp, current)
//     └── when it is past they answer as of its end, whatever happened since
describe("NodeRegistry views", function () {
  it("tell the unknown from the known", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.get(2)).to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode").withArgs(2n);
    await expect(registry.resolve(stranger))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
    expect(await registry.nodeOf(stranger)).to.equal(0n);
    expect(await registry.payoutOf(2)).to.equal(ethers.ZeroAddress);
    expect(await registry.dailyCapacityOf(2)).to.equal(0n);
    expect(await registry.isEligible(2)).to.equal(false);
  });

  it("page the active nodes", async function () {
    const { registry } = await loadFixture(deployFour);
    const all = ethers.MaxUint256;
    expect(await registry.activeNodes(0, all)).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(await registry.activeNodes(1, 2)).to.deep.equal([2n, 3n]);
    expect(await registry.activeNodes(3, 5)).to.deep.equal([4n]);
    expect(await registry.activeNodes(4, 5)).to.deep.equal([]);
    expect(await registry.activeNodes(all, all)).to.deep.equal([]);
    expect(await registry.activeNodes(0, 0)).to.deep.equal([]);
  });

  it("revert with NodeRegistryFutureLookup(timestamp, current) unless the second is past", async function () {
    const { registry } = await loadFixture(deployFour);
    const now = BigInt(await time.latest());
    for (const timestamp of [now + 1n, ethers.MaxUint256]) {
      await expect(registry.activeCountAt(timestamp)).to.be.revertedWithCustomError(
        registry,
        "NodeRegistryFutureLookup",
      );
      await expect(registry.activeNodeAt(0, timestamp)).to.be.revertedWithCustomError(
        registry,
        "NodeRegistryFutureLookup",
      );
    }
    await expect(registry.activeCountAt(now, { blockTag: "latest" }))
      .to.be.revertedWithCustomError(registry, "NodeRegistryFutureLookup")
      .withArgs(now, now);
  });

  it("answer as of the end of a past second, whatever happened since", async function () {
    const { registry, nodes } = await loadFixture(deployFour);
    const second = async () => {
      const at = BigInt(await time.latest());
      await networkHelpers.mine();
      return at;
    };
    const membersAt = async (at: bigint) => {
      const count = await registry.activeCountAt(at);
      const members = [];
      for (let index = 0n; index < count; index++) members.push(await registry.activeNodeAt(index, at));
      expect(await registry.activeNodeAt(count, at)).to.equal(0n);
      return members;
    };
    const full = await second();
    const [first, , third] = nodes;
    if (first === undefined || third === undefined) throw new Error("four nodes expected");
    await registry.connect(first.operator).exit();
    const afterExit = await second();
    await registry.connect(third.operator).exit();
    const afterSecond = await second();
    await networkHelpers.mine();

    expect(await membersAt(0n)).to.deep.equal([]);
    expect(await membersAt(full)).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(await membersAt(afterExit)).to.deep.equal([4n, 2n, 3n]);
    expect(await membersAt(afterSecond)).to.deep.equal([4n, 2n]);
    expect(await registry.activeNodes(0, 9)).to.deep.equal([4n, 2n]);
  });
});

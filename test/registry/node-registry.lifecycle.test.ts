import { expect } from "chai";

import { CAPACITY, EPOCH, NodeStatus, loadFixture, networkHelpers, payoutOf } from "../support/fixtures.ts";
import { HOUR, deployActive, deployRegistered, statusOf, record } from "./support/nodes.ts";

const { time } = networkHelpers;

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
    await record(suite, 1n);
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
    await record(suite, 1n, { expiresAt: now + 100n });
    await time.increaseTo(now + 100n);
    await suite.registry.connect(suite.stranger).deactivate(1);
    expect(await statusOf(suite, 1n)).to.equal(NodeStatus.Registered);
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

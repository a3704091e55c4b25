import { expect } from "chai";

import {
  DeviceClass,
  NodeStatus,
  deploySuite,
  ethers,
  loadFixture,
  networkHelpers,
  payoutOf,
} from "../support/fixtures.ts";
import { URI, deployActive, deployFour, deployRegistered } from "./support/nodes.ts";

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
    const now = BigInt(await networkHelpers.time.latest());
    expect(await registry.get(1)).to.deep.equal([
      stranger.address,
      NodeStatus.Registered,
      DeviceClass.FPGA,
      now,
      0n,
      payoutOf(1),
      0n,
      now,
      now,
      ethers.ZeroAddress,
    ]);
    expect(await registry.onlineSinceOf(1)).to.equal(now);
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

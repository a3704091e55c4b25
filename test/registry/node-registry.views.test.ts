import { expect } from "chai";

import { CAPACITY, MAX_CAPACITY, ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { deployActive, deployFour, record } from "./support/nodes.ts";

const { time } = networkHelpers;

// NodeRegistry views
// ├── get and resolve revert for the unknown; nodeOf, payoutOf, statusOf, operatorOf, dailyCapacityOf, onlineSinceOf and
// │   isEligible answer with nothing
// ├── activeNodes pages, clamps and never reads beyond the set
// ├── when nodes leave and come back, the set has no gaps
// └── when the benchmark expires, eligibility and capacity end in that second
describe("NodeRegistry views", function () {
  it("tell the unknown from the known", async function () {
    const { registry, stranger } = await loadFixture(deployActive);
    await expect(registry.get(2)).to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode").withArgs(2n);
    await expect(registry.resolve(stranger))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownOperator")
      .withArgs(stranger);
    expect(await registry.nodeOf(stranger)).to.equal(0n);
    expect(await registry.payoutOf(2)).to.equal(ethers.ZeroAddress);
    expect(await registry.statusOf(2)).to.equal(0n);
    expect(await registry.operatorOf(2)).to.equal(ethers.ZeroAddress);
    const { operator, status } = await registry.get(1);
    expect(await registry.statusOf(1)).to.equal(status);
    expect(await registry.operatorOf(1)).to.equal(operator);
    expect(await registry.dailyCapacityOf(2)).to.equal(0n);
    expect(await registry.isEligible(2)).to.equal(false);
    expect(await registry.onlineSinceOf(2)).to.equal(0n);
    expect(await registry.MAX_DAILY_WORK_UNITS()).to.equal(MAX_CAPACITY);
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

  it("keep the set without gaps when nodes leave and come back", async function () {
    const { registry, nodes, security } = await loadFixture(deployFour);
    const [first, , third] = nodes;
    if (first === undefined || third === undefined) throw new Error("four nodes expected");
    await registry.connect(first.operator).exit();
    expect(await registry.activeNodes(0, 9)).to.deep.equal([4n, 2n, 3n]);
    await registry.connect(security).suspend(3);
    expect(await registry.activeNodes(0, 9)).to.deep.equal([4n, 2n]);
    expect(await registry.activeCount()).to.equal(2n);
    await registry.connect(security).reinstate(3);
    expect(await registry.activeCount()).to.equal(2n);
    await registry.connect(third.operator).heartbeat();
    expect(await registry.activeNodes(0, 9)).to.deep.equal([4n, 2n, 3n]);
  });

  it("end eligibility and capacity in the second in which the benchmark expires", async function () {
    const suite = await loadFixture(deployFour);
    const { registry } = suite;
    const expiresAt = BigInt(await time.latest()) + 100n;
    await record(suite, 1n, { expiresAt });
    await time.increaseTo(expiresAt - 1n);
    expect(await registry.isEligible(1)).to.equal(true);
    expect(await registry.dailyCapacityOf(1)).to.equal(CAPACITY);
    await time.increaseTo(expiresAt);
    expect(await registry.isEligible(1)).to.equal(false);
    expect(await registry.dailyCapacityOf(1)).to.equal(0n);
    // Still in the set, until somebody says so.
    expect(await registry.activeCount()).to.equal(4n);
    await registry.deactivate(1);
    expect(await registry.activeNodes(0, 9)).to.deep.equal([4n, 2n, 3n]);
  });
});

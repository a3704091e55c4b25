import { expect } from "chai";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { deployActive, deployFour } from "./support/nodes.ts";

const { time } = networkHelpers;

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

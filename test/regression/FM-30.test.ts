// FM-30: one reverting receiver blocks everybody.
// Public case: corpus-io #422 (a push payment to a contract that refuses it stops the whole distribution).
// Guard: CXT calls no receiver; settlement skips who has nothing to be paid to; nobody is paid in someone else's loop that
// he could stop.
import { expect } from "chai";

import {
  ONE,
  Track,
  activeNode,
  benchmarkOf,
  deployRewards,
  deploySuite,
  ethers,
  loadFixture,
  networkHelpers,
  payoutOf,
  recordBenchmark,
} from "../support/fixtures.ts";

const { time } = networkHelpers;

// FM-30
// ├── when a payout is a contract that refuses every call, all are paid, that contract included
// ├── when a node has no payout, the others in the list are paid
// └── when an operator is such a contract, it can neither stop its benchmark nor its deactivation
describe("FM-30: nobody can block a settlement", function () {
  it("pays everyone, a contract that refuses every call included", async function () {
    const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
    const hostile = await ethers.deployContract("HostileDouble");
    await directory.set!(2, hostile, 10n ** 9n);
    for (const node of [1, 2, 3]) await reporter.creditNetwork(node, Track.ComputePoC, 1_000, ONE);
    await nextEpoch();
    await distributor.settle([1, 2, 3]);
    const paid = await Promise.all([payoutOf(1), hostile, payoutOf(3)].map((payout) => token.balanceOf(payout)));
    expect(paid[0]).to.be.greaterThan(0n);
    expect(paid).to.deep.equal([paid[0], paid[0], paid[0]]);
  });

  it("pays the others when a node in the list has no payout", async function () {
    const { reporter, distributor, directory, token, nextEpoch } = await loadFixture(deployRewards);
    for (const node of [1, 2, 3]) await reporter.creditNetwork(node, Track.ComputePoC, 1_000, ONE);
    await directory.set!(2, ethers.ZeroAddress, 0);
    await nextEpoch();
    await distributor.settle([1, 2, 3]);
    expect(await token.balanceOf(payoutOf(1))).to.be.greaterThan(0n);
    expect(await token.balanceOf(payoutOf(3))).to.equal(await token.balanceOf(payoutOf(1)));
  });

  it("gives an operator that refuses every call no way to stay in the set", async function () {
    const suite = await loadFixture(deploySuite);
    const { registry } = suite;
    await activeNode(suite, 1);
    const hostile = await ethers.deployContract("HostileDouble");
    await hostile.getFunction("act")(registry, registry.interface.encodeFunctionData("register", [payoutOf(2), 1, ""]));
    await recordBenchmark(suite, await benchmarkOf(2));
    expect(await registry.activeCount()).to.equal(2n);
    await time.increase(3_601);
    await registry.connect(suite.stranger).deactivate(2);
    await registry.connect(suite.stranger).deactivate(1);
    expect(await registry.activeCount()).to.equal(0n);
  });
});

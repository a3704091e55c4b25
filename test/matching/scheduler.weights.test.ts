import { expect } from "chai";

import { CAPACITY, activeNode, benchmarkOf, ethers, loadFixture, recordBenchmark } from "../support/fixtures.ts";
import { GPU_CLASS, deployScheduler, deployThreeNodes, nextPeriod } from "./support/world.ts";

const MAX_CAPACITY = 200_000_000_000n;
const NONE = [0n, 0n, 0n, 10_000n, 0n, 0n, 0n, 0n];

// Scheduler.poke
// ├── given the node is unknown, or not eligible and without capacity
// │   └── nothing changes
// ├── given it became eligible
// │   └── capacity and device are those of the registry, the weight counts from the next period on
// ├── given its capacity changed: so does the weight
// ├── given its capacity is above the largest
// │   └── the largest counts
// └── given it is no longer eligible: its weight is gone
describe("Scheduler.poke", function () {
  it("changes nothing about nodes that are unknown, or known to be idle", async function () {
    const { scheduler, registry, stranger } = await loadFixture(deployScheduler);
    await registry.connect(stranger).register(stranger, 1, "");
    for (const node of [0, 1, 77, 2 ** 32 - 1]) {
      await expect(scheduler.connect(stranger).poke(node)).not.to.emit(scheduler, "WeightUpdated");
      expect(await scheduler.weightOf(node)).to.deep.equal(NONE);
      expect(await scheduler.frozenWeightOf(node)).to.deep.equal([0n, 0n]);
    }
  });

  it("gives a node its weight, which counts from the next period on", async function () {
    const world = await loadFixture(deployScheduler);
    const { scheduler, scorer, stranger } = world;
    const { node } = await activeNode(world, 1, 40_000_000n);
    await scorer.setStanding(node, 5_000, 6_000);
    await nextPeriod();
    await expect(scheduler.connect(stranger).poke(node))
      .to.emit(scheduler, "WeightUpdated")
      .withArgs(node, 1n, 1n, 1n, 0n, 1_000n);
    expect(await scheduler.weightOf(node)).to.deep.equal([40_000_000n, 5_000n, 6_000n, 10_000n, 0n, 1_000n, 1n, 1n]);
    expect(await scheduler.frozenWeightOf(node)).to.deep.equal([0n, 1n]);
    expect(await scheduler.totalOf(GPU_CLASS, 1)).to.equal(1_000n);
    expect(await scheduler.frozenTotalOf(GPU_CLASS, 1)).to.equal(0n);
    await expect(scheduler.poke(node)).not.to.emit(scheduler, "WeightUpdated");
    await nextPeriod();
    expect(await scheduler.frozenWeightOf(node)).to.deep.equal([1_000n, 1n]);
    expect(await scheduler.frozenTotalOf(GPU_CLASS, 1)).to.equal(1_000n);
    expect(await scheduler.frozenTotalOf(GPU_CLASS, 2)).to.equal(0n);
    expect(await scheduler.frozenTotalOf(0, 0)).to.equal(1_000n);
  });

  it("follows a new benchmark, and counts no more than the largest capacity", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, nodes } = world;
    const { node } = nodes[0];
    for (const [dailyWorkUnits, capacity] of [
      [80_000_000n, 80_000_000n],
      [MAX_CAPACITY, MAX_CAPACITY],
      [CAPACITY, CAPACITY],
    ] as const) {
      await recordBenchmark(world, await benchmarkOf(node, { dailyWorkUnits }));
      await scheduler.poke(node);
      const { capacity: stored, weight } = await scheduler.weightOf(node);
      expect(stored).to.equal(capacity);
      expect(weight).to.equal(capacity / 40_000n);
    }
    expect(await scheduler.totalOf(0, 0)).to.equal(CAPACITY / 40_000n + 5_000n);
  });

  it("takes the weight of a node that is not eligible, and gives it back when it is again", async function () {
    const { scheduler, registry, security, nodes } = await loadFixture(deployThreeNodes);
    const { node, operator } = nodes[1];
    await registry.connect(security).suspend(node);
    await expect(scheduler.poke(node)).to.emit(scheduler, "WeightUpdated").withArgs(node, 1n, 0n, 0n, 2_000n, 0n);
    expect((await scheduler.weightOf(node)).capacity).to.equal(0n);
    expect(await scheduler.totalOf(0, 0)).to.equal(4_000n);
    await registry.connect(security).reinstate(node);
    await registry.connect(operator).heartbeat();
    await expect(scheduler.poke(node)).to.emit(scheduler, "WeightUpdated").withArgs(node, 1n, 0n, 0n, 0n, 2_000n);
  });
});

// Scheduler.setStanding
// ├── when the caller lacks the reputation role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when a value is above one
// │   └── it reverts with SchedulerValueOutOfBounds(term, value, minimum, maximum)
// ├── given the node was never seen: it is remembered for its first poke
// └── it moves weight and tier, and emits WeightUpdated exactly if one of them changed
describe("Scheduler.setStanding", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { market, scheduler, marketSigner } = await loadFixture(deployThreeNodes);
    await expect(market.setStanding(1, 1, 1))
      .to.be.revertedWithCustomError(scheduler, "AccessManagedUnauthorized")
      .withArgs(marketSigner);
  });

  it("reverts with SchedulerValueOutOfBounds(term, value, minimum, maximum)", async function () {
    const { scorer, scheduler } = await loadFixture(deployThreeNodes);
    for (const [term, score, record] of [
      ["score", 10_001n, 0n],
      ["record", 0n, 10_001n],
    ] as const) {
      await expect(scorer.setStanding(1, score, record))
        .to.be.revertedWithCustomError(scheduler, "SchedulerValueOutOfBounds")
        .withArgs(ethers.encodeBytes32String(term), 10_001n, 0n, 10_000n);
    }
  });

  it("moves the weight between the trees of two tiers, now and from the next period on", async function () {
    const { scorer, scheduler, nodes } = await loadFixture(deployThreeNodes);
    const { node } = nodes[1];
    await expect(scorer.setStanding(node, 10_000, 10_000))
      .to.emit(scheduler, "WeightUpdated")
      .withArgs(node, 1n, 0n, 3n, 2_000n, 4_000n);
    const totals = async (name: "totalOf" | "frozenTotalOf") =>
      Promise.all([0, 1, 2, 3, 4].map(async (tier) => scheduler[name](GPU_CLASS, tier)));
    expect(await totals("totalOf")).to.deep.equal([8_000n, 4_000n, 4_000n, 4_000n, 0n]);
    expect(await totals("frozenTotalOf")).to.deep.equal([6_000n, 0n, 0n, 0n, 0n]);
    expect(await scheduler.frozenWeightOf(node)).to.deep.equal([2_000n, 0n]);
    await nextPeriod();
    expect(await totals("frozenTotalOf")).to.deep.equal([8_000n, 4_000n, 4_000n, 4_000n, 0n]);
    expect(await scheduler.frozenWeightOf(node)).to.deep.equal([4_000n, 3n]);
  });

  it("emits nothing when neither weight nor tier changed", async function () {
    const { scorer, scheduler, nodes } = await loadFixture(deployThreeNodes);
    await expect(scorer.setStanding(nodes[1].node, 5_000, 100)).not.to.emit(scheduler, "WeightUpdated");
    expect((await scheduler.weightOf(nodes[1].node)).record).to.equal(100n);
    await expect(scorer.setStanding(99, 5_000, 0)).not.to.emit(scheduler, "WeightUpdated");
    expect((await scheduler.weightOf(99)).score).to.equal(5_000n);
  });
});

// Scheduler.setBoost
// ├── when the caller lacks the staking role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the boost is neither one nor within [1.1, 3]
// │   └── it reverts with SchedulerValueOutOfBounds(term, value, minimum, maximum)
// └── it scales the weight and lifts the tier by one
describe("Scheduler.setBoost", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { scorer, scheduler, reputation } = await loadFixture(deployThreeNodes);
    await expect(scorer.setBoost(1, 10_000))
      .to.be.revertedWithCustomError(scheduler, "AccessManagedUnauthorized")
      .withArgs(reputation);
  });

  it("reverts with SchedulerValueOutOfBounds(term, value, minimum, maximum)", async function () {
    const { vault, scheduler } = await loadFixture(deployThreeNodes);
    for (const boost of [0n, 9_999n, 10_001n, 10_999n, 30_001n, 2n ** 256n - 1n]) {
      await expect(vault.setBoost(1, boost))
        .to.be.revertedWithCustomError(scheduler, "SchedulerValueOutOfBounds")
        .withArgs(ethers.encodeBytes32String("boost"), boost, 11_000n, 30_000n);
    }
  });

  it("scales the weight and lifts the tier, and takes both back", async function () {
    const { vault, scheduler, nodes } = await loadFixture(deployThreeNodes);
    const { node } = nodes[2];
    for (const [boost, oldTier, newTier, oldWeight, newWeight] of [
      [11_000n, 0n, 1n, 3_000n, 3_300n],
      [30_000n, 1n, 1n, 3_300n, 9_000n],
      [10_000n, 1n, 0n, 9_000n, 3_000n],
    ] as const) {
      await expect(vault.setBoost(node, boost))
        .to.emit(scheduler, "WeightUpdated")
        .withArgs(node, 1n, oldTier, newTier, oldWeight, newWeight);
      expect((await scheduler.weightOf(node)).boost).to.equal(boost);
    }
  });

  it("is remembered for the first poke of a node", async function () {
    const world = await loadFixture(deployScheduler);
    const { vault, scorer, scheduler } = world;
    await vault.setBoost(1, 30_000);
    await scorer.setStanding(1, 5_000, 0);
    await activeNode(world, 1, 40_000_000n);
    await scheduler.poke(1);
    expect((await scheduler.weightOf(1)).weight).to.equal(3_000n);
  });
});

// Scheduler: what it says about its entropy is what the source says
describe("Scheduler.entropySource", function () {
  it("is fixed, and answers for tickets", async function () {
    const { scheduler, entropy } = await loadFixture(deployThreeNodes);
    expect(await scheduler.entropySource()).to.equal(await entropy.getAddress());
    const ticket = await entropy.nextTicket();
    expect(await scheduler.nextTicket()).to.equal(ticket);
    expect(await scheduler.horizon()).to.equal(await entropy.horizon());
  });
});

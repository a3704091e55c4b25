import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  GPU_CLASS,
  Outcome,
  PERIOD_BLOCKS,
  deployScheduler,
  deployThreeNodes,
  drawOf,
  nextPeriod,
  saltOf,
  type DrawStruct,
} from "./support/world.ts";

type Three = Awaited<ReturnType<typeof deployThreeNodes>>;

const DAY = 86_400;

/** Nodes drawn with salts 0 ... `count` - 1, without effect. */
async function previewMany({ scheduler }: Three, request: DrawStruct, count = 60): Promise<bigint[]> {
  const salts = Array.from({ length: count }, (_, number) => saltOf(number));
  const results = await Promise.all(salts.map(async (salt) => scheduler.preview({ ...request, salt })));
  return results.map(({ node }) => node);
}

/** Takes until `node` has `open` fragments more. */
async function takeFor(world: Three, node: bigint, count: number): Promise<void> {
  for (let salt = 0, taken = 0; taken < count; salt++) {
    const request = await drawOf({ salt: saltOf(salt), device: GPU_CLASS });
    if ((await world.scheduler.preview(request)).node !== node) continue;
    await world.market.take(request);
    taken++;
  }
}

// Scheduler.take
// ├── when the caller lacks the market role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the device or the tier does not exist
// │   └── it reverts with SchedulerUnknownClass(device, minTier)
// ├── given the entropy is pending or expired
// │   └── the outcome says so, and nothing changes
// ├── given the class has no weight
// │   └── the outcome is nobody
// ├── given the drawn node is below its limit
// │   ├── it counts the fragment and emits LoadUpdated
// │   └── at the limit its weight is zero: WeightUpdated, and it is not drawn any more in this period
// ├── given a candidate is no longer eligible
// │   └── it is taken out of the trees, and another is drawn
// ├── when a node is excluded
// │   ├── and others are eligible: one of them is drawn
// │   └── and no other is: the excluded one is drawn
// └── given nobody is eligible: nobody is drawn, and they are taken out
describe("Scheduler.take", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { scheduler, stranger } = await loadFixture(deployThreeNodes);
    await expect(scheduler.connect(stranger).take(await drawOf()))
      .to.be.revertedWithCustomError(scheduler, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("reverts with SchedulerUnknownClass(device, minTier)", async function () {
    const { scheduler, market } = await loadFixture(deployThreeNodes);
    for (const [device, minTier] of [
      [5, 0],
      [0, 5],
      [255, 255],
    ] as const) {
      const request = await drawOf({ device, minTier });
      for (const call of [async () => market.take(request), async () => scheduler.preview(request)]) {
        await expect(call())
          .to.be.revertedWithCustomError(scheduler, "SchedulerUnknownClass")
          .withArgs(device, minTier);
      }
      await expect(scheduler.totalOf(device, minTier)).to.be.revertedWithCustomError(
        scheduler,
        "SchedulerUnknownClass",
      );
      await expect(scheduler.frozenTotalOf(device, minTier)).to.be.revertedWithCustomError(
        scheduler,
        "SchedulerUnknownClass",
      );
    }
  });

  it("says that the entropy is pending or expired, and changes nothing", async function () {
    const { scheduler, market } = await loadFixture(deployThreeNodes);
    const now = BigInt(await networkHelpers.time.latestBlock());
    for (const [ticket, outcome] of [
      [now + 1n, Outcome.Pending],
      [now + 100n, Outcome.Pending],
      [now - PERIOD_BLOCKS, Outcome.Expired],
      [0n, Outcome.Expired],
    ] as const) {
      const request = await drawOf({ ticket });
      expect(await market.take.staticCall(request)).to.deep.equal([outcome, 0n, 0n]);
      await expect(market.take(request)).not.to.emit(scheduler, "LoadUpdated");
    }
  });

  it("draws nobody from a class without weight", async function () {
    const { market } = await loadFixture(deployThreeNodes);
    for (const changes of [{ device: 1 }, { device: 3 }, { device: 4 }, { minTier: 1 }, { minTier: 4 }]) {
      expect(await market.take.staticCall(await drawOf(changes))).to.deep.equal([Outcome.Nobody, 0n, 0n]);
    }
    const empty = await loadFixture(deployScheduler);
    expect(await empty.market.take.staticCall(await drawOf())).to.deep.equal([Outcome.Nobody, 0n, 0n]);
  });

  it("counts the fragment, does what preview said, and emits LoadUpdated", async function () {
    const { scheduler, market } = await loadFixture(deployThreeNodes);
    const request = await drawOf({ device: GPU_CLASS });
    const { outcome, node } = await scheduler.preview(request);
    expect(outcome).to.equal(Outcome.Drawn);
    expect(await market.take.staticCall(request)).to.deep.equal([outcome, node, 10_000n]);
    const before = await scheduler.weightOf(node);
    await expect(market.take(request)).to.emit(scheduler, "LoadUpdated").withArgs(node, 1n, 2n);
    const after = await scheduler.weightOf(node);
    expect(after.open).to.equal(1n);
    expect(after.weight).to.equal(before.weight);
  });

  it("takes the weight of a node that reached its limit, and never draws it beyond", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, nodes } = world;
    const { node } = nodes[2];
    await takeFor(world, node, 1);
    let request = await drawOf({ device: GPU_CLASS });
    for (let salt = 0; (await scheduler.preview(request)).node !== node; salt++) {
      request = { ...request, salt: saltOf(salt) };
    }
    await expect(market.take(request))
      .to.emit(scheduler, "WeightUpdated")
      .withArgs(node, 1n, 0n, 0n, 3_000n, 0n)
      .and.to.emit(scheduler, "LoadUpdated")
      .withArgs(node, 2n, 2n);
    expect(await scheduler.totalOf(GPU_CLASS, 0)).to.equal(3_000n);
    expect(await scheduler.frozenTotalOf(GPU_CLASS, 0)).to.equal(6_000n);
    expect(await previewMany(world, await drawOf())).not.to.include(node);
    await nextPeriod();
    expect(await scheduler.frozenTotalOf(GPU_CLASS, 0)).to.equal(3_000n);
    expect(await previewMany(world, await drawOf())).not.to.include(node);
  });

  it("passes over a node that is suspended, removed or gone, and takes it out of the trees", async function () {
    for (const stop of ["suspend", "remove", "exit"] as const) {
      const world = await loadFixture(deployThreeNodes);
      const { registry, security, scheduler, market, nodes } = world;
      const { node, operator } = nodes[2];
      let request = await drawOf();
      for (let salt = 0; (await scheduler.preview(request)).node !== node; salt++) {
        request = { ...request, salt: saltOf(salt) };
      }
      if (stop === "exit") await registry.connect(operator).exit();
      else await registry.connect(security)[stop](node);

      const { node: other } = await scheduler.preview(request);
      expect([0n, node].includes(other)).to.equal(false);
      await expect(market.take(request))
        .to.emit(scheduler, "WeightUpdated")
        .withArgs(node, 1n, 0n, 0n, 3_000n, 0n)
        .and.to.emit(scheduler, "LoadUpdated")
        .withArgs(other, 1n, 2n);
      expect((await scheduler.weightOf(node)).capacity).to.equal(0n);
      expect(await scheduler.totalOf(GPU_CLASS, 0)).to.equal(3_000n);
    }
  });

  it("draws nobody when all fell silent, and leaves no weight behind", async function () {
    const { scheduler, market } = await loadFixture(deployThreeNodes);
    await networkHelpers.time.increase(DAY);
    const request = await drawOf();
    expect(await scheduler.preview(request)).to.deep.equal([Outcome.Nobody, 0n]);
    await market.take(request);
    expect(await scheduler.totalOf(0, 0)).to.equal(0n);
    expect(await scheduler.frozenTotalOf(0, 0)).to.equal(6_000n);
  });

  it("draws the excluded node only when no other turns up", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { registry, security, scheduler, nodes } = world;
    const excluded = nodes[2].node;
    expect(new Set(await previewMany(world, await drawOf({ excluded })))).to.deep.equal(
      new Set([nodes[0].node, nodes[1].node]),
    );
    for (const { node } of nodes.slice(0, 2)) await registry.connect(security).suspend(node);
    expect(await scheduler.preview(await drawOf({ excluded }))).to.deep.equal([Outcome.Drawn, excluded]);
  });
});

// Scheduler.giveBack
// ├── when the caller lacks the market role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── given the node has none
// │   └── it reverts with SchedulerNothingOpen(node)
// ├── given it was at its limit
// │   └── it has its weight again
// └── it returns tier and boost as of now, also of a node that is gone
describe("Scheduler.giveBack", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { scheduler, stranger } = await loadFixture(deployThreeNodes);
    await expect(scheduler.connect(stranger).giveBack(1))
      .to.be.revertedWithCustomError(scheduler, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("reverts with SchedulerNothingOpen(node)", async function () {
    const { scheduler, market } = await loadFixture(deployThreeNodes);
    for (const node of [0n, 1n, 99n]) {
      await expect(market.giveBack(node))
        .to.be.revertedWithCustomError(scheduler, "SchedulerNothingOpen")
        .withArgs(node);
    }
  });

  it("gives a node at its limit its weight again, and no more than once", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, nodes } = world;
    const { node } = nodes[1];
    await takeFor(world, node, 2);
    expect((await scheduler.weightOf(node)).weight).to.equal(0n);
    await expect(market.giveBack(node))
      .to.emit(scheduler, "WeightUpdated")
      .withArgs(node, 1n, 0n, 0n, 0n, 2_000n)
      .and.to.emit(scheduler, "LoadUpdated")
      .withArgs(node, 1n, 2n);
    await expect(market.giveBack(node)).not.to.emit(scheduler, "WeightUpdated");
    expect((await scheduler.weightOf(node)).weight).to.equal(2_000n);
    await expect(market.giveBack(node)).to.be.revertedWithCustomError(scheduler, "SchedulerNothingOpen");
  });

  it("returns tier and boost as of now, and leaves a node without capacity at weight zero", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, vault, registry, security, nodes } = world;
    const { node } = nodes[1];
    await takeFor(world, node, 2);
    await vault.setBoost(node, 20_000);
    expect(await market.giveBack.staticCall(node)).to.deep.equal([1n, 20_000n]);
    await registry.connect(security).remove(node);
    await scheduler.poke(node);
    await market.giveBack(node);
    expect((await scheduler.weightOf(node)).weight).to.equal(0n);
  });
});

// Scheduler.giveBackMany
// ├── when the caller lacks the market role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── given any of the nodes has none, or fewer than it comes up
// │   └── it reverts with SchedulerNothingOpen(node), and gives nothing back
// └── it gives one back of each, and returns tier weight x boost of each
describe("Scheduler.giveBackMany", function () {
  it("reverts with AccessManagedUnauthorized(caller)", async function () {
    const { scheduler, stranger } = await loadFixture(deployThreeNodes);
    await expect(scheduler.connect(stranger).giveBackMany([1]))
      .to.be.revertedWithCustomError(scheduler, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("reverts with SchedulerNothingOpen(node), and gives nothing back", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, nodes } = world;
    const { node } = nodes[1];
    await takeFor(world, node, 1);
    for (const [list, missing] of [
      [[node, node], node],
      [[node, 99n], 99n],
    ] as const) {
      await expect(market.giveBackMany([...list]))
        .to.be.revertedWithCustomError(scheduler, "SchedulerNothingOpen")
        .withArgs(missing);
    }
    expect((await scheduler.weightOf(node)).open).to.equal(1n);
  });

  it("gives one back of each, and returns what its work counts for", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, vault, nodes } = world;
    const { node } = nodes[1];
    await takeFor(world, node, 2);
    await vault.setBoost(node, 20_000);
    const { tier } = await scheduler.weightOf(node);
    const weight = [8_000n, 9_000n, 10_000n][Number(tier)] ?? 0n;
    expect(await market.giveBackMany.staticCall([node, node])).to.deep.equal([weight * 20_000n, weight * 20_000n]);
    const call = market.giveBackMany([node, node]);
    await expect(call).to.emit(scheduler, "LoadUpdated").withArgs(node, 1n, 4n);
    await expect(call).to.emit(scheduler, "LoadUpdated").withArgs(node, 0n, 4n);
    expect((await scheduler.weightOf(node)).open).to.equal(0n);
    expect(await market.giveBackMany.staticCall([])).to.deep.equal([]);
  });
});

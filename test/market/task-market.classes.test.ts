import { expect } from "chai";

import { expectedNode } from "../support/market/draw.ts";
import { CXT, decide, joinNode, loadFixture, mine, nextPeriod, time, type Operator } from "../support/market/suite.ts";
import { deployRich, promote, stakeFor, wake } from "../support/market/stake.ts";
import { LinearTask, type TaskOptions } from "../support/market/task.ts";

/** Three nodes of tiers 4, 2 and 1, and a GPU node of tier 1. */
async function deployTiers() {
  const suite = await deployRich();
  const { operators, admin, signer } = suite;
  const [top, middle, low] = operators;
  await promote(suite, top);
  await stakeFor(suite, top);
  await stakeFor(suite, middle);
  const gpu = await joinNode(suite, admin, signer(9), signer(10), { device: 1 });
  await wake(suite);
  return { ...suite, top, middle, low, gpu };
}

/** Takes nodes out of the network, and out of the draws of all that is published from now on. */
async function retire(suite: Awaited<ReturnType<typeof deployTiers>>, ...leaving: readonly Operator[]) {
  for (const { signer, node } of leaving) {
    await suite.nodeRegistry.connect(signer).exit();
    await suite.scheduler.poke(node);
  }
  await nextPeriod(suite);
}

type Place = "top" | "middle" | "low" | "gpu";

/** A published task of a suite from which some nodes are gone. */
async function publish(options: Partial<TaskOptions> = {}, ...gone: readonly Place[]) {
  const suite = await loadFixture(deployTiers);
  if (gone.length > 0) await retire(suite, ...gone.map((place) => suite[place]));
  const task = await LinearTask.create(suite, { owner: suite.owner, steps: 1, ...options });
  await task.publish();
  return { ...suite, suite, task };
}

/** Draws every chain once, checked against the independent draw; the nodes. */
async function drawAll({ suite, task }: Pick<Awaited<ReturnType<typeof publish>>, "suite" | "task">) {
  const nodes: bigint[] = [];
  for (let chain = 0; chain < task.terms.chains; chain++) {
    await decide(suite, (await suite.market.cursorOf(task.id, chain)).ticket);
    const expected = await expectedNode(suite, task, chain);
    await suite.market.assign(task.terms, chain);
    const { node } = await suite.market.cursorOf(task.id, chain);
    expect(node, `chain ${chain}`).to.equal(expected);
    nodes.push(node);
  }
  return nodes;
}

// Who takes part in a draw
// ├── the hardware asked for, alone
// ├── the tier asked for, or above
// ├── and what the pool matches is the share of the class in all weight
// ├── nobody beyond the limit of its tier
// └── for high-value fragments the highest tier first, one lower each minute of waiting at the request
describe("Classes of tasks", function () {
  it("has nodes of all the tiers that the tests speak of", async function () {
    const { scheduler, top, middle, low, gpu } = await publish();
    const tiers = await Promise.all(
      [top, middle, low, gpu].map(async ({ node }) => (await scheduler.weightOf(node)).tier),
    );
    expect(tiers).to.deep.equal([4n, 2n, 1n, 1n]);
  });

  it("gives fragments for other hardware to nodes that have it alone", async function () {
    const world = await publish({ device: 2, chains: 4 });
    const nodes = await drawAll(world);
    expect(new Set(nodes)).to.deep.equal(new Set([world.gpu.node]));
  });

  it("gives fragments for one kind of hardware to no other", async function () {
    const world = await publish({ device: 1, chains: 8 });
    expect(await drawAll(world)).to.not.include(world.gpu.node);
  });

  it("match work of a class only as far as the class is of the network", async function () {
    // The GPU node is the only one of its class: its owner could ask for GPUs and be drawn for sure.
    const { market, scheduler, rewardDistributor, gpu, task } = await publish({ device: 2, chains: 1 });
    expect((await task.assign(0)).address).to.equal(gpu.address);
    await task.submit(0);
    const [all, own] = [await scheduler.totalOf(0, 0), await scheduler.totalOf(2, 0)];
    expect(own > 0n && own < all).to.equal(true);
    const [settled] = await market.queryFilter(market.filters.FragmentSettled(task.id));
    const { maxRewardPerPoint } = await rewardDistributor.bookOf(await rewardDistributor.openEpoch());
    const paid = settled?.args.paid ?? 0n;
    expect(settled?.args.points).to.equal((paid * own) / all / maxRewardPerPoint);
  });

  it("draws the request anew for hardware that nobody has", async function () {
    const { suite, market, task } = await publish({ device: 3 });
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
  });

  it("gives fragments to the tier asked for, or above", async function () {
    const world = await publish({ minTier: 2, chains: 10 });
    const nodes = new Set(await drawAll(world));
    expect([...nodes].every((node) => node === world.top.node || node === world.middle.node)).to.equal(true);
    const highest = await LinearTask.create(world.suite, { owner: world.owner, steps: 1, minTier: 4, nonce: 1n });
    await highest.publish();
    expect(new Set(await drawAll({ ...world, task: highest }))).to.deep.equal(new Set([world.top.node]));
  });

  it("stops at the limit of the tier, and goes on when a fragment is given back", async function () {
    const { suite, market, scheduler, low, task } = await publish({ chains: 5 }, "top", "middle", "gpu");
    for (let chain = 0; chain < 4; chain++) await task.assign(chain);
    const full = await scheduler.weightOf(low.node);
    expect([full.open, full.weight]).to.deep.equal([4n, 0n]);
    await decide(suite, (await market.cursorOf(task.id, 4)).ticket);
    await expect(market.assign(task.terms, 4)).to.emit(market, "DrawRenewed");
    await market.connect(low.signer).refuse(task.terms, 0);
    expect((await scheduler.weightOf(low.node)).open).to.equal(3n);
    await nextPeriod(suite); // weights that rise count from the next period on
    await market.assign(task.terms, 4);
    await task.assign(4);
    expect((await market.cursorOf(task.id, 4)).node).to.equal(low.node);
  });
});

describe("Priority windows", function () {
  it("give high-value fragments to the highest tier first", async function () {
    const world = await publish({ feePerFragment: 100n * CXT, chains: 16 });
    expect(new Set(await drawAll(world))).to.deep.equal(new Set([world.top.node]));
  });

  it("are for fees of 100 CXT and more alone", async function () {
    const world = await publish({ feePerFragment: 100n * CXT - 1n, chains: 24 });
    expect(new Set(await drawAll(world)).size > 1).to.equal(true);
  });

  it("open by one tier each minute of waiting, down to what the owner asked for", async function () {
    const options = { feePerFragment: 100n * CXT, chains: 1, minTier: 1 };
    const { suite, market, explainer, middle, task } = await publish(options, "top");
    const opened: bigint[] = [];
    for (let minute = 0; minute < 5; minute++) {
      const { ticket, requestedAt } = await market.cursorOf(task.id, 0);
      opened.push((await explainer.explain(middle.node, task.terms, 0)).openTier);
      await decide(suite, ticket);
      // Each request comes exactly a minute after the one before.
      await time.setNextBlockTimestamp(requestedAt + 60n);
      const expected = await expectedNode(suite, task, 0);
      await market.assign(task.terms, 0);
      const { node } = await market.cursorOf(task.id, 0);
      expect(node).to.equal(expected);
      if (node !== 0n) break;
    }
    // Tier 4 and 3: nobody is left. Tier 2: the staked one alone.
    expect(opened).to.deep.equal([4n, 3n, 2n]);
    expect((await market.cursorOf(task.id, 0)).node).to.equal(middle.node);
  });

  it("open at the request: whoever waits with the call gets no other draw", async function () {
    const { suite, market, task } = await publish({ feePerFragment: 100n * CXT, chains: 1 }, "top");
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await time.increase(600); // far beyond every window, within the period
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
    const { waited } = await market.cursorOf(task.id, 0);
    expect(waited >= 600n).to.equal(true);
    // The request that was made after the windows is open to all.
    await mine();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    const expected = await expectedNode(suite, task, 0);
    await market.assign(task.terms, 0);
    expect((await market.cursorOf(task.id, 0)).node).to.equal(expected);
    expect(expected).to.not.equal(0n);
  });

  it("begin anew with the next step, and go on after a miss or a refusal", async function () {
    const { market, top, task } = await publish({ feePerFragment: 100n * CXT, chains: 1, steps: 2 });
    await task.assign(0);
    await time.increase(200);
    await market.connect(top.signer).refuse(task.terms, 0);
    const refused = await market.cursorOf(task.id, 0);
    expect(refused.waited >= 200n).to.equal(true);
    await task.assign(0);
    await task.submit(0);
    expect((await market.cursorOf(task.id, 0)).waited).to.equal(0n);
  });
});

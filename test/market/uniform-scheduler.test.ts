import { expect } from "chai";
import { id, toBeHex } from "ethers";

import { drawIndex } from "../support/market/hashes.ts";
import { DAY, deploySuite, joinNode, loadFixture, mine, time, type Suite } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

const DRAWS = 10_000;
/** Chi-square with 2 degrees of freedom exceeds this once in a million times. */
const CHI_SQUARE_LIMIT = 27.6;

const seedOf = (number: number) => toBeHex(number + 1, 32);

async function lastSecond(): Promise<number> {
  const now = await time.latest();
  await mine();
  return now;
}

/** The draws of many seeds, in one batch of calls. */
async function drawAll({ scheduler }: Suite, snapshot: number, excluded: bigint, count: number): Promise<bigint[]> {
  const seeds = Array.from({ length: count }, (_, number) => seedOf(number));
  const nodes: bigint[] = [];
  for (let start = 0; start < count; start += 500) {
    const batch = seeds.slice(start, start + 500);
    nodes.push(...(await Promise.all(batch.map(async (seed) => scheduler.draw({ seed, snapshot, excluded })))));
  }
  return nodes;
}

// UniformScheduler.draw
// ├── given the set was empty at the snapshot
// │   └── it returns zero
// ├── given every attempt meets ineligible nodes
// │   └── it returns zero
// ├── when a node is excluded
// │   ├── and another is eligible: it is drawn
// │   └── and no other is eligible: the excluded one is drawn again
// ├── when the snapshot is not past
// │   └── it reverts with NodeRegistryFutureLookup(timestamp, current)
// └── it draws each active node with equal probability, from the set of the snapshot alone
describe("UniformScheduler.draw", function () {
  it("draws each active node equally often (chi-square over 10,000 draws)", async function () {
    const suite = await loadFixture(deploySuite);
    const draws = await drawAll(suite, await lastSecond(), 0n, DRAWS);
    const expected = DRAWS / suite.operators.length;
    const chiSquare = suite.operators
      .map(({ node }) => draws.filter((drawn) => drawn === node).length)
      .reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    expect(chiSquare).to.be.below(CHI_SQUARE_LIMIT);
    expect(new Set(draws)).to.have.lengthOf(3);
  });

  it("shares the draws of an excluded node equally among the others", async function () {
    const suite = await loadFixture(deploySuite);
    const [first, second, third] = suite.operators;
    const draws = await drawAll(suite, await lastSecond(), first.node, 3_000);
    const [a, b] = [second, third].map(({ node }) => draws.filter((drawn) => drawn === node).length);
    expect((a ?? 0) + (b ?? 0)).to.equal(3_000);
    expect(((a ?? 0) - 1_500) ** 2 / 750).to.be.below(CHI_SQUARE_LIMIT);
  });

  it("is a function of seed and snapshot: the node at the hashed index of the set", async function () {
    const suite = await loadFixture(deploySuite);
    const snapshot = await lastSecond();
    const draws = await drawAll(suite, snapshot, 0n, 50);
    for (const [number, drawn] of draws.entries()) {
      const index = drawIndex(seedOf(number), 0, 3);
      expect(drawn).to.equal(await suite.nodeRegistry.activeNodeAt(index, snapshot));
    }
  });

  it("moves nobody's place when a node joins after the entropy is known", async function () {
    const suite = await loadFixture(deploySuite);
    const snapshot = await lastSecond();
    const before = await drawAll(suite, snapshot, 0n, 200);
    await joinNode(suite, suite.admin, suite.signer(9), suite.signer(11));
    await joinNode(suite, suite.admin, suite.signer(10), suite.signer(11));
    expect(await drawAll(suite, snapshot, 0n, 200)).to.deep.equal(before);
  });

  it("moves nobody else's place when a node leaves, falls silent or is suspended after the entropy is known", async function () {
    for (const leave of ["exit", "suspend", "remove"] as const) {
      const suite = await loadFixture(deploySuite);
      const [, second] = suite.operators;
      const snapshot = await lastSecond();
      const before = await drawAll(suite, snapshot, 0n, 200);
      if (leave === "exit") await suite.nodeRegistry.connect(second.signer).exit();
      else await suite.nodeRegistry[leave](second.node);
      const after = await drawAll(suite, snapshot, 0n, 200);
      for (const [index, drawn] of before.entries()) {
        if (drawn === second.node) expect(after[index]).to.not.equal(second.node);
        else expect(after[index]).to.equal(drawn);
      }
    }
  });

  it("does not stall with a single node: excluded, it is drawn again", async function () {
    const suite = await loadFixture(deploySuite);
    const [first, second, third] = suite.operators;
    for (const { signer } of [second, third]) await suite.nodeRegistry.connect(signer).exit();
    await mine();
    const draws = await drawAll(suite, await lastSecond(), first.node, 20);
    expect(new Set(draws)).to.deep.equal(new Set([first.node]));
  });

  it("returns zero for an empty set, and when nobody of the set is eligible any more", async function () {
    const suite = await loadFixture(deploySuite);
    const snapshot = await lastSecond();
    expect(await suite.scheduler.draw({ seed: id("seed"), snapshot: 1, excluded: 0 })).to.equal(0n);
    await time.increase(3_601);
    expect(await drawAll(suite, snapshot, 0n, 20)).to.deep.equal(Array(20).fill(0n));
    expect(await drawAll(suite, snapshot, suite.operators[0].node, 20)).to.deep.equal(Array(20).fill(0n));
  });

  it("passes over a silent node, which anyone can take out of the set", async function () {
    const suite = await loadFixture(deploySuite);
    const { nodeRegistry, operators, stranger } = suite;
    const [first, second, third] = operators;
    await time.increase(3_500);
    for (const { signer } of [second, third]) await nodeRegistry.connect(signer).heartbeat();
    await time.increase(200);
    const draws = await drawAll(suite, await lastSecond(), 0n, 100);
    expect(draws).to.not.include(first.node);
    expect(draws).to.not.include(0n);
    await nodeRegistry.connect(stranger).deactivate(first.node);
    expect(await nodeRegistry.activeCount()).to.equal(2n);
  });

  it("passes over a node whose benchmark expired", async function () {
    const suite = await loadFixture(deploySuite);
    const { nodeRegistry, operators } = suite;
    await time.increase(58 * DAY);
    for (const { signer } of operators) await nodeRegistry.connect(signer).heartbeat();
    await mine();
    const snapshot = await lastSecond();
    expect(new Set(await drawAll(suite, snapshot, 0n, 40))).to.have.lengthOf(3);
    await time.increase(2 * DAY + 10);
    for (const { signer } of operators) await nodeRegistry.connect(signer).heartbeat();
    expect(await drawAll(suite, snapshot, 0n, 40)).to.deep.equal(Array(40).fill(0n));
  });

  it("reverts for a snapshot that is not past", async function () {
    const { scheduler, nodeRegistry } = await loadFixture(deploySuite);
    const now = await time.latest();
    for (const snapshot of [now, now + 1_000]) {
      await expect(scheduler.draw({ seed: id("seed"), snapshot, excluded: 0 })).to.be.revertedWithCustomError(
        nodeRegistry,
        "NodeRegistryFutureLookup",
      );
    }
    expect(await scheduler.MAX_ATTEMPTS()).to.equal(16n);
  });

  it("draws nodes that joined in the second of the request, or later, only next time", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, nodeRegistry } = suite;
    const task = await LinearTask.create(suite, { owner: suite.owner, nonce: 77n });
    await task.publish();
    const late = await joinNode(suite, suite.admin, suite.signer(9), suite.signer(11));
    const { requestedAt } = await market.cursorOf(task.id, 0);
    expect(await nodeRegistry.activeCountAt(requestedAt - 1n)).to.equal(3n);
    expect(await nodeRegistry.activeCount()).to.equal(4n);
    for (const seed of [0, 1, 2, 3, 4, 5]) {
      const request = { seed: seedOf(seed), snapshot: requestedAt - 1n, excluded: 0 };
      expect(await suite.scheduler.draw(request)).to.not.equal(late.node);
    }
  });
});

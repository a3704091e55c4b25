// FM-42: an unbounded array is returned or iterated.
// A known class rather than one case: registries whose "get all" stops working once enough entries exist.
// Guard: views are paged; every state-changing loop runs over the caller's own list; nothing else grows with the set.
import { expect } from "chai";

import {
  CAPACITY,
  EPOCH,
  ONE,
  Track,
  activeNode,
  deployRewards,
  deploySuite,
  loadFixture,
  networkHelpers,
  operatorOf,
} from "../support/fixtures.ts";

async function deployNodes(count: number) {
  const suite = await deploySuite();
  for (let index = 1; index <= count; index++) await activeNode(suite, index);
  return suite;
}

/** The suite with as few active nodes as leave one behind when one leaves. */
async function deployTwo() {
  return deployNodes(2);
}

/** The suite with 14 active nodes. */
async function deployMany() {
  return deployNodes(14);
}

// FM-42
// ├── activeNodes never returns more than was asked for, nor more than there are
// ├── what a node does, and what is done to it, costs the same in a set of two and of many
// └── settle costs grow with its list alone
describe("FM-42: no cost grows with the network", function () {
  it("pages the active set", async function () {
    const { registry } = await loadFixture(deployMany);
    const pages = await Promise.all([0, 5, 10, 15].map((offset) => registry.activeNodes(offset, 5)));
    expect(pages.map(({ length }) => length)).to.deep.equal([5, 5, 4, 0]);
    expect(new Set(pages.flat()).size).to.equal(14);
  });

  it("costs the same to be alive, measured and gone in a set of two and of many", async function () {
    // Node 1 is the first of the set, so that another takes its place when it leaves.
    const gasOf = async (deploy: typeof deployMany) => {
      const suite = await loadFixture(deploy);
      const { registry } = suite;
      const operator = operatorOf(suite, 1);
      const expiresAt = BigInt(await networkHelpers.time.latest()) + EPOCH;
      const costs: bigint[] = [];
      for (const call of [
        () => registry.connect(operator).heartbeat(),
        () => registry.connect(suite.benchmark).recordBenchmark(1, CAPACITY, expiresAt),
        () => registry.connect(suite.security).suspend(1),
        () => registry.connect(suite.security).reinstate(1),
        () => registry.connect(operator).heartbeat(),
        () => registry.connect(operator).exit(),
      ]) {
        const receipt = await (await call()).wait();
        if (receipt === null) throw new Error("a receipt is missing");
        costs.push(receipt.gasUsed);
      }
      return costs;
    };
    const few = await gasOf(deployTwo);
    expect(await gasOf(deployMany)).to.deep.equal(few);
    expect(few).to.have.length(6);
  });

  it("settles at a cost that grows with the list alone", async function () {
    const { reporter, distributor, nextEpoch } = await loadFixture(deployRewards);
    for (let node = 1; node <= 9; node++) await reporter.creditNetwork(node, Track.ComputePoC, 1_000, ONE);
    await nextEpoch();
    await distributor.settle([]);
    const gasOf = async (nodes: number[]) => (await (await distributor.settle(nodes)).wait())?.gasUsed ?? 0n;
    const one = await gasOf([1]);
    const four = await gasOf([2, 3, 4, 5]);
    expect(four).to.be.lessThan(4n * one);
    expect(await distributor.settle.estimateGas(Array<number>(100).fill(99))).to.be.lessThan(500_000n);
  });
});

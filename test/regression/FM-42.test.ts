// FM-42: an unbounded array is returned or iterated.
// A known class rather than one case: registries whose "get all" stops working once enough entries exist.
// Guard: views are paged; every state-changing loop runs over the caller's own list; nothing else grows with the set.
import { expect } from "chai";

import { ONE, Track, activeNode, deployRewards, deploySuite, loadFixture } from "../support/fixtures.ts";

/** The suite with 14 active nodes. */
async function deployMany() {
  const suite = await deploySuite();
  for (let index = 1; index <= 14; index++) await activeNode(suite, index);
  return suite;
}

// FM-42
// ├── activeNodes never returns more than was asked for, nor more than there are
// ├── a heartbeat, a deactivation and a credit cost the same in a set of one and in a set of many
// └── settle costs grow with its list alone
describe("FM-42: no cost grows with the network", function () {
  it("pages the active set", async function () {
    const { registry } = await loadFixture(deployMany);
    const pages = await Promise.all([0, 5, 10, 15].map((offset) => registry.activeNodes(offset, 5)));
    expect(pages.map(({ length }) => length)).to.deep.equal([5, 5, 4, 0]);
    expect(new Set(pages.flat()).size).to.equal(14);
  });

  it("costs the same to be alive in a set of one and of many", async function () {
    const gasOf = async (deploy: typeof deployMany, index: number) => {
      const suite = await loadFixture(deploy);
      const { operator } = index === 0 ? await activeNode(suite, 1) : { operator: suite.signers[5 + index] };
      if (operator === undefined) throw new Error("an operator is missing");
      const beat = await (await suite.registry.connect(operator).heartbeat()).wait();
      const exit = await (await suite.registry.connect(operator).exit()).wait();
      return [beat?.gasUsed, exit?.gasUsed];
    };
    const few = await gasOf(deploySuite, 0);
    const many = await gasOf(deployMany, 14);
    expect(many[0]).to.equal(few[0]);
    // The length checkpoint becomes non-zero instead of zero: a constant, whatever the size.
    expect(many[1] ?? 0n).to.be.lessThan((few[1] ?? 0n) + 25_000n);
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

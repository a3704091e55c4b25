// FM-42: an array that grows without bound is returned or iterated, until the call no longer fits in a block.
import { expect } from "chai";
import { id } from "ethers";

import { joinMany } from "../support/market/stake.ts";
import { decide, deploySuite, loadFixture } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

describe("FM-42: unbounded iteration", function () {
  it("cancels the widest task there is within a bounded loop", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    const task = await LinearTask.create(suite, { owner, feePerFragment: 512n * 10n ** 12n, chains: 64, steps: 2 });
    // Nodes have few fragments each until they earned a higher tier: many nodes take what three cannot.
    await joinMany(suite, 32);
    await task.publish();
    for (let chain = 0; chain < 64; chain++) {
      do await decide(suite, (await market.cursorOf(task.id, chain)).ticket);
      while (await renews(chain));
    }
    const receipt = await (await market.connect(owner).cancel(task.terms)).wait();
    expect(receipt?.gasUsed ?? 0n).to.be.below(500_000n);
    expect((await market.stateOf(task.id)).assigned).to.equal(64n);

    /** Draws once; whether the fragment is still free. */
    async function renews(chain: number): Promise<boolean> {
      await market.assign(task.terms, chain);
      return (await market.cursorOf(task.id, chain)).node === 0n;
    }
  });

  it("publishes at the same cost whatever the number of fragments", async function () {
    const suite = await loadFixture(deploySuite);
    const { admin } = suite;
    const costs: bigint[] = [];
    for (const [chains, steps] of [
      [1, 1],
      [64, 1_000_000],
    ] as const) {
      const task = await LinearTask.create(suite, { owner: admin, network: true, chains, steps });
      costs.push((await (await task.publish()).wait())?.gasUsed ?? 0n);
    }
    // Calldata alone differs: the larger numbers have more bytes that are not zero.
    expect((costs[1] ?? 0n) - (costs[0] ?? 0n)).to.be.below(200n);
  });

  it("pages the lineage and the active nodes", async function () {
    const { models, nodeRegistry } = await loadFixture(deploySuite);
    expect(await nodeRegistry.activeNodes(1, 1)).to.have.lengthOf(1);
    expect(await nodeRegistry.activeNodes(0, 2n ** 256n - 1n)).to.have.lengthOf(3);
    await expect(models.lineageOf(id("unknown"), 1)).to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel");
  });
});

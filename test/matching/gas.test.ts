import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { measureGas, type SchedulerGas } from "./support/gas.ts";
import { deployCrowd, populate } from "./support/world.ts";

const SIZES = [10, 1_000, 10_000] as const;

/** Bounds that hold at every size up to 10,000 nodes. */
const BOUNDS: SchedulerGas = {
  take: 65_000n,
  takeLargest: 70_000n,
  takeTouched: 75_000n,
  changeTier: 170_000n,
  changeFirst: 120_000n,
  setStanding: 85_000n,
  poke: 85_000n,
  pokeUnchanged: 15_000n,
  giveBack: 30_000n,
};

// Gas by number of nodes, in one world that grows. COREX_GAS=1 prints every figure.
describe("Scheduler gas", function () {
  it("stays within its bounds up to 10,000 nodes, and grows with their logarithm", async function () {
    this.timeout(600_000);
    const crowd = await loadFixture(deployCrowd);
    const measured: SchedulerGas[] = [];
    let populated = 0;
    for (const nodes of SIZES) {
      await populate(crowd, populated + 1, nodes);
      populated = nodes;
      expect(await crowd.scheduler.frozenTotalOf(0, 0)).to.be.above(BigInt(nodes - 1) * 1_000n);
      measured.push(await measureGas(crowd, nodes));
    }
    for (const figures of measured) {
      for (const [name, bound] of Object.entries(BOUNDS)) {
        expect(figures[name as keyof SchedulerGas], name).to.be.below(bound as bigint);
      }
    }
    // A thousand times as many nodes: three levels more, of at most 4,000 gas to read.
    expect((measured[2]?.take ?? 0n) - (measured[0]?.take ?? 0n)).to.be.below(12_000n);
  });
});

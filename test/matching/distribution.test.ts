import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { chiSquareTail, pearson } from "./support/chi-square.ts";
import { GPU_CLASS, Spread, deployCrowd, drawOf, nextPeriod, populate, type Crowd } from "./support/world.ts";

const NODES = 60;
const DRAWS = 100_000;
const FEWER_DRAWS = 20_000;
const DRAWS_PER_CALL = 800;
/** The draws are fixed by the chain: a run that passes once always passes. */
const SIGNIFICANCE = 1e-4;

/** How often each node comes up in draws of all GPUs, by node id from 1. */
async function drawMany({ harness, scheduler }: Crowd, draws = DRAWS): Promise<number[]> {
  const request = await drawOf({ device: GPU_CLASS });
  const counts = Array.from({ length: NODES + 1 }, () => 0);
  for (let from = 0; from < draws; from += DRAWS_PER_CALL) {
    const call = harness.getFunction("countDraws");
    const part = (await call.staticCall(scheduler, request, from, DRAWS_PER_CALL, NODES)) as bigint[];
    for (const [node, count] of part.entries()) counts[node] = (counts[node] ?? 0) + Number(count);
  }
  expect(counts[0]).to.equal(0);
  return counts.slice(1);
}

async function weightsIn(crowd: Crowd): Promise<number[]> {
  const nodes = Array.from({ length: NODES }, (_, index) => index + 1);
  return Promise.all(nodes.map(async (node) => Number((await crowd.scheduler.frozenWeightOf(node)).weight)));
}

// INV-SCH-1: the probability of a draw is weight / sum of weights
describe("Scheduler.preview, 100,000 draws of each spread of weights", function () {
  for (const [name, spread] of Object.entries(Spread)) {
    it(`draws by weight: ${name}`, async function () {
      const crowd = await loadFixture(deployCrowd);
      await populate(crowd, 1, NODES, spread);
      const weights = await weightsIn(crowd);
      const expected = await Promise.all(
        weights.map(async (_, index) => Number(await crowd.harness.getFunction("weightIn")(spread, index + 1))),
      );
      expect(weights).to.deep.equal(expected);

      const counts = await drawMany(crowd);
      expect(counts.reduce((sum, count) => sum + count)).to.equal(DRAWS);
      expect(pearson(counts, weights)).to.be.above(SIGNIFICANCE);
      // The test has power: the same counts refute weights that are a little different.
      const skewed = weights.map((weight, index) => weight * (index % 2 === 0 ? 1.1 : 1));
      expect(pearson(counts, skewed)).to.be.below(SIGNIFICANCE);
    });
  }

  it("draws by present weight where it is lower than the frozen one", async function () {
    const crowd = await loadFixture(deployCrowd);
    await populate(crowd, 1, NODES);
    await nextPeriod();
    // Every third node falls to a fifth within the period; nobody else's frozen weight moves.
    const weights = Array.from({ length: NODES }, (_, index) => (index % 3 === 0 ? 200 : 1_000));
    for (const [index, weight] of weights.entries()) {
      if (weight === 1_000) continue;
      const data = crowd.scheduler.interface.encodeFunctionData("setStanding", [index + 1, 1_000, 0]);
      await crowd.harness.getFunction("gasOf")(crowd.scheduler, data);
    }
    expect(await weightsIn(crowd)).to.deep.equal(weights.map(() => 1_000));
    expect(pearson(await drawMany(crowd, FEWER_DRAWS), weights)).to.be.above(SIGNIFICANCE);
  });

  it("computes the critical values of textbooks", function () {
    for (const [value, degrees, tail] of [
      [3.841459, 1, 0.05],
      [16.918978, 9, 0.05],
      [29.588298, 10, 0.001],
      [77.930523, 59, 0.05],
    ] as const) {
      expect(Math.abs(chiSquareTail(value, degrees) - tail)).to.be.below(1e-6);
    }
  });
});

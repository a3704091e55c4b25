// FM-13: a node is drawn with a weight that it no longer has.
// Public case: Kleros #1990 (stake that was withdrawn while draws were open still counted in them).
// Guard: frozen weights are an upper bound; a candidate whose weight fell is accepted with probability present / frozen.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { chiSquareTail } from "../matching/support/chi-square.ts";
import { GPU_CLASS, deployCrowd, drawOf, populate, type Crowd } from "../matching/support/world.ts";

const NODES = 4;
const DRAWS = 6_000;
const PER_CALL = 600;

async function deployFour() {
  const crowd = await deployCrowd();
  await populate(crowd, 1, NODES);
  return crowd;
}

/** How often each node comes up, by id; index 0 counts nobody. */
async function countDraws({ harness, scheduler }: Crowd): Promise<number[]> {
  const request = await drawOf({ device: GPU_CLASS });
  const counts = [0, 0, 0, 0, 0];
  for (let from = 0; from < DRAWS; from += PER_CALL) {
    const call = harness.getFunction("countDraws");
    const part = (await call.staticCall(scheduler, request, from, PER_CALL, NODES)) as bigint[];
    for (const [node, count] of part.entries()) counts[node] = (counts[node] ?? 0) + Number(count);
  }
  return counts;
}

async function setStanding({ harness, scheduler }: Crowd, node: number, score: number): Promise<void> {
  const data = scheduler.interface.encodeFunctionData("setStanding", [node, score, 0]);
  await harness.getFunction("gasOf")(scheduler, data);
}

/** Whether the share of node 1 is `weight` among three others of weight 1,000. */
function expectShare(counts: readonly number[], weight: number): void {
  const expected = (DRAWS * weight) / (3_000 + weight);
  const rest = DRAWS - expected;
  const value = ((counts[1] ?? 0) - expected) ** 2 * (1 / expected + 1 / rest);
  expect(chiSquareTail(value, 1)).to.be.above(1e-4);
}

// FM-13
// ├── given a node's weight fell within the period, it is drawn with the present one
// ├── given it rose within the period, it is drawn with the frozen one
// ├── given it fell and rose again, it is drawn with the frozen one at most
// └── given it fell to zero, it is not drawn
describe("FM-13: nobody is drawn with a larger weight than it has", function () {
  for (const [what, scores, weight] of [
    ["fell to a tenth", [500], 100],
    ["rose to the double", [10_000], 1_000],
    ["fell and rose again", [500, 10_000], 1_000],
  ] as const) {
    it(`draws by the smaller of both weights when it ${what}`, async function () {
      const crowd = await loadFixture(deployFour);
      for (const score of scores) await setStanding(crowd, 1, score);
      expectShare(await countDraws(crowd), weight);
    });
  }

  it("does not draw a node of which nothing is left", async function () {
    const crowd = await loadFixture(deployFour);
    await setStanding(crowd, 1, 0);
    expect((await crowd.scheduler.frozenWeightOf(1)).weight).to.equal(1_000n);
    expect((await countDraws(crowd))[1]).to.equal(0);
  });
});

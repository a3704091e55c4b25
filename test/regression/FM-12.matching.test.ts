// FM-12: draws starve because the checks after the draw refuse what was drawn.
// Public case: Kleros #1148 (jurors without free stake stay in the tree, so draws come up empty again and again).
// Guard: whoever cannot work has weight zero before the draw; a draw that meets dead weight takes it out of the next.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { GPU_CLASS, Outcome, deployCrowd, drawOf, nextPeriod, populate, saltOf } from "../matching/support/world.ts";

const NODES = 40;
const ALIVE = 7n;
const MAX_REPAIRS = 4;

async function deployDead() {
  const crowd = await deployCrowd();
  await populate(crowd, 1, NODES);
  for (let node = 1; node <= NODES; node++) {
    if (BigInt(node) !== ALIVE) await crowd.double.getFunction("set")(node, 40_000_000n, 1, true);
  }
  await nextPeriod();
  return crowd;
}

// FM-12
// ├── given all nodes but one died unseen, draws of one period take their weight out, a few each, whatever they come to
// ├── in the next period every draw finds the living one
// └── given somebody poked the dead before: no draw of the next period fails at all
describe("FM-12: dead weight does not starve the draws", function () {
  it("takes dead nodes out of the next draws, by drawing alone", async function () {
    const crowd = await loadFixture(deployDead);
    const { harness, scheduler } = crowd;
    const before = await scheduler.totalOf(GPU_CLASS, 0);
    const request = await drawOf({ device: GPU_CLASS });
    await harness.getFunction("takeMany")(scheduler, request, 0, 1);
    const afterOne = await scheduler.totalOf(GPU_CLASS, 0);
    expect(before - afterOne).to.equal(BigInt(MAX_REPAIRS) * 1_000n);
    await harness.getFunction("takeMany")(scheduler, { ...request, salt: saltOf(0) }, 1, 30);
    expect(await scheduler.totalOf(GPU_CLASS, 0)).to.be.at.most(3_000n);
    await nextPeriod();
    const next = await drawOf({ device: GPU_CLASS });
    for (let salt = 0; salt < 100; salt++) {
      const { outcome, node } = await scheduler.preview({ ...next, salt: saltOf(salt) });
      const { open } = await scheduler.weightOf(ALIVE);
      if (open < 2n) expect([outcome, node]).to.deep.equal([Outcome.Drawn, ALIVE]);
      else expect(outcome).to.equal(Outcome.Nobody);
    }
  });

  it("draws the living one every time once the dead were poked", async function () {
    const { scheduler } = await loadFixture(deployDead);
    for (let node = 1; node <= NODES; node++) await scheduler.poke(node);
    await nextPeriod();
    const request = await drawOf();
    for (let salt = 0; salt < 100; salt++) {
      expect(await scheduler.preview({ ...request, salt: saltOf(salt) })).to.deep.equal([Outcome.Drawn, ALIVE]);
    }
  });

  it("never draws a dead node, poked or not", async function () {
    const { scheduler } = await loadFixture(deployDead);
    const request = await drawOf();
    for (let salt = 0; salt < 100; salt++) {
      const { node } = await scheduler.preview({ ...request, salt: saltOf(salt) });
      expect([0n, ALIVE].includes(node)).to.equal(true);
    }
  });
});

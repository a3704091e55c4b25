// FM-14: a draw or a change of weight runs out of gas because it grows with the number of participants.
// Public case: aragon-court #157 (settling a draft of many jurors does not fit a block).
// Guard: trees of logarithmic depth, a bounded number of attempts and repairs. Here at ids up to a million;
// `test/matching/gas.test.ts` measures every call among 10,000 nodes.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { gasOf } from "../matching/support/gas.ts";
import { GPU_CLASS, Outcome, deployCrowd, drawOf, nextPeriod, populate, saltOf } from "../matching/support/world.ts";

const MILLION = 1_000_000;
const MAX_ATTEMPTS = 16;

/** Sixty nodes, far apart: their tree is as deep as one of a million, and every path is its own. */
async function deploySparse() {
  const crowd = await deployCrowd();
  for (let node = 1; node <= MILLION; node += Math.floor(MILLION / 60)) {
    await crowd.harness.getFunction("populate")(crowd.scheduler, crowd.double, node, 1, 0);
  }
  await populate(crowd, MILLION, MILLION);
  return crowd;
}

// FM-14
// ├── given ids up to a million, a draw and an update cost a bounded number of words
// └── given every candidate is dead, sixteen attempts and four repairs at that depth still fit a fraction of a block
describe("FM-14: gas does not grow with the number of nodes", function () {
  it("draws and updates among ids up to a million within bounds", async function () {
    const crowd = await loadFixture(deploySparse);
    const request = await drawOf({ device: GPU_CLASS });
    for (let salt = 0; salt < 12; salt++) {
      expect(await gasOf(crowd, "take", [{ ...request, salt: saltOf(salt) }])).to.be.below(80_000n);
    }
    // The dearest: every word on both paths is written for the first time in its second period.
    await nextPeriod();
    expect(await gasOf(crowd, "setBoost", [MILLION, 20_000])).to.be.below(520_000n);
  });

  it("bounds the worst draw: every candidate is dead and lies on a path of its own", async function () {
    const crowd = await loadFixture(deploySparse);
    const { scheduler, double } = crowd;
    for (let node = 1; node <= MILLION; node += Math.floor(MILLION / 60)) {
      await double.getFunction("set")(node, 40_000_000n, 1, true);
    }
    await double.getFunction("set")(MILLION, 40_000_000n, 1, true);
    await nextPeriod();
    const request = await drawOf();
    expect(await scheduler.preview(request)).to.deep.equal([Outcome.Nobody, 0n]);
    expect(await scheduler.MAX_ATTEMPTS()).to.equal(BigInt(MAX_ATTEMPTS));
    expect(await gasOf(crowd, "take", [request])).to.be.below(1_500_000n);
  });
});

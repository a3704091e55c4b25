// FM-14: a draw or a change of weight runs out of gas because it grows with the number of participants.
// Public case: aragon-court #157 (settling a draft of many jurors does not fit a block).
// Guard: trees of logarithmic depth, a bounded number of attempts and repairs; measured at 10,000 nodes and a million.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import {
  GPU_CLASS,
  Outcome,
  deployCrowd,
  drawOf,
  nextPeriod,
  populate,
  saltOf,
  type Crowd,
} from "../matching/support/world.ts";

const MILLION = 1_000_000;
const MAX_ATTEMPTS = 16;
const PRINT = process.env["COREX_GAS"] !== undefined;

async function gasOf({ harness, scheduler }: Crowd, name: string, args: readonly unknown[]): Promise<bigint> {
  const data = scheduler.interface.encodeFunctionData(name as "take", args as never);
  const gas = (await harness.getFunction("gasOf").staticCall(scheduler, data)) as bigint;
  if (PRINT) process.stdout.write(`      gas ${name}: ${gas}\n`);
  return gas;
}

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
// ├── given 10,000 nodes, a draw and an update cost no more than a bounded number of words
// ├── given ids up to a million: three levels more
// └── given every candidate is dead, sixteen attempts and four repairs at that depth still fit a fraction of a block
describe("FM-14: gas does not grow with the number of nodes", function () {
  it("draws and updates among 10,000 nodes within bounds", async function () {
    const crowd = await loadFixture(deployCrowd);
    await populate(crowd, 1, 10_000);
    expect(await crowd.scheduler.frozenTotalOf(GPU_CLASS, 0)).to.equal(10_000_000n);
    const request = await drawOf({ device: GPU_CLASS });
    const nodes = new Set<bigint>();
    for (let salt = 0; salt < 12; salt++) {
      const draw = { ...request, salt: saltOf(salt) };
      expect(await gasOf(crowd, "take", [draw])).to.be.below(70_000n);
      nodes.add((await crowd.scheduler.preview(draw)).node);
    }
    expect(nodes.size).to.be.above(10);
    // The dearest: every word is written for the first time in its second period.
    await nextPeriod();
    expect(await gasOf(crowd, "setBoost", [5_000, 20_000])).to.be.below(350_000n);
  });

  it("pays three levels more at a million", async function () {
    const crowd = await loadFixture(deploySparse);
    const request = await drawOf({ device: GPU_CLASS });
    for (let salt = 0; salt < 12; salt++) {
      expect(await gasOf(crowd, "take", [{ ...request, salt: saltOf(salt) }])).to.be.below(80_000n);
    }
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

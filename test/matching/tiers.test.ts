import { expect } from "chai";
import fc from "fast-check";

import { ethers } from "../support/fixtures.ts";

const SEED = 20_261_121;
const BATCH = 250;
const BASE = 1_000_000n;
const SCORE = { min: 0n, max: 10_000n };
const CAPACITY = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n * 10n ** 11n }),
    fc
      .tuple(fc.bigInt({ min: 0n, max: 38n }), fc.bigInt({ min: -2n, max: 2n }))
      .map(([bits, off]) => (1n << bits) * 1_000n + off),
  )
  .filter((capacity) => capacity >= 0n);
const BOOST = fc.oneof(fc.constantFrom(10_000n, 11_000n, 30_000n), fc.bigInt({ min: 11_000n, max: 30_000n }));

type Pure = (...values: bigint[]) => bigint;

/** Calls a function of the harness with many cases. */
async function call(name: string, cases: readonly (readonly bigint[])[]): Promise<bigint[]> {
  const harness = await ethers.deployContract("MatchingHarness");
  const results: bigint[] = [];
  for (let from = 0; from < cases.length; from += BATCH) {
    results.push(...((await harness.getFunction(name)(cases.slice(from, from + BATCH))) as bigint[]));
  }
  return results;
}

/** Piecewise linear logarithm to the base of two, in basis points, of a capacity. */
const capability: Pure = (capacity = 0n) => {
  if (capacity < BASE) return 0n;
  let doublings = 0n;
  while (capacity >= BASE << (doublings + 1n)) doublings++;
  if (doublings >= 16n) return 10_000n;
  const above = (capacity * 10_000n) / (BASE << doublings) - 10_000n;
  return (doublings * 10_000n + above) / 16n;
};

const tier: Pure = (capacity = 0n, score = 0n, record = 0n, boost = 0n) => {
  const composite = (3n * capability(capacity) + 4n * record + 3n * score) / 10n;
  const base = [3_500n, 5_000n, 6_500n].filter((threshold) => composite >= threshold).length;
  return BigInt(base) + (boost >= 11_000n ? 1n : 0n);
};

const random = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 1_500) => fc.sample(arbitrary, { numRuns, seed: SEED });

// Tiers: every function equals its model, and no better measure ever lowers a tier
describe("Tiers", function () {
  it("capabilityDown equals the model, and stays within 54 basis points below the logarithm", async function () {
    const cases = random(CAPACITY).map((capacity) => [capacity]);
    const results = await call("capabilityDown", cases);
    expect(results).to.deep.equal(cases.map(([capacity = 0n]) => capability(capacity)));
    for (const [index, [capacity = 0n]] of cases.entries()) {
      const exact = Math.min(Math.max((Math.log2(Number(capacity) / 1e6) / 16) * 10_000, 0), 10_000);
      const lower = exact - Number(results[index]);
      expect(lower > -1e-6 && lower < 55, `${capacity}: ${lower}`).to.equal(true);
    }
  });

  it("capabilityDown reaches its ends and steps where they are written", async function () {
    const steps = [
      0n,
      BASE - 1n,
      BASE,
      BASE * 2n,
      BASE * 3n,
      BASE << 8n,
      (BASE << 16n) - 1n,
      BASE << 16n,
      2n * 10n ** 11n,
    ];
    const expected = [0n, 0n, 0n, 625n, 937n, 5_000n, 9_999n, 10_000n, 10_000n];
    expect(
      await call(
        "capabilityDown",
        steps.map((capacity) => [capacity]),
      ),
    ).to.deep.equal(expected);
  });

  it("compositeDown weighs 30 : 40 : 30", async function () {
    const cases = [
      [10_000n, 0n, 0n],
      [0n, 10_000n, 0n],
      [0n, 0n, 10_000n],
      [10_000n, 10_000n, 10_000n],
      [1n, 1n, 1n],
      [3n, 0n, 0n],
    ];
    expect(await call("compositeDown", cases)).to.deep.equal([3_000n, 3_000n, 4_000n, 10_000n, 1n, 0n]);
  });

  it("tierOf equals the model", async function () {
    const score = fc.bigInt(SCORE);
    const cases = random(fc.tuple(CAPACITY, score, score, BOOST));
    expect(await call("tierOf", cases)).to.deep.equal(cases.map((values) => tier(...values)));
    const tiers = new Set(cases.map((values) => tier(...values)));
    expect([...tiers].toSorted()).to.deep.equal([0n, 1n, 2n, 3n, 4n]);
  });

  it("tierOf changes exactly at its thresholds, and tier 4 needs stake", async function () {
    const full = 1n << 37n;
    const cases = [
      [0n, 10_000n, 1_249n, 10_000n],
      [0n, 10_000n, 1_250n, 10_000n],
      [0n, 10_000n, 4_999n, 10_000n],
      [0n, 10_000n, 5_000n, 10_000n],
      [0n, 10_000n, 8_749n, 10_000n],
      [0n, 10_000n, 8_750n, 10_000n],
      [full, 10_000n, 10_000n, 10_000n],
      [full, 10_000n, 10_000n, 10_999n],
      [full, 10_000n, 10_000n, 11_000n],
      [0n, 0n, 0n, 30_000n],
    ];
    expect(await call("tierOf", cases)).to.deep.equal([0n, 1n, 1n, 2n, 2n, 3n, 3n, 3n, 4n, 1n]);
  });

  it("tierOf never falls when one measure rises", async function () {
    const score = fc.bigInt(SCORE);
    const pairs = random(fc.tuple(fc.tuple(CAPACITY, score, score, BOOST), fc.nat(3), CAPACITY, score, BOOST), 2_000);
    const raised = pairs.map(([values, place, capacity, bps, boost]) => {
      const other = [capacity, bps, bps, boost][place] ?? 0n;
      return values.map((value, index) => (index === place && other > value ? other : value));
    });
    const before = await call(
      "tierOf",
      pairs.map(([values]) => values),
    );
    const after = await call("tierOf", raised);
    for (const [index, tierBefore] of before.entries()) expect(after[index]! >= tierBefore).to.equal(true);
  });

  it("limits and reward weights are those of the table, and rise with the tier", async function () {
    const harness = await ethers.deployContract("MatchingHarness");
    const table = async (name: string) =>
      Promise.all([0, 1, 2, 3, 4].map(async (number) => (await harness.getFunction(name)(number)) as bigint));
    expect(await table("limitOf")).to.deep.equal([2n, 4n, 8n, 16n, 32n]);
    expect(await table("weightBpsOf")).to.deep.equal([8_000n, 9_000n, 10_000n, 11_500n, 13_000n]);
  });
});

// SchedulingWeight: the formula, its ceiling, and that parts never weigh more than the whole
describe("SchedulingWeight", function () {
  const weight: Pure = (capacity = 0n, score = 0n, boost = 0n) => (capacity * score * boost) / (10n ** 8n * 20_000n);

  it("weightDown equals the model, and never needs a cap", async function () {
    const cases = random(fc.tuple(fc.bigInt({ min: 0n, max: 2n * 10n ** 11n }), fc.bigInt(SCORE), BOOST));
    cases.push([2n * 10n ** 11n, 10_000n, 30_000n], [0n, 10_000n, 30_000n], [19_999n, 10_000n, 10_000n]);
    const results = await call("weightDown", cases);
    expect(results).to.deep.equal(cases.map((values) => weight(...values)));
    expect(results.at(-3)).to.equal(30_000_000n);
    expect(30_000_000 <= 2 ** 25 - 1).to.equal(true);
  });

  it("weightDown of parts never sums up to more than that of the whole (INV-SCH-2)", async function () {
    const part = fc.bigInt({ min: 0n, max: 10n ** 11n });
    const cases = random(fc.tuple(part, part, fc.bigInt(SCORE), BOOST));
    const [whole, left, right] = await Promise.all([
      call(
        "weightDown",
        cases.map(([a, b, score, boost]) => [a + b, score, boost]),
      ),
      call(
        "weightDown",
        cases.map(([a, , score, boost]) => [a, score, boost]),
      ),
      call(
        "weightDown",
        cases.map(([, b, score, boost]) => [b, score, boost]),
      ),
    ]);
    for (const [index, sum] of whole.entries()) expect(left[index]! + right[index]! <= sum).to.equal(true);
  });
});

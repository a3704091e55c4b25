// INV-SCH-2: whatever an owner splits, hardware, stake or identity, its share of the draws never rises.
import { expect } from "chai";
import fc from "fast-check";

import { ethers } from "../support/fixtures.ts";

const SEED = 20_261_121;
const CXT = 10n ** 18n;
const MIN_STAKE = 1_000n * CXT;
const FULL_STAKE = 100_000n * CXT;
const DAY = 86_400n;
const MIN_PERIOD = 14n * DAY;
const MAX_PERIOD = 1_461n * DAY;
const BATCH = 250;

function sqrtDown(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/**
 * boost = 1.1 + 1.9 x sqrt((min(a, FULL) - MIN) / (FULL - MIN) x (1/4 + 3/4 x D / Dmax)), in basis points, rounded down;
 * 1.0 below the minimum stake. The root is taken of an exact quotient, scaled by 10^16.
 */
function boostDown(amount: bigint, period: bigint): bigint {
  if (amount < MIN_STAKE) return 10_000n;
  const counted = (amount < FULL_STAKE ? amount : FULL_STAKE) - MIN_STAKE;
  const numerator = counted * (MAX_PERIOD + 3n * period) * 10n ** 16n;
  const root = sqrtDown(numerator / ((FULL_STAKE - MIN_STAKE) * 4n * MAX_PERIOD));
  return 11_000n + (19_000n * root) / 10n ** 8n;
}

interface Part {
  capacity: bigint;
  stake: bigint;
}

/** Cuts `whole` at two random places of a thousand. */
const cut = (whole: bigint, first: number, second: number): bigint[] => {
  const [low, high] = first < second ? [first, second] : [second, first];
  const [a, b] = [(whole * BigInt(low)) / 1_000n, (whole * BigInt(high)) / 1_000n];
  return [a, b - a, whole - b];
};

const place = fc.nat(1_000);
const owner = fc.record({
  capacity: fc.oneof(fc.bigInt({ min: 0n, max: 2n * 10n ** 11n }), fc.bigInt({ min: 0n, max: 10n ** 8n })),
  stake: fc.oneof(fc.bigInt({ min: 0n, max: 400_000n * CXT }), fc.bigInt({ min: 0n, max: 5_000n * CXT })),
  period: fc.bigInt({ min: MIN_PERIOD, max: MAX_PERIOD }),
  score: fc.bigInt({ min: 0n, max: 10_000n }),
  hardware: fc.tuple(place, place),
  money: fc.tuple(place, place),
});

/** Weights by the contract. */
async function weights(cases: readonly (readonly bigint[])[]): Promise<bigint[]> {
  const harness = await ethers.deployContract("MatchingHarness");
  const results: bigint[] = [];
  for (let from = 0; from < cases.length; from += BATCH) {
    results.push(...((await harness.getFunction("weightDown")(cases.slice(from, from + BATCH))) as bigint[]));
  }
  return results;
}

describe("INV-SCH-2: splitting never pays", function () {
  const cases = fc.sample(owner, { numRuns: 1_500, seed: SEED });

  /** Compares the weight of each owner as one node with that of the parts that `split` makes of it. */
  async function compare(split: (whole: (typeof cases)[0]) => Part[]) {
    const one = await weights(
      cases.map((whole) => [whole.capacity, whole.score, boostDown(whole.stake, whole.period)]),
    );
    const parts = cases.map((whole) =>
      split(whole).map(({ capacity, stake }) => [capacity, whole.score, boostDown(stake, whole.period)]),
    );
    const each = await weights(parts.flat());
    let at = 0;
    for (const [index, list] of parts.entries()) {
      const sum = list.reduce((total) => total + (each[at++] ?? 0n), 0n);
      const whole = one[index] ?? 0n;
      expect(sum <= whole, `case ${index}: ${sum} > ${whole}`).to.equal(true);
    }
  }

  it("of hardware over nodes that share one stake's boost at best", async function () {
    const split = (whole: (typeof cases)[0]) =>
      cut(whole.capacity, ...whole.hardware).map((capacity, index) => ({
        capacity,
        stake: index === 0 ? whole.stake : 0n,
      }));
    await compare(split);
  });

  it("of hardware and stake in any proportions", async function () {
    const split = (whole: (typeof cases)[0]) => {
      const stakes = cut(whole.stake, ...whole.money);
      return cut(whole.capacity, ...whole.hardware).map((capacity, index) => ({
        capacity,
        stake: stakes[index] ?? 0n,
      }));
    };
    await compare(split);
  });

  it("of identity: the same machine and stake in ten equal parts", async function () {
    const split = (whole: (typeof cases)[0]) =>
      Array.from({ length: 10 }, () => ({ capacity: whole.capacity / 10n, stake: whole.stake / 10n }));
    await compare(split);
  });
});

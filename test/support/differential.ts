// Differential tests: a function of `LibraryHarness` against a model in TypeScript.
import { expect } from "chai";
import fc from "fast-check";

import { ethers } from "./fixtures.ts";

const SEED = 20_261_121;
const BATCH = 300;

export type Range = readonly [minimum: bigint, maximum: bigint];

/** Random cases within `ranges`, biased to small numbers and ends, and the corners of the ranges themselves. */
function casesWithin(ranges: readonly Range[], count = 1_200): bigint[][] {
  const one = ([min, max]: Range) =>
    fc.oneof(
      fc.bigInt({ min, max }),
      fc.bigInt({ min, max: min + (max - min) / 2n ** 64n + 1n < max ? min + (max - min) / 2n ** 64n + 1n : max }),
    );
  const random = fc.sample(fc.tuple(...ranges.map(one)), { numRuns: count, seed: SEED });
  const corners = ranges.reduce<bigint[][]>(
    (rows, [min, max]) => rows.flatMap((row) => [min, min + 1n, max - 1n, max].map((value) => [...row, value])),
    [[]],
  );
  return [...random, ...corners];
}

export type Model = (...values: bigint[]) => bigint;

/** Compares the harness function `name` with `model` on random and edge cases; returns the cases. */
export async function compare(name: string, ranges: readonly Range[], model: Model): Promise<bigint[][]> {
  const harness = await ethers.deployContract("LibraryHarness");
  const cases = casesWithin(ranges);
  for (let from = 0; from < cases.length; from += BATCH) {
    const batch = cases.slice(from, from + BATCH);
    const results = (await harness.getFunction(name)(batch)) as bigint[];
    expect([...results]).to.deep.equal(batch.map((values) => model(...values)));
  }
  expect(cases.length).to.be.greaterThan(1_000);
  return cases;
}

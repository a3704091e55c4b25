import { expect } from "chai";
import fc from "fast-check";

import { WAD, ethers } from "../support/fixtures.ts";
import { Offence } from "./support/reputation.ts";

const HALF = WAD / 2n;
const HALF_LIFE = 90n * 86_400n;
const YEAR = 365n * 86_400n;
const SCORE = [0n, WAD] as const;

/** ln 2 and exp with 256 fractional bits: an independent way to 2^-x. */
const BITS = 256n;
const ONE = 1n << BITS;

const LN2 = ln2();

// 2 x artanh(1/3) = 2 x sum of (1/3)^(2k+1) / (2k+1)
function ln2(): bigint {
  let sum = 0n;
  for (let k = 0n; k < 100n; k++) sum += (2n * ONE) / (3n ** (2n * k + 1n) * (2n * k + 1n));
  return sum;
}

/** 2^(-elapsed / HALF_LIFE) with 256 fractional bits, by the series of exp. */
function factor(elapsed: bigint): bigint {
  const x = ((elapsed % HALF_LIFE) * LN2) / HALF_LIFE;
  let [sum, term] = [ONE, ONE];
  for (let k = 1n; k < 80n; k++) {
    term = -(term * x) / ONE / k;
    sum += term;
  }
  return sum >> (elapsed / HALF_LIFE);
}

function sample(...ranges: (readonly [bigint, bigint])[]): bigint[][] {
  const one = ([min, max]: readonly [bigint, bigint]) =>
    fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max), fc.bigInt({ min, max: min + (max - min) / 1_000n }));
  return fc.sample(fc.tuple(...ranges.map(one)), { numRuns: 600, seed: 20_261_121 });
}

async function run(name: string, cases: bigint[][]): Promise<bigint[]> {
  const harness = await ethers.deployContract("ReputationMathHarness");
  return [...((await harness.getFunction(name)(cases)) as bigint[])];
}

// ReputationMath: every function against a model in exact arithmetic
describe("ReputationMath", function () {
  it("afterSuccessDown gains 2 % of the distance to one, times the quality, rounded down", async function () {
    const cases = sample(SCORE, SCORE);
    expect(await run("afterSuccessDown", cases)).to.deep.equal(
      cases.map(([score = 0n, quality = 0n]) => score + ((WAD - score) * 2n * quality) / (100n * WAD)),
    );
  });

  it("afterLossDown loses the part, rounded against the node", async function () {
    const cases = sample(SCORE, SCORE);
    expect(await run("afterLossDown", cases)).to.deep.equal(
      cases.map(([score = 0n, loss = 0n]) => score - (score * loss + WAD - 1n) / WAD),
    );
  });

  it("lossOf costs what economics says: misses 5 %, violations 30 %, the incoherent vote 1 %", async function () {
    const harness = await ethers.deployContract("ReputationMathHarness");
    for (const [offence, percent, isMiss, isViolation] of [
      [Offence.MissedDeadline, 5n, true, false],
      [Offence.InvalidResult, 30n, false, true],
      [Offence.DuplicateSubmission, 30n, false, true],
      [Offence.FakeBenchmark, 30n, false, true],
      [Offence.UnrevealedVote, 5n, true, false],
      [Offence.IncoherentVote, 1n, false, false],
      [Offence.ApprovedPlant, 30n, false, true],
    ] as const) {
      expect([...((await harness.getFunction("lossOf")(offence)) as unknown[])]).to.deep.equal([
        (percent * WAD) / 100n,
        isMiss,
        isViolation,
      ]);
    }
  });

  it("decayFactorDown is at most 2^-102 below the exact power, never above", async function () {
    const cases = sample([0n, 20n * YEAR]);
    const results = await run("decayFactorDown", cases);
    cases.forEach(([elapsed = 0n], index) => {
      const below = (factor(elapsed) >> 128n) - (results[index] ?? 0n);
      expect(below >= 0n && below < 2n ** 26n, `${elapsed}: ${below}`).to.equal(true);
    });
    expect(await run("decayFactorDown", [[0n], [HALF_LIFE], [3n * HALF_LIFE], [128n * HALF_LIFE]])).to.deep.equal([
      2n ** 128n,
      2n ** 127n,
      2n ** 125n,
      0n,
    ]);
  });

  it("decayDown is at most 2 wei below the exact score, never above", async function () {
    const cases = sample(SCORE, [0n, 10n * YEAR]);
    const results = await run("decayDown", cases);
    cases.forEach(([score = 0n, elapsed = 0n], index) => {
      // Exact to 2^-190: scaled by 2^256.
      const exact = HALF * ONE + (score - HALF) * factor(elapsed);
      const below = exact - (results[index] ?? 0n) * ONE;
      expect(below > -(2n ** 70n) && below < 2n * ONE, `${score} after ${elapsed}`).to.equal(true);
    });
    expect(
      await run("decayDown", [
        [WAD, HALF_LIFE],
        [WAD, 2n * HALF_LIFE],
        [HALF, YEAR],
        [7n, 0n],
      ]),
    ).to.deep.equal([(75n * WAD) / 100n, (625n * WAD) / 1_000n, HALF, 7n]);
  });

  it("historyBpsDown is log2(1 + completed) / 10, at most one basis point below, full from 1,023 on", async function () {
    const cases = Array.from({ length: 1_030 }, (_, completed) => [BigInt(completed)]);
    const results = await run("historyBpsDown", cases);
    results.forEach((result, completed) => {
      const exact = Math.min(Math.log2(1 + completed) / 10, 1) * 10_000;
      expect(Number(result) <= exact + 1e-9 && Number(result) > exact - 1.1, `${completed}`).to.equal(true);
    });
    expect(await run("historyBpsDown", [[0n], [1n], [3n], [1_023n], [2n ** 40n]])).to.deep.equal([
      0n,
      1_000n,
      2_000n,
      10_000n,
      10_000n,
    ]);
  });

  it("recordBpsDown averages stability and history", async function () {
    const month = 30n * 86_400n;
    expect(
      await run("recordBpsDown", [
        [0n, 0n, 0n], // not alive, unknown: reliability one half
        [month, 0n, 0n],
        [month / 2n, 0n, 0n],
        [10n * month, 1_023n, 0n],
        [0n, 4n, 1n], // reliability one half; history log2(5) / 10
        [month, 0n, 5n],
      ]),
    ).to.deep.equal([1_250n, 3_750n, 2_500n, 10_000n, (5_000n + 2n * 2_321n) / 4n, 2_500n]);
  });
});

import { expect } from "chai";

import { type Model, type Range, compare } from "../support/differential.ts";

const MAX = 2n ** 256n - 1n;

const min = (a: bigint, b: bigint) => (a < b ? a : b);
const BUDGET: Range = [0n, 2n ** 128n - 1n];
const SHARE: Range = [0n, 10_000n];
const MULTIPLIER: Range = [0n, 39_000n];
const PER_POINT: Range = [1n, 10n ** 12n];

// RewardMath: every function equals its model, and holds what its name and comment promise
describe("RewardMath", function () {
  it("trackBudgetDown equals the model, and two tracks never exceed the budget", async function () {
    const model: Model = (budget = 0n, share = 0n) => (budget * share) / 10_000n;
    const cases = await compare("trackBudgetDown", [BUDGET, SHARE], model);
    for (const [budget = 0n, share = 0n] of cases) {
      expect(model(budget, share) + model(budget, 10_000n - share) <= budget).to.equal(true);
    }
  });

  it("rewardPerPointDown equals the model, and never pays more than the budget", async function () {
    const model: Model = (budget = 0n, points = 0n, maximum = 0n) =>
      points === 0n ? 0n : min(maximum, budget / points);
    const cases = await compare("rewardPerPointDown", [BUDGET, [0n, 2n ** 128n - 1n], PER_POINT], model);
    for (const [budget = 0n, points = 0n, maximum = 0n] of cases) {
      expect(model(budget, points, maximum) * points <= budget).to.equal(true);
    }
  });

  it("matchedPointsDown equals the model, also for absurd fees, and never exceeds the match", async function () {
    const model: Model = (fee = 0n, match = 0n, perPoint = 1n) => min(fee * match, MAX) / (10_000n * perPoint);
    for (const fees of [
      [0n, 10n ** 26n],
      [0n, MAX],
    ] as const) {
      const cases = await compare("matchedPointsDown", [fees, [0n, 20_000n], PER_POINT], model);
      for (const [fee = 0n, match = 0n, perPoint = 1n] of cases) {
        expect(model(fee, match, perPoint) * perPoint * 10_000n <= fee * match).to.equal(true);
      }
    }
  });

  it("networkCapDown equals the model, and never exceeds the network's share", async function () {
    const model: Model = (budget = 0n, share = 0n, perPoint = 1n) => (budget * share) / (10_000n * perPoint);
    const cases = await compare("networkCapDown", [BUDGET, SHARE, PER_POINT], model);
    for (const [budget = 0n, share = 0n, perPoint = 1n] of cases) {
      expect(model(budget, share, perPoint) * perPoint * 10_000n <= budget * share).to.equal(true);
    }
  });

  it("pointsCapDown equals the model, and 2^32 nodes at the cap fit 128 bits", async function () {
    const model: Model = (work = 0n) => min(min(work * 12_000_000n, MAX) / 10n, 2n ** 96n - 1n);
    await compare("pointsCapDown", [[0n, 10n ** 18n]], model);
    const cases = await compare("pointsCapDown", [[0n, MAX]], model);
    for (const [work = 0n] of cases) expect(model(work) * 2n ** 32n < 2n ** 128n).to.equal(true);
  });

  it("multiplyDown equals the model, saturates, and never loses a point to a multiplier of one", async function () {
    const model: Model = (points = 0n, multiplier = 0n) => min(min(points * multiplier, MAX) / 10_000n, 2n ** 96n - 1n);
    for (const points of [
      [0n, 2n ** 96n],
      [0n, MAX],
    ] as const) {
      const cases = await compare("multiplyDown", [points, MULTIPLIER], model);
      for (const [value = 0n, multiplier = 0n] of cases) {
        expect(model(value, multiplier) * 10_000n <= value * multiplier).to.equal(true);
        expect(model(value, 10_000n)).to.equal(min(value, 2n ** 96n - 1n));
      }
    }
  });

  it("multiplierDown equals the model, and never exceeds the largest multiplier", async function () {
    const model: Model = (quality = 0n, tier = 0n, boost = 0n) => (quality * tier * boost) / (10n ** 18n * 10_000n);
    const cases = await compare(
      "multiplierDown",
      [
        [0n, 10n ** 18n],
        [0n, 13_000n],
        [0n, 30_000n],
      ],
      model,
    );
    for (const [quality = 0n, tier = 0n, boost = 0n] of cases) {
      expect(model(quality, tier, boost) <= MULTIPLIER[1]).to.equal(true);
    }
    expect(model(10n ** 18n, 13_000n, 30_000n)).to.equal(MULTIPLIER[1]);
    expect(model(10n ** 18n, 10_000n, 10_000n)).to.equal(10_000n);
  });

  it("feeUp equals the model, never exceeds the amount, and splitting never lowers it", async function () {
    const model: Model = (amount = 0n, fee = 0n) => (amount * fee + 9_999n) / 10_000n;
    const cases = await compare("feeUp", [BUDGET, SHARE], model);
    for (const [amount = 0n, fee = 0n] of cases) {
      expect(model(amount, fee) <= amount).to.equal(true);
      const half = amount / 2n;
      expect(model(half, fee) + model(amount - half, fee) >= model(amount, fee)).to.equal(true);
    }
  });
});

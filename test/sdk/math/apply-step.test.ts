import { expect } from "chai";

import { applyStep, laneShares } from "../../../packages/sdk/src/math/apply-step.ts";
import { updateWeights } from "../../../packages/sdk/src/math/update-weights.ts";
import { drawValues } from "../../circuits/support/model-vectors.ts";
import { naiveUpdate } from "../../circuits/support/naive-model.ts";
import { Random } from "../../circuits/support/random.ts";
import { caught } from "./support/caught.ts";

// laneShares
// ├── it shares 256 equally, one more for the first present lanes
// └── when no lane is present, or too many are, it throws MATH_SHAPE
describe("laneShares", function () {
  it("shares 256 equally, one more for the first present lanes", function () {
    expect(laneShares([true, true, true, true])).to.deep.equal([64n, 64n, 64n, 64n]);
    expect(laneShares([true, true, true])).to.deep.equal([86n, 85n, 85n]);
    expect(laneShares([true, false, true, false])).to.deep.equal([128n, 0n, 128n, 0n]);
    expect(laneShares([false, true, true, true, true, true])).to.deep.equal([0n, 52n, 51n, 51n, 51n, 51n]);
    expect(laneShares([false, true])).to.deep.equal([0n, 256n]);
  });

  it("adds up to 256 for every set of up to eight lanes, and for 256 lanes", function () {
    for (let set = 1; set < 2 ** 8; set++) {
      const shares = laneShares(Array.from({ length: 8 }, (_, lane) => ((set >> lane) & 1) === 1));
      expect(shares.reduce((sum, share) => sum + share, 0n)).to.equal(256n);
    }
    expect(new Set(laneShares(Array<boolean>(256).fill(true)))).to.deep.equal(new Set([1n]));
  });

  for (const [what, lanes] of [
    ["no lane", [false, false]],
    ["257 lanes", Array<boolean>(257).fill(true)],
  ] as const) {
    it(`throws MATH_SHAPE for ${what}`, function () {
      expect(caught(() => laneShares(lanes)).code).to.equal("MATH_SHAPE");
    });
  }
});

// applyStep
// ├── it moves the weights along the mean, rounded once
// ├── with one lane it is a step
// ├── it equals a computation with divisions
// └── when lengths, shares or ranges are wrong it throws
describe("applyStep", function () {
  const params = { B: 16, T: 4 };
  const input = {
    weights: [100n, -100n],
    gradients: [[32n, 8n], undefined, [0n, 8n]],
    shares: [128n, 0n, 128n],
    params,
  };

  it("moves the weights along the mean, rounded once", function () {
    // Means 16 and 8: 16 / 16 = 1, and 8 / 16 is a tie, which is rounded up.
    expect(applyStep(input)).to.deep.equal([99n, -101n]);
    // -7 and -8 on average -7.5 / 16, and -8 / 16 is a tie again: up is zero.
    const gradients = [[-7n, -8n], undefined, [-8n, -8n]];
    expect(applyStep({ ...input, gradients })).to.deep.equal([100n, -100n]);
    // Rounded lane by lane, two ties would add up: 1 + 1 instead of 1.
    expect(applyStep({ ...input, gradients: [[8n, 24n], undefined, [8n, 24n]] })).to.deep.equal([99n, -102n]);
  });

  it("is a step when one lane is present", function () {
    const random = new Random(41);
    for (let i = 0; i < 200; i++) {
      const weights = drawValues(random, 3, 12, 1000n);
      const gradient = drawValues(random, 3, 12, 1000n);
      const shares = laneShares([false, true]);
      expect(applyStep({ weights, gradients: [undefined, gradient], shares, params })).to.deep.equal(
        updateWeights(weights, gradient, params),
      );
    }
  });

  it("equals a computation with divisions", function () {
    const random = new Random(42);
    for (let i = 0; i < 500; i++) {
      const gradients = Array.from({ length: 3 }, () => drawValues(random, 4, 15, 5000n));
      const weights = drawValues(random, 4, 15, 5000n);
      const shares = laneShares([true, true, true]);
      const sums = weights.map((_, j) =>
        gradients.reduce((sum, g, lane) => sum + (g[j] ?? 0n) * (shares[lane] ?? 0n), 0n),
      );
      expect(applyStep({ weights, gradients, shares, params })).to.deep.equal(naiveUpdate(weights, sums, 12));
    }
  });

  const cases: [string, Partial<typeof input>, string, string][] = [
    ["a share too few", { shares: [128n, 128n] }, "MATH_SHAPE", "shares has 2"],
    ["a short gradient", { gradients: [[1n], undefined, [1n, 2n]] }, "MATH_SHAPE", "gradients[0] has 1"],
    ["shares that do not add up", { shares: [128n, 0n, 127n] }, "MATH_SHARES", "add up to 255"],
    ["a share of an absent lane", { shares: [127n, 1n, 128n] }, "MATH_SHARES", "lane 1 has a share of 1"],
    ["a negative share", { shares: [257n, 0n, -1n] }, "MATH_SHARES", "lane 2 has a share of -1"],
    ["a weight out of range", { weights: [0n, 32768n] }, "MATH_OUT_OF_RANGE", "weights[1]"],
    [
      "a gradient out of range",
      { gradients: [[0n, 0n], undefined, [-32769n, 0n]] },
      "MATH_OUT_OF_RANGE",
      "gradients[2][0]",
    ],
    ["a new weight out of range", { weights: [-32768n, 0n] }, "MATH_OVERFLOW", "newWeights[0] = -32769"],
  ];
  for (const [name, change, code, text] of cases) {
    it(`throws ${code} for ${name}`, function () {
      const error = caught(() => applyStep({ ...input, ...change }));
      expect(error.code).to.equal(code);
      expect(error.message).to.include(text);
    });
  }
});

import { expect } from "chai";

import { linearProgress } from "../../../packages/sdk/src/math/linear-progress.ts";
import { excessLossBound, linearResiduals, requireBounds } from "../../../packages/sdk/src/math/linear-residuals.ts";
import { linearStep } from "../../../packages/sdk/src/math/linear-step.ts";
import { Random } from "../../circuits/support/random.ts";
import { caught } from "./support/caught.ts";

const PARAMS = { m: 2, d: 2, B: 16, F: 8 };
const INPUT = {
  X: [
    [256n, 512n],
    [-256n, 0n],
  ],
  y: [0n, 384n],
  weights: [128n, 64n],
  params: PARAMS,
};

// linearResiduals
// ├── it finds the largest residual and gradient of either sign
// ├── its bounds hold from the largest values on
// └── a bound on the gradient bounds what better weights could gain
describe("linearResiduals", function () {
  it("finds the largest residual and gradient of either sign", function () {
    // Real numbers: predictions 1 and -0.5, residuals 1 and -2; gradient ([1, 2] + [2, 0]) / 2 = [1.5, 1].
    expect(linearResiduals(INPUT)).to.deep.equal({
      loss: 5n * 65536n ** 2n,
      residuals: [65536n, -131072n],
      gradient: [384n, 256n],
      largestResidual: 131072n,
      largestGradient: 384n,
    });
    const { largestResidual, largestGradient } = linearResiduals({ ...INPUT, y: [512n, -256n] });
    expect({ largestResidual, largestGradient }).to.deep.equal({ largestResidual: 65536n, largestGradient: 256n });
  });

  it("holds bounds from the largest values on", function () {
    const result = linearResiduals(INPUT);
    requireBounds(result, { residualBound: 131072n, gradientBound: 384n });
    for (const [bounds, text] of [
      [{ residualBound: 131071n, gradientBound: 384n }, "residual is 131072"],
      [{ residualBound: 131072n, gradientBound: 383n }, "gradient is 384"],
    ] as const) {
      const error = caught(() => requireBounds(result, bounds));
      expect(error.code).to.equal("MATH_BOUND_EXCEEDED");
      expect(error.message).to.include(text);
    }
  });

  it("bounds what better weights could gain by the gradient", function () {
    const random = new Random(51);
    const meanLoss = (weights: readonly bigint[]): number =>
      Number(linearResiduals({ ...INPUT, weights }).loss) / 2 ** 32 / 4;
    for (let i = 0; i < 300; i++) {
      const weights = [random.between(-600n, 600n), random.between(-600n, 600n)];
      const { largestGradient } = linearResiduals({ ...INPUT, weights });
      const other = weights.map((w) => w + random.between(-128n, 128n));
      expect(meanLoss(weights) - meanLoss(other)).to.be.at.most(excessLossBound(largestGradient, 0.5, PARAMS));
    }
  });
});

// linearProgress
// ├── it returns both losses when the loss falls or stays
// ├── when the loss rises it throws MATH_NO_PROGRESS
// └── when an input is out of range it throws
describe("linearProgress", function () {
  it("returns both losses when the loss falls or stays", function () {
    const { newWeights } = linearStep({ ...INPUT, params: { ...PARAMS, T: 4 } });
    const { loss, newLoss } = linearProgress({ ...INPUT, newWeights });
    expect(loss).to.equal(linearResiduals(INPUT).loss);
    expect(newLoss).to.equal(linearResiduals({ ...INPUT, weights: newWeights }).loss);
    expect(newLoss < loss).to.equal(true);
    expect(linearProgress({ ...INPUT, newWeights: INPUT.weights })).to.deep.equal({ loss, newLoss: loss });
  });

  it("throws MATH_NO_PROGRESS when the loss rises, and for inputs out of range", function () {
    const newWeights = [129n, 64n];
    const error = caught(() => linearProgress({ ...INPUT, newWeights }));
    expect(error.code).to.equal("MATH_NO_PROGRESS");
    expect(caught(() => linearProgress({ ...INPUT, newWeights: [1n] })).code).to.equal("MATH_SHAPE");
    expect(caught(() => linearProgress({ ...INPUT, newWeights: [1n, 32768n] })).code).to.equal("MATH_OUT_OF_RANGE");
  });
});

import { expect } from "chai";

import { linearStep, type LinearStepInput } from "../../../packages/sdk/src/math/linear-step.ts";
import { drawVector, naiveStep, tryStep } from "../../circuits/support/linear-step-vectors.ts";
import { Random } from "../../circuits/support/random.ts";
import { caught } from "./support/caught.ts";

const PARAMS = { m: 2, d: 2, B: 16, F: 8, T: 4 };
const INPUT: LinearStepInput = {
  X: [
    [256n, 512n],
    [-256n, 0n],
  ],
  y: [256n, -128n],
  weights: [128n, 64n],
  params: PARAMS,
};

// linearStep
// ├── it computes a step that was computed by hand
// ├── it equals a computation with floor division
// ├── it descends: the loss falls on a well-scaled problem
// ├── when a dimension is wrong
// │   └── it throws MATH_SHAPE
// ├── when an input is out of range
// │   └── it throws MATH_OUT_OF_RANGE with tensor and index
// └── when the gradient or a new weight is out of range
//     └── it throws MATH_OVERFLOW with tensor and index
describe("linearStep", function () {
  it("computes a step that was computed by hand", function () {
    // Real numbers: X = [[1, 2], [-1, 0]], y = [1, -0.5], w = [0.5, 0.25]; residuals 0 and 0.
    const zero = linearStep(INPUT);
    expect(zero).to.deep.equal({ residuals: [0n, 0n], loss: 0n, gradient: [0n, 0n], newWeights: [128n, 64n] });
    // y = [0, 0.5]: residuals 1 and -1, gradient ([1, 2] + [1, 0]) / 2 = [1, 1], w' = w - 1/16.
    const moved = linearStep({ ...INPUT, y: [0n, 128n] });
    expect(moved).to.deep.equal({
      residuals: [65536n, -65536n],
      loss: 2n * 65536n ** 2n,
      gradient: [256n, 256n],
      newWeights: [112n, 48n],
    });
  });

  it("equals a computation with floor division", function () {
    const random = new Random(5);
    for (let i = 0; i < 2_000; i++) {
      const vector = drawVector(random, PARAMS);
      const step = tryStep(vector, PARAMS);
      if (step !== undefined) expect(step).to.deep.equal(naiveStep(vector, PARAMS));
    }
  });

  it("descends on a well-scaled problem", function () {
    let weights: readonly bigint[] = [0n, 0n];
    const losses: bigint[] = [];
    for (let i = 0; i < 50; i++) {
      const step = linearStep({ ...INPUT, weights });
      losses.push(step.loss);
      weights = step.newWeights;
    }
    expect(losses.at(-1) ?? 0n).to.be.lessThan((losses[0] ?? 0n) / 10n);
  });

  const cases: [string, Partial<LinearStepInput>, string, string][] = [
    ["a batch size that is not a power of two", { params: { ...PARAMS, m: 3 } }, "MATH_SHAPE", "3"],
    ["a missing sample", { X: [[1n, 2n]] }, "MATH_SHAPE", "X has 1"],
    ["a short sample", { X: [[1n, 2n], [3n]] }, "MATH_SHAPE", "X[1] has 1"],
    ["a missing label", { y: [1n] }, "MATH_SHAPE", "y has 1"],
    ["a missing weight", { weights: [1n] }, "MATH_SHAPE", "weights has 1"],
    [
      "a feature out of range",
      {
        X: [
          [1n, 2n],
          [3n, 32768n],
        ],
      },
      "MATH_OUT_OF_RANGE",
      "X[3] = 32768",
    ],
    ["a label out of range", { y: [1n, -32769n] }, "MATH_OUT_OF_RANGE", "y[1] = -32769"],
    ["a weight out of range", { weights: [1n, 40000n] }, "MATH_OUT_OF_RANGE", "weights[1] = 40000"],
    [
      "a gradient out of range",
      {
        X: [
          [32767n, 0n],
          [0n, 0n],
        ],
        y: [-32768n, 0n],
      },
      "MATH_OVERFLOW",
      "gradient[0]",
    ],
  ];
  for (const [name, change, code, text] of cases) {
    it(`throws ${code} for ${name}`, function () {
      const error = caught(() => linearStep({ ...INPUT, ...change }));
      expect(error.code).to.equal(code);
      expect(error.message).to.include(text);
    });
  }

  it("throws MATH_OVERFLOW for a new weight out of range", function () {
    // Residual about -127 with a feature of 1/128: gradient -1 (-254 units), half of it added to a weight near the top.
    const X = [
      [2n, 0n],
      [2n, 0n],
    ];
    const input = { X, y: [32767n, 32767n], weights: [32700n, 0n], params: { ...PARAMS, T: 1 } };
    const error = caught(() => linearStep(input));
    expect(error.code).to.equal("MATH_OVERFLOW");
    expect(error.message).to.include("newWeights[0]");
    expect(error.details).to.include({ tensor: "newWeights", index: 0 });
  });
});

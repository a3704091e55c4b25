import { expect } from "chai";

import { linearGradient, type LinearGradientInput } from "../../../packages/sdk/src/math/linear-gradient.ts";
import { linearStepK } from "../../../packages/sdk/src/math/linear-step-k.ts";
import { linearStep } from "../../../packages/sdk/src/math/linear-step.ts";
import { column, multiply, reshape, transpose, zip } from "../../../packages/sdk/src/math/matrix.ts";
import { attempt, drawModelVector } from "../../circuits/support/model-vectors.ts";
import { naiveLinear, naiveUpdate } from "../../circuits/support/naive-model.ts";
import { Random } from "../../circuits/support/random.ts";
import { caught } from "./support/caught.ts";

const PARAMS = { m: 2, d: 2, k: 2, B: 16, F: 8 };
const INPUT: LinearGradientInput = {
  X: [
    [256n, 512n],
    [-256n, 0n],
  ],
  Y: [
    [0n, 256n],
    [128n, 0n],
  ],
  W: [
    [128n, 0n],
    [64n, 0n],
  ],
  params: PARAMS,
};

// linearGradient
// ├── it computes gradients that were computed by hand
// ├── it rounds half up, for negative values too
// ├── it equals a computation entry by entry, and its remainders complete it
// ├── with features of their own width, it accepts exactly those
// ├── when a dimension is wrong, an input or the gradient is out of range
// │   └── it throws
describe("linearGradient", function () {
  it("computes gradients that were computed by hand", function () {
    // Real numbers: X = [[1, 2], [-1, 0]]. First output: w = [0.5, 0.25], y = [0, 0.5]: residuals 1 and -1, gradient
    // ([1, 2] + [1, 0]) / 2. Second output: w = 0, y = [1, 0]: residuals -1 and 0, gradient [-1, -2] / 2.
    expect(linearGradient(INPUT)).to.deep.equal({
      residuals: [
        [65536n, -65536n],
        [-65536n, 0n],
      ],
      loss: 3n * 65536n ** 2n,
      gradient: [
        [256n, -128n],
        [256n, -256n],
      ],
      remainder: [
        [65536n, 65536n],
        [65536n, 65536n],
      ],
    });
  });

  it("rounds half up, for negative values too", function () {
    // One sample, no fraction beyond one bit: gradient = x * residual / 4 with residual = -2y.
    const gradientOf = (x: bigint, y: bigint): bigint | undefined =>
      linearGradient({ X: [[x]], Y: [[y]], W: [[0n]], params: { m: 1, d: 1, k: 1, B: 8, F: 1 } }).gradient[0]?.[0];
    expect([gradientOf(1n, -1n), gradientOf(1n, 1n)]).to.deep.equal([1n, 0n]); // 1/2 and -1/2
    expect([gradientOf(3n, -1n), gradientOf(3n, 1n)]).to.deep.equal([2n, -1n]); // 3/2 and -3/2
    expect([gradientOf(4n, -1n), gradientOf(4n, 1n)]).to.deep.equal([2n, -2n]);
  });

  it("equals a computation entry by entry, and its remainders complete it", function () {
    const random = new Random(21);
    const params = { m: 4, d: 3, k: 2, B: 10, BX: 6, F: 3 };
    let computed = 0;
    for (let i = 0; i < 2_000; i++) {
      const { X, Y, weights } = drawModelVector(random, { ...params, shape: { kind: "linear", d: 3, k: 2 } });
      const W = reshape("W", weights, 3, 2);
      const result = attempt(() => linearGradient({ X, Y, W, params }));
      if (result === undefined) continue;
      computed++;
      const { loss, gradient, residuals, remainder } = result;
      expect({ loss, gradient }).to.deep.equal(naiveLinear(X, Y, W, params));
      const shift = 2n ** 8n;
      const restored = zip(gradient, remainder, (g, r) => shift * g + r - shift / 2n);
      expect(restored).to.deep.equal(multiply(transpose(X), residuals));
      expect(remainder.flat().every((r) => r >= 0n && r < shift)).to.equal(true);
    }
    expect(computed).to.be.greaterThan(500);
  });

  it("accepts features of exactly their own width", function () {
    const input = { ...INPUT, params: { ...PARAMS, BX: 11 } };
    expect(linearGradient(input)).to.deep.equal(linearGradient(INPUT));
    const error = caught(() => linearGradient({ ...INPUT, params: { ...PARAMS, BX: 10 } }));
    expect(error.code).to.equal("MATH_OUT_OF_RANGE");
    expect(error.message).to.equal("X[1] = 512 is outside the signed 10-bit range [-512, 511]");
  });

  const cases: [string, Partial<LinearGradientInput>, string, string][] = [
    ["a batch size that is not a power of two", { params: { ...PARAMS, m: 3 } }, "MATH_SHAPE", "batch size 3"],
    ["a batch of nothing", { params: { ...PARAMS, m: 0 } }, "MATH_SHAPE", "batch size 0"],
    ["a missing sample", { X: [[1n, 2n]] }, "MATH_SHAPE", "X has 1 elements, expected 2"],
    ["a short row of targets", { Y: [[1n, 2n], [3n]] }, "MATH_SHAPE", "Y[1] has 1"],
    ["a missing row of weights", { W: [[1n, 2n]] }, "MATH_SHAPE", "W has 1"],
    ["a target out of range", { Y: INPUT.Y.with(1, [0n, 32768n]) }, "MATH_OUT_OF_RANGE", "Y[3] = 32768"],
    ["a weight out of range", { W: INPUT.W.with(0, [0n, -32769n]) }, "MATH_OUT_OF_RANGE", "W[1] = -32769"],
    [
      "a gradient out of range",
      {
        X: [
          [32767n, 0n],
          [0n, 0n],
        ],
        Y: [
          [0n, -32768n],
          [0n, 0n],
        ],
        W: [
          [0n, 0n],
          [0n, 0n],
        ],
      },
      "MATH_OVERFLOW",
      "gradient[1] = 2097088",
    ],
  ];
  for (const [name, change, code, text] of cases) {
    it(`throws ${code} for ${name}`, function () {
      const error = caught(() => linearGradient({ ...INPUT, ...change }));
      expect(error.code).to.equal(code);
      expect(error.message).to.include(text);
    });
  }
});

// linearStepK
// ├── it moves each weight by its gradient, rounded half up
// ├── with one output it is linearStep
// └── when a new weight is out of range it throws MATH_OVERFLOW
describe("linearStepK", function () {
  it("moves each weight by its gradient, rounded half up", function () {
    const { newWeights, gradient } = linearStepK({ ...INPUT, params: { ...PARAMS, T: 4 } });
    expect(newWeights).to.deep.equal([
      [112n, 8n],
      [48n, 16n],
    ]);
    expect(newWeights.flat()).to.deep.equal(naiveUpdate(INPUT.W.flat(), gradient.flat(), 4));
    // 256 / 512 and -256 / 512 are ties.
    expect(linearStepK({ ...INPUT, params: { ...PARAMS, T: 9 } }).newWeights).to.deep.equal([
      [127n, 0n],
      [63n, 0n],
    ]);
  });

  it("is linearStep when there is one output", function () {
    const random = new Random(22);
    const params = { m: 4, d: 3, B: 10, F: 3, T: 2 };
    for (let i = 0; i < 500; i++) {
      const { X, Y, weights } = drawModelVector(random, { ...params, shape: { kind: "linear", d: 3, k: 1 } });
      const step = attempt(() => linearStep({ X, y: Y.flat(), weights, params }));
      const stepK = attempt(() => linearStepK({ X, Y, W: column(weights), params: { ...params, k: 1 } }));
      expect(stepK?.newWeights.flat()).to.deep.equal(step?.newWeights);
      expect(stepK?.loss).to.equal(step?.loss);
    }
  });

  it("throws MATH_OVERFLOW for a new weight out of range", function () {
    // The gradient is -253.5 units; half of it is added to a weight near the top.
    const X = [[2n], [2n]];
    const input = { X, Y: column([32767n, 32767n]), W: [[32700n]], params: { m: 2, d: 1, k: 1, B: 16, F: 8, T: 1 } };
    expect(caught(() => linearStepK(input)).message).to.include("newWeights[0]");
  });
});

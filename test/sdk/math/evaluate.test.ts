import { expect } from "chai";

import { evaluateLinear } from "../../../packages/sdk/src/math/evaluate-linear.ts";
import { evaluateMlp } from "../../../packages/sdk/src/math/evaluate-mlp.ts";
import { column } from "../../../packages/sdk/src/math/matrix.ts";
import { caught } from "./support/caught.ts";

const IDENTITY = [
  [256n, 0n],
  [0n, 256n],
];

// evaluateLinear
// ├── with one output it compares signs, zero counting as not positive
// ├── with several it compares the first indices of the maxima
// └── when an input is wrong it throws
describe("evaluateLinear", function () {
  const params = { m: 4, d: 1, k: 1, B: 16, F: 8 };

  it("compares signs when there is one output, zero counting as not positive", function () {
    const X = column([256n, -256n, 0n, 1n]);
    const evaluate = (y: bigint[]) => evaluateLinear({ X, Y: column(y), W: [[256n]], params });
    expect(evaluate([256n, -256n, 0n, 1n])).to.deep.equal({ loss: 0n, correct: 4, classes: [1, 0, 0, 1] });
    expect(evaluate([256n, -256n, -256n, 256n]).correct).to.equal(4);
    expect(evaluate([-1n, 1n, 1n, 0n]).correct).to.equal(0);
    // The residual of the first sample: 65536 + 256 in units of 2^(-16).
    expect(evaluate([-1n, -256n, 0n, 1n]).loss).to.equal((65536n + 256n) ** 2n);
  });

  it("compares the first indices of the maxima when there are several", function () {
    const X = [
      [1n, 2n],
      [2n, 2n],
      [-1n, -2n],
      [-5n, -5n],
    ];
    const Y = [
      [0n, 256n],
      [0n, 256n],
      [256n, 256n],
      [0n, 0n],
    ];
    const { correct, classes } = evaluateLinear({ X, Y, W: IDENTITY, params: { ...params, d: 2, k: 2 } });
    expect({ correct, classes }).to.deep.equal({ correct: 3, classes: [1, 0, 0, 0] });
  });

  it("works on any number of samples: nothing is a mean", function () {
    const evaluated = evaluateLinear({ X: [[1n]], Y: [[1n]], W: [[256n]], params: { ...params, m: 1 } });
    expect(evaluated).to.deep.equal({ loss: 0n, correct: 1, classes: [1] });
    const X = column([1n, 2n, 3n]);
    expect(evaluateLinear({ X, Y: X, W: [[256n]], params: { ...params, m: 3 } }).correct).to.equal(3);
  });

  it("throws for a wrong size and a value out of range", function () {
    const input = { X: column([1n, 1n, 1n, 1n]), Y: column([1n, 1n, 1n, 1n]), W: [[1n]], params };
    expect(caught(() => evaluateLinear({ ...input, W: [[1n, 2n]] })).code).to.equal("MATH_SHAPE");
    expect(caught(() => evaluateLinear({ ...input, W: [[-32769n]] })).code).to.equal("MATH_OUT_OF_RANGE");
  });
});

// evaluateMlp
// ├── it compares the first indices of the maxima of outputs and targets
// └── when there is one output, or a value leaves the range, it throws
describe("evaluateMlp", function () {
  const params = { m: 2, d: 2, h: 2, k: 2, B: 16, F: 8 };
  const input = {
    X: [
      [256n, 512n],
      [-256n, -512n],
    ],
    Y: [
      [0n, 256n],
      [0n, 256n],
    ],
    W1: IDENTITY,
    W2: IDENTITY,
    params,
  };

  it("compares the first indices of the maxima of outputs and targets", function () {
    // The second sample is rectified to zero: a tie, so class 0. Errors [1, 1] and [0, -1].
    expect(evaluateMlp(input)).to.deep.equal({ loss: 3n * 65536n, correct: 1, classes: [1, 0] });
  });

  it("throws when there is one output, or a value leaves the range", function () {
    const W2 = [[1n], [1n]];
    const single = { ...input, W2, Y: column([1n, 1n]), params: { ...params, k: 1 } };
    expect(caught(() => evaluateMlp(single)).code).to.equal("MATH_SHAPE");
    expect(caught(() => evaluateMlp({ ...input, Y: column([1n, 1n]) })).code).to.equal("MATH_SHAPE");
    const large = evaluateMlp.bind(undefined, { ...input, W1: IDENTITY.map((row) => row.map((w) => w * 100n)) });
    expect(caught(large).message).to.include("Z1[1] = 51200");
  });
});

import { expect } from "chai";

import { mlpForward } from "../../../packages/sdk/src/math/mlp-forward.ts";
import { mlpGradient, type MlpGradientInput } from "../../../packages/sdk/src/math/mlp-gradient.ts";
import { mlpStep } from "../../../packages/sdk/src/math/mlp-step.ts";
import { joinMlp, splitMlp } from "../../../packages/sdk/src/math/model-shape.ts";
import { attempt, drawModelVector } from "../../circuits/support/model-vectors.ts";
import { naiveMlp, naiveUpdate } from "../../circuits/support/naive-model.ts";
import { Random } from "../../circuits/support/random.ts";
import { caught } from "./support/caught.ts";

const PARAMS = { m: 2, d: 2, h: 2, k: 1, B: 16, F: 8 };
const INPUT: MlpGradientInput = {
  X: [
    [256n, 256n],
    [512n, 256n],
  ],
  Y: [[256n], [0n]],
  W1: [
    [256n, -256n],
    [0n, 0n],
  ],
  W2: [[128n], [768n]],
  params: PARAMS,
};

/** One sample, one unit in each layer, one fraction bit. */
function single(x: bigint, y: bigint, w1: bigint, w2: bigint, B = 8): MlpGradientInput {
  return { X: [[x]], Y: [[y]], W1: [[w1]], W2: [[w2]], params: { m: 1, d: 1, h: 1, k: 1, B, F: 1 } };
}

// mlpForward, mlpGradient
// ├── they compute a gradient that was computed by hand
// ├── they round half up at every layer, for negative values too
// ├── when a hidden unit is exactly zero
// │   └── no error passes it
// ├── they equal a computation entry by entry, and their remainders complete them
// ├── they allow a hidden unit (-2^(B-1), 2^(B-1)]
// └── when a dimension is wrong, an input, Z1, Z2, E1 or a gradient is out of range
//     └── they throw
describe("mlpGradient", function () {
  it("computes a gradient that was computed by hand", function () {
    // Real numbers: X = [[1, 1], [2, 1]], W1 = [[1, -1], [0, 0]], W2 = [0.5, 3], Y = [1, 0].
    const { Z1, H, Z2, D2, loss, E1, D1, G1, G2 } = mlpGradient(INPUT);
    expect({ Z1, H, Z2 }).to.deep.equal({
      Z1: [
        [256n, -256n],
        [512n, -512n],
      ],
      H: [
        [256n, 0n],
        [512n, 0n],
      ],
      Z2: [[128n], [256n]],
    });
    expect({ D2, loss }).to.deep.equal({ D2: [[-128n], [256n]], loss: 81920n }); // 1.25
    expect({ E1, D1 }).to.deep.equal({
      E1: [
        [-64n, -384n],
        [128n, 768n],
      ],
      D1: [
        [-64n, 0n],
        [128n, 0n],
      ],
    });
    // ([1, 1] * -0.25 + [2, 1] * 0.5) / 2 and (1 * -0.5 + 2 * 1) / 2.
    expect({ G1, G2 }).to.deep.equal({
      G1: [
        [96n, 0n],
        [32n, 0n],
      ],
      G2: [[192n], [0n]],
    });
  });

  it("rounds half up at every layer, for negative values too", function () {
    const { Z1, Z1rem } = mlpForward(single(1n, 0n, 1n, 0n)); // 1/2
    expect({ Z1, Z1rem }).to.deep.equal({ Z1: [[1n]], Z1rem: [[0n]] });
    expect(mlpForward(single(1n, 0n, -1n, 0n)).Z1).to.deep.equal([[0n]]); // -1/2
    expect(mlpForward(single(2n, 0n, 3n, -1n)).Z2).to.deep.equal([[-1n]]); // 3 * -1/2
    // Z1 = 2, Z2 = 2 * 1 / 2 = 1; D2 = 1 - y; E1 = D2 * 1 / 2; G2 = Z1 * D2 / 2, G1 = 2 * E1 / 2.
    const { E1, G1, G2 } = mlpGradient(single(2n, 2n, 2n, 1n));
    expect({ E1, G1, G2 }).to.deep.equal({ E1: [[0n]], G1: [[0n]], G2: [[-1n]] }); // -1/2, 0, -1
    expect(mlpGradient(single(3n, 0n, 1n, 1n)).G1).to.deep.equal([[2n]]); // Z1 = Z2 = D2 = 2, 1 and 1; E1 = 1; 3/2
  });

  it("lets no error pass a hidden unit that is exactly zero", function () {
    const { Z1, E1, D1, G1 } = mlpGradient(single(0n, -20n, 5n, 4n));
    expect({ Z1, E1, D1, G1 }).to.deep.equal({ Z1: [[0n]], E1: [[40n]], D1: [[0n]], G1: [[0n]] });
  });

  it("equals a computation entry by entry, and its remainders complete it", function () {
    const random = new Random(31);
    const params = { m: 4, d: 3, h: 2, k: 2, B: 10, F: 3 };
    let computed = 0;
    for (let i = 0; i < 3_000; i++) {
      const { X, Y, weights } = drawModelVector(random, { ...params, shape: { kind: "mlp", d: 3, h: 2, k: 2 } });
      const { W1, W2 } = splitMlp(weights, params);
      const result = attempt(() => mlpGradient({ X, Y, W1, W2, params }));
      if (result === undefined) continue;
      computed++;
      const { Z1, Z2, E1, loss, G1, G2, Z1rem, Z2rem, E1rem, G1rem, G2rem } = result;
      expect({ Z1, Z2, E1, loss, G1, G2 }).to.deep.equal(naiveMlp(X, Y, W1, W2, params));
      const inRange = (values: bigint[][], bits: bigint): boolean =>
        values.flat().every((value) => value >= 0n && value < 2n ** bits);
      expect([Z1rem, Z2rem, E1rem].every((values) => inRange(values, 3n))).to.equal(true);
      expect([G1rem, G2rem].every((values) => inRange(values, 5n))).to.equal(true);
      const first = (X[0] ?? []).reduce((sum, x, t) => sum + x * (W1[t]?.[0] ?? 0n), 0n);
      expect(8n * (Z1[0]?.[0] ?? 0n) + (Z1rem[0]?.[0] ?? 0n) - 4n).to.equal(first);
    }
    expect(computed).to.be.greaterThan(500);
  });

  it("allows hidden units one higher than values, and one less low", function () {
    // With B = 8, F = 1: Z1 = x * w1 / 2.
    expect(mlpForward(single(64n, 0n, 4n, 0n)).Z1).to.deep.equal([[128n]]);
    expect(mlpForward(single(127n, 0n, -2n, 0n)).Z1).to.deep.equal([[-127n]]);
    for (const [x, w1, value] of [
      [86n, 3n, 129],
      [64n, -4n, -128],
    ] as const) {
      const error = caught(() => mlpForward(single(x, 0n, w1, 0n)));
      expect(error.code).to.equal("MATH_OVERFLOW");
      expect(error.message).to.equal(`Z1[0] = ${value} is outside [-127, 128]`);
    }
  });

  const cases: [string, MlpGradientInput, string, string][] = [
    ["a batch size that is not a power of two", { ...INPUT, params: { ...PARAMS, m: 3 } }, "MATH_SHAPE", "size 3"],
    ["a missing sample", { ...INPUT, X: [[1n, 2n]] }, "MATH_SHAPE", "X has 1"],
    ["a missing target", { ...INPUT, Y: [[1n]] }, "MATH_SHAPE", "Y has 1"],
    ["a short hidden layer", { ...INPUT, W1: [[1n], [1n]] }, "MATH_SHAPE", "W1[0] has 1"],
    ["a short output layer", { ...INPUT, W2: [[1n]] }, "MATH_SHAPE", "W2 has 1"],
    ["a feature out of range", single(128n, 0n, 0n, 0n), "MATH_OUT_OF_RANGE", "X[0] = 128"],
    ["a target out of range", single(0n, -129n, 0n, 0n), "MATH_OUT_OF_RANGE", "Y[0] = -129"],
    ["a hidden weight out of range", single(0n, 0n, 128n, 0n), "MATH_OUT_OF_RANGE", "W1[0] = 128"],
    ["an output weight out of range", single(0n, 0n, 0n, 128n), "MATH_OUT_OF_RANGE", "W2[0] = 128"],
    ["an output out of range", single(32n, 0n, 4n, 4n), "MATH_OVERFLOW", "Z2[0] = 128"],
    ["an error of the hidden layer out of range", single(0n, -64n, 0n, 4n), "MATH_OVERFLOW", "E1[0] = 128"],
    ["a gradient of the output layer out of range", single(32n, -16n, 1n, 0n), "MATH_OVERFLOW", "G2[0] = 128"],
    ["a gradient of the hidden layer out of range", single(40n, 8n, 1n, 2n), "MATH_OVERFLOW", "G1[0] = 240"],
  ];
  for (const [name, input, code, text] of cases) {
    it(`throws ${code} for ${name}`, function () {
      const error = caught(() => mlpGradient(input));
      expect(error.code).to.equal(code);
      expect(error.message).to.include(text);
    });
  }
});

// mlpStep
// ├── it moves every weight by its gradient
// └── when a new weight is out of range it throws MATH_OVERFLOW
describe("mlpStep", function () {
  it("moves every weight by its gradient", function () {
    const { W1new, W2new, G1, G2 } = mlpStep({ ...INPUT, params: { ...PARAMS, T: 4 } });
    expect({ W1new, W2new }).to.deep.equal({
      W1new: [
        [250n, -256n],
        [-2n, 0n],
      ],
      W2new: [[116n], [768n]],
    });
    expect(joinMlp({ W1: W1new, W2: W2new })).to.deep.equal(
      naiveUpdate(joinMlp(INPUT), joinMlp({ W1: G1, W2: G2 }), 4),
    );
  });

  it("throws MATH_OVERFLOW for a new weight out of range, by its place among all weights", function () {
    // Z1 = 1, Z2 = -64, D2 = 2: G2 is one, half of it is rounded up, and the weight has no room for it.
    const input = single(1n, -66n, 2n, -128n);
    const error = caught(() => mlpStep({ ...input, params: { ...input.params, T: 1 } }));
    expect(error.code).to.equal("MATH_OVERFLOW");
    expect(error.message).to.include("newWeights[1] = -129");
  });
});

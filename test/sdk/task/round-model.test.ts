import { expect } from "chai";

import type { CircuitName } from "../../../packages/sdk/src/circuits/circuit-params.ts";
import { initialModelWeights } from "../../../packages/sdk/src/task/initial-weights.ts";
import { roundModel } from "../../../packages/sdk/src/task/round-model.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const MLP = {
  gradient: { name: "MlpGradient", params: [8, 8, 6, 4, 16, 8] },
  apply: { name: "ApplyStep", params: [3, 8, 6, 4, 16, 8, 1] },
  evaluate: { name: "MlpEvaluate", params: [8, 8, 6, 4, 16, 8] },
};

describe("roundModel", function () {
  it("reads what the circuits of a perceptron share", function () {
    const expected = { shape: { kind: "mlp", d: 8, h: 6, k: 4 }, m: 8, B: 16, F: 8, T: 1, lanes: 3 };
    expect(roundModel(MLP)).to.deep.equal(expected);
    expect(roundModel({ gradient: MLP.gradient, apply: MLP.apply })).to.deep.equal(expected);
  });

  it("reads linear models with one output and with several", function () {
    expect(
      roundModel({
        gradient: { name: "LinearGradient", params: [4, 8, 16, 8] },
        apply: { name: "ApplyStep", params: [4, 8, 0, 1, 16, 8, 4] },
        evaluate: { name: "LinearEvaluate", params: [4, 8, 1, 16, 8] },
      }),
    ).to.deep.equal({ shape: { kind: "linear", d: 8, k: 1 }, m: 4, B: 16, F: 8, T: 4, lanes: 4 });
    expect(
      roundModel({
        gradient: { name: "LinearGradientK", params: [4, 8, 3, 16, 16, 8] },
        apply: { name: "ApplyStep", params: [4, 8, 0, 3, 16, 8, 4] },
      }).shape,
    ).to.deep.equal({ kind: "linear", d: 8, k: 3 });
  });

  const wrong: [string, Partial<Record<keyof typeof MLP, CircuitName>>, RegExp][] = [
    ["a step for a gradient", { gradient: { name: "MlpStep", params: [8, 8, 6, 4, 16, 8, 1] } }, /is none of LinearG/],
    ["a gradient for an evaluation", { evaluate: MLP.gradient }, /is none of LinearEvaluate, MlpEvaluate/],
    ["a gradient for the step over lanes", { apply: MLP.gradient }, /is not ApplyStep\(N/],
    [
      "other hidden units",
      { gradient: { name: "MlpGradient", params: [8, 8, 5, 4, 16, 8] } },
      /of a perceptron 8 x 6 x 4/,
    ],
    ["another kind of model", { gradient: { name: "LinearGradientK", params: [8, 8, 4, 16, 16, 8] } }, /perceptron/],
    ["other fraction bits", { gradient: { name: "MlpGradient", params: [8, 8, 6, 4, 16, 7] } }, /with 8 fraction bits/],
    ["other bits", { evaluate: { name: "MlpEvaluate", params: [8, 8, 6, 4, 18, 8] } }, /in 16 bits/],
    ["another batch", { evaluate: { name: "MlpEvaluate", params: [16, 8, 6, 4, 16, 8] } }, /on batches of 8/],
    [
      "features with a width of their own",
      {
        gradient: { name: "LinearGradientK", params: [8, 8, 4, 8, 16, 8] },
        apply: { name: "ApplyStep", params: [3, 8, 0, 4, 16, 8, 1] },
      },
      /LinearGradientK\(8, 8, 4, 8, 16, 8\) is not of a linear model 8 x 4/,
    ],
  ];
  for (const [what, change, message] of wrong) {
    it(`refuses ${what} with CIRCUIT_MISMATCH`, async function () {
      await expectCorexError(() => roundModel({ ...MLP, ...change }), "CIRCUIT_MISMATCH", message);
    });
  }
});

describe("initialModelWeights", function () {
  const shape = { kind: "mlp", d: 8, h: 6, k: 4 } as const;

  it("starts a linear model at zero", function () {
    expect(initialModelWeights({ kind: "linear", d: 3, k: 2 }, "seed", { F: 8 })).to.deep.equal(Array(6).fill(0n));
  });

  it("gives a perceptron different units within 1 / sqrt(inputs), with a positive constant row", function () {
    const weights = initialModelWeights(shape, "seed", { F: 8 }).map(Number);
    expect(weights).to.have.length(8 * 6 + 6 * 4);
    const [first, second] = [weights.slice(0, 48), weights.slice(48)];
    expect(Math.max(...first.map(Math.abs))).to.be.within(60, 90); // floor(256 / sqrt(8)) = 90
    expect(Math.max(...second.map(Math.abs))).to.be.within(70, 104); // floor(256 / sqrt(6)) = 104
    expect(Math.min(...first)).to.be.below(0);
    expect(Math.min(...second)).to.be.below(0);
    for (const weight of first.slice(42)) expect(weight).to.be.at.least(0);
    const units = Array.from({ length: 6 }, (_, j) => first.filter((_w, i) => i % 6 === j).join());
    expect(new Set(units).size).to.equal(6);
  });

  it("depends on the seed and scales with the unit", function () {
    expect(initialModelWeights(shape, "seed", { F: 8 })).to.deep.equal(initialModelWeights(shape, "seed", { F: 8 }));
    expect(initialModelWeights(shape, "other", { F: 8 })).to.not.deep.equal(
      initialModelWeights(shape, "seed", { F: 8 }),
    );
    const fine = initialModelWeights(shape, "seed", { F: 12 }).map(Number);
    expect(Math.max(...fine.map(Math.abs))).to.be.within(1000, 1672); // floor(4096 / sqrt(6)) = 1672
  });
});

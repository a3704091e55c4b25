import { expect } from "chai";
import fc from "fast-check";

import { evaluateOneVsRest } from "../../../packages/sdk/src/data/evaluate.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const WEIGHTS = [
  [2n, 0n],
  [0n, 2n],
  [1n, 1n],
];

describe("evaluateOneVsRest", function () {
  it("answers the highest score, the lowest class on a tie, and counts", function () {
    const X = [
      [3n, 1n], // 6, 2, 4 -> 0
      [1n, 3n], // 2, 6, 4 -> 1
      [2n, 2n], // 4, 4, 4 -> 0
      [-3n, -1n], // -6, -2, -4 -> 1
      [-1n, -1n], // -2, -2, -2 -> 0
    ];
    expect(evaluateOneVsRest(WEIGHTS, { X, labels: [0, 1, 2, 2, 2] })).to.deep.equal({
      total: 5,
      correct: 2,
      accuracy: 0.4,
      confusion: [
        [1, 0, 0],
        [0, 1, 0],
        [2, 1, 0],
      ],
      majorityClass: 2,
      majorityAccuracy: 0.6,
    });
  });

  it("lets zero weights answer class 0", function () {
    const zero = [
      [0n, 0n],
      [0n, 0n],
    ];
    const { correct, majorityClass } = evaluateOneVsRest(zero, {
      X: [
        [1n, 2n],
        [3n, 4n],
      ],
      labels: [1, 0],
    });
    expect([correct, majorityClass]).to.deep.equal([1, 0]);
  });

  it("tells scores apart that doubles cannot", function () {
    const large = 2n ** 60n;
    const weights = [[large], [large + 1n]];
    expect(evaluateOneVsRest(weights, { X: [[1n]], labels: [1] }).correct).to.equal(1);
  });

  it("has a confusion matrix that adds up", function () {
    const row = fc.tuple(fc.bigInt(-32768n, 32767n), fc.bigInt(-32768n, 32767n), fc.nat(2));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const labels = rows.map(([, , label]) => label);
        const result = evaluateOneVsRest(WEIGHTS, { X: rows.map(([a, b]) => [a, b]), labels });
        for (const [label, counts] of result.confusion.entries()) {
          expect(counts.reduce((a, b) => a + b)).to.equal(labels.filter((other) => other === label).length);
        }
        expect(result.correct).to.equal(result.confusion.reduce((sum, counts, label) => sum + (counts[label] ?? 0), 0));
        expect(result.accuracy).to.equal(result.correct / rows.length);
        expect(result.majorityAccuracy).to.be.at.least(1 / 3);
      }),
    );
  });

  const refused: [string, { X: bigint[][]; labels: number[] }, string, string][] = [
    ["no rows", { X: [], labels: [] }, "DATA_EMPTY", "there is no held-out row to evaluate on"],
    ["too few labels", { X: [[1n, 1n]], labels: [] }, "DATA_INVALID_SHAPE", "1 rows have 0 labels"],
    [
      "a label without model",
      { X: [[1n, 1n]], labels: [3] },
      "DATA_INVALID_SHAPE",
      "row 0 has label 3, there are 3 models",
    ],
    [
      "a row of another length",
      { X: [[1n]], labels: [0] },
      "DATA_INVALID_SHAPE",
      "row 0 has 1 columns, the model of class 0 has 2 weights",
    ],
  ];
  for (const [what, heldOut, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async function () {
      await expectCorexError(() => evaluateOneVsRest(WEIGHTS, heldOut), code, message);
    });
  }
});

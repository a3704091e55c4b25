import { expect } from "chai";
import fc from "fast-check";

import { betweenClassRatio, selectFeatures } from "../../../packages/sdk/src/data/select-features.ts";

describe("betweenClassRatio", function () {
  it("is 1 when the classes explain everything, 0 when they explain nothing or nothing varies", function () {
    expect(betweenClassRatio([1, 1, 3, 3], [0, 0, 1, 1])).to.equal(1);
    expect(betweenClassRatio([1, 3, 1, 3], [0, 0, 1, 1])).to.equal(0);
    expect(betweenClassRatio([2, 2, 2, 2], [0, 0, 1, 1])).to.equal(0);
  });

  it("is the between-class share of the sum of squares", function () {
    // Mean 3; class means 2 and 5; between = 4 * 1 + 2 * 4 = 12; total = 4 + 1 + 0 + 1 + 9 + 1 = 16.
    expect(betweenClassRatio([1, 2, 3, 2, 6, 4], [0, 0, 0, 0, 1, 1])).to.equal(12 / 16);
  });

  it("lies in [0, 1]", function () {
    const sample = fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.nat(3));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        const ratio = betweenClassRatio(
          samples.map(([value]) => value),
          samples.map(([, label]) => label),
        );
        expect(ratio).to.be.within(0, 1 + 1e-9);
      }),
    );
  });
});

describe("selectFeatures", function () {
  const labels = [0, 0, 1, 1];
  // Ratios: 0, 1, 0 (constant), 1, 0.8.
  const rows = [
    [1, -1, 5, 2, 0],
    [3, -1, 5, 2, 1],
    [1, 1, 5, 4, 2],
    [3, 1, 5, 4, 3],
  ];

  it("keeps the highest ratios in column order, the earlier column on a tie", function () {
    expect(selectFeatures(rows, labels, 1)).to.deep.equal([1]);
    expect(selectFeatures(rows, labels, 3)).to.deep.equal([1, 3, 4]);
    expect(selectFeatures(rows, labels, 4)).to.deep.equal([0, 1, 3, 4]);
  });

  it("keeps everything that fits", function () {
    expect(selectFeatures(rows, labels, 9)).to.deep.equal([0, 1, 2, 3, 4]);
  });
});

import { expect } from "chai";
import fc from "fast-check";

import { CLIP, fitStandardizer, standardize } from "../../../packages/sdk/src/data/standardize.ts";

describe("fitStandardizer and standardize", function () {
  it("give mean 0 and population deviation 1", function () {
    const rows = [[2], [4], [4], [4], [5], [5], [7], [9]];
    expect(fitStandardizer(rows)).to.deep.equal({ means: [5], stds: [2] });
    expect(rows.flatMap((row) => standardize(row, fitStandardizer(rows)))).to.deep.equal([
      -1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2,
    ]);
  });

  it("cut outliers to four deviations", function () {
    const fit = { means: [0], stds: [1] };
    expect([[4.001], [-1e300], [3.9]].map((row) => standardize(row, fit))).to.deep.equal([[CLIP], [-CLIP], [3.9]]);
  });

  it("turn a constant column into 0, also where its rounded mean differs from the constant", function () {
    const rows = Array.from({ length: 7 }, () => [0.1, 0, 1e308]);
    const fit = fitStandardizer(rows);
    expect(fit).to.deep.equal({ means: [0.1, 0, 1e308], stds: [0, 0, 0] });
    expect(standardize([0.1, 0, 1e308], fit)).to.deep.equal([0, 0, 0]);
    expect(standardize([5, -5, 0], fit)).to.deep.equal([0, 0, 0]);
  });

  it("stay finite and within the clip for any finite doubles", function () {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), (rows) => {
        const fit = fitStandardizer(rows);
        for (const number of [...fit.means, ...fit.stds]) {
          expect(Number.isFinite(number), String(number)).to.equal(true);
          expect(Object.is(number, -0)).to.equal(false);
        }
        for (const row of rows) for (const z of standardize(row, fit)) expect(Math.abs(z)).to.be.at.most(CLIP);
      }),
    );
  });
});

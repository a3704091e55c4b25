import { expect } from "chai";
import fc from "fast-check";

import { interleaveClasses } from "../../../packages/sdk/src/data/interleave-classes.ts";

describe("interleaveClasses", function () {
  const labels = fc.array(fc.nat(4), { maxLength: 120 });

  it("is a permutation that depends on labels and seed only", function () {
    fc.assert(
      fc.property(labels, fc.string(), (all, seed) => {
        const order = interleaveClasses(all, seed);
        expect(order.slice().sort((a, b) => a - b)).to.deep.equal([...all.keys()]);
        expect(interleaveClasses(all, seed)).to.deep.equal(order);
      }),
    );
  });

  it("holds every class in every prefix in proportion, to within one sample", function () {
    fc.assert(
      fc.property(labels, (all) => {
        const order = interleaveClasses(all, "seed");
        for (const label of new Set(all)) {
          const size = all.filter((other) => other === label).length;
          let seen = 0;
          for (const [position, index] of order.entries()) {
            if (all[index] === label) seen += 1;
            expect(Math.abs(seen - ((position + 1) * size) / all.length)).to.be.at.most(new Set(all).size);
          }
        }
      }),
    );
  });

  it("places classes at the middle of their shares, the lower class first on a tie", function () {
    // Class 0 at 1/2; class 1 at 1/6, 3/6, 5/6; class 2 at 1/4, 3/4.
    const all = [0, 1, 1, 1, 2, 2];
    expect(interleaveClasses(all, "seed").map((index) => all[index])).to.deep.equal([1, 2, 0, 1, 2, 1]);
  });

  it("puts all four classes of equal size into every four samples", function () {
    const all = Array.from({ length: 40 }, (_, index) => Math.floor(index / 10));
    const order = interleaveClasses(all, "seed").map((index) => all[index]);
    for (let start = 0; start < 40; start += 4) expect(order.slice(start, start + 4)).to.deep.equal([0, 1, 2, 3]);
    expect(interleaveClasses(all, "a")).to.not.deep.equal(interleaveClasses(all, "b"));
  });
});

import { expect } from "chai";

import { Random } from "../../../circuits/support/random.ts";
import { COMPARISONS, measure } from "../support/against-double.ts";

const BATCHES = 10_000;

describe("fixed point against doubles, at length", function () {
  this.timeout(600_000);

  for (const [index, [name, compare]] of Object.entries(COMPARISONS).entries()) {
    it(`is within its bound for a ${name} on ${BATCHES} batches`, function () {
      const { ratio, error } = measure(compare, BATCHES, new Random(1000 + index));
      console.log(`      largest error ${error.toFixed(3)} units, ${ratio.toFixed(3)} of its bound`);
      expect(ratio).to.be.at.most(1);
    });
  }
});

import { expect } from "chai";

import { oneVsRest } from "../../../packages/sdk/src/data/one-vs-rest.ts";

describe("oneVsRest", function () {
  it("is +1 for the class of the chain and -1 for the rest, in fixed point", function () {
    expect(oneVsRest([0, 1, 2, 1], 1, 8)).to.deep.equal([-256n, 256n, -256n, 256n]);
    expect(oneVsRest([0, 1], 0, 0)).to.deep.equal([1n, -1n]);
  });
});

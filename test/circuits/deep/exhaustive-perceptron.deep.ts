import { expect } from "chai";

import { provablePerceptrons } from "../support/exhaustive.ts";

describe("perceptrons of 4 bits, exhaustively", function () {
  this.timeout(1_800_000);

  it("accepts exactly the 4-bit batches and weights whose values stay in range", async function () {
    expect(await provablePerceptrons(4)).to.be.within(10_000, 60_000);
  });
});

import { expect } from "chai";

import { type Model, compare } from "../support/differential.ts";
import { ethers } from "../support/fixtures.ts";

// EmissionSchedule
// ├── its rate is floor((1 - 2^(-1/1461)) * 1e18): the remaining CXT halves in 1,461 epochs, and no larger rate would
// ├── epochAt equals the model
// └── budgetDown equals the model
describe("EmissionSchedule", function () {
  it("halves what remains in 1,461 days, with the largest rate below the exact one", async function () {
    const harness = await ethers.deployContract("LibraryHarness");
    const [epoch, rate] = (await harness.getFunction("emission")()) as [bigint, bigint];
    expect(epoch).to.equal(86_400n);
    // (1 - r)^1461 against 1/2 with 120 digits: r is the floor exactly if r is not above, and r + 1e-18 is.
    const SCALE = 10n ** 120n;
    const remainsAfterFourYears = (rateWad: bigint) => {
      const step = SCALE - (SCALE / 10n ** 18n) * rateWad;
      let left = SCALE;
      for (let day = 0; day < 1_461; day++) left = (left * step) / SCALE;
      return left;
    };
    expect(remainsAfterFourYears(rate) >= SCALE / 2n).to.equal(true);
    expect(remainsAfterFourYears(rate + 1n) < SCALE / 2n).to.equal(true);
  });

  it("epochAt equals the model", async function () {
    await compare(
      "epochAt",
      [
        [0n, 2n ** 63n],
        [2n ** 63n, 2n ** 64n],
      ],
      (genesis = 0n, timestamp = 0n) => (timestamp - genesis) / 86_400n,
    );
  });

  it("budgetDown equals the model", async function () {
    const model: Model = (remaining = 0n) => (remaining * 474_320_862_749_585n) / 10n ** 18n;
    await compare("budgetDown", [[0n, 2n ** 207n]], model);
    await compare("budgetDown", [[0n, 10n ** 26n]], model);
  });
});

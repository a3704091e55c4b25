import { expect } from "chai";

import { measureGas, type GasMeasurement } from "../../scripts/bench/gas.ts";
import { totalOf } from "../../scripts/bench/profile.ts";
import { compareGas, readSnapshot } from "../../scripts/bench/snapshot.ts";

/** More nodes are left to `npm run bench -- --check`: a million take a minute. */
const SIZES = [10];

describe("gas of every operation", function () {
  this.timeout(300_000); // ten proofs when none is cached

  let measured: GasMeasurement;

  before(async function () {
    measured = await measureGas(() => undefined, { sizes: SIZES });
  });

  it("is within one percent of docs/gas-snapshot.json", function () {
    expect(compareGas(measured.gas, readSnapshot(), { complete: false }).join("\n")).to.equal("");
  });

  it("measures everything the snapshot has but what needs more nodes", function () {
    const missing = Object.keys(readSnapshot()).filter((operation) => measured.gas[operation] === undefined);
    expect(missing).to.not.be.empty;
    expect(missing.filter((operation) => !/, 1(,000|0,000|,000,000) nodes$/.test(operation))).to.deep.equal([]);
  });

  it("does not depend on the number of fragments when a task is published", function () {
    const [small = 0, large = 0] = ["4 fragments", "64 chains x 1,000 steps"].map(
      (size) => measured.gas[`publish: ${size}`],
    );
    // Steps take one more non-zero byte of calldata at most in each term.
    expect(Math.abs(large - small)).to.be.lessThan(100);
  });

  it("is attributed to contracts without a rest", function () {
    for (const { total, intrinsic, refund, contracts } of Object.values(measured.profiles)) {
      const spent = Object.values(contracts).reduce((sum, cost) => sum + totalOf(cost), intrinsic);
      expect(spent - refund).to.equal(total);
      expect(refund).to.be.within(0, Math.floor(spent / 5)); // EIP-3529
    }
  });
});

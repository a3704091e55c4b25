import { expect } from "chai";

import { measureGas, type GasMeasurement } from "../../scripts/bench/gas.ts";
import { totalOf } from "../../scripts/bench/profile.ts";
import { compareGas, readSnapshot } from "../../scripts/bench/snapshot.ts";

/** A draw among 1,000 nodes is left to `npm run bench -- --check`: making them takes a quarter of a minute. */
const DRAW_SIZES = [10];

describe("gas of every operation", function () {
  this.timeout(300_000); // six proofs when none is cached

  let measured: GasMeasurement;

  before(async function () {
    measured = await measureGas(() => undefined, { drawSizes: DRAW_SIZES });
  });

  it("is within one percent of docs/gas-snapshot.json", function () {
    expect(compareGas(measured.gas, readSnapshot(), { complete: false }).join("\n")).to.equal("");
  });

  it("measures everything the snapshot has but the large draws", function () {
    const missing = Object.keys(readSnapshot()).filter((operation) => measured.gas[operation] === undefined);
    expect(missing).to.deep.equal(["assign: first of a chain, 200 nodes", "assign: first of a chain, 1,000 nodes"]);
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

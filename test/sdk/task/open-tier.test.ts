import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { HIGH_VALUE_FEE, openTier, PRIORITY_WINDOW } from "../../../packages/sdk/src/task/open-tier.ts";

// openTier
// ├── when the fee is ordinary: what the owner asked for
// ├── when it is high: tier 4, one lower each minute, never below what the owner asked for
// └── its constants are those of MarketRules
describe("openTier", function () {
  it("is what the owner asked for while the fee is ordinary", function () {
    for (const waited of [0, 59, 60, 1_000]) {
      expect(openTier({ feePerFragment: HIGH_VALUE_FEE - 1n, minTier: 2n }, waited)).to.equal(2);
    }
  });

  it("falls from 4 by one a minute to what the owner asked for when the fee is high", function () {
    const tiers = [0, 59, 60, 119, 120, 179, 180, 239, 240, 100_000].map((waited) => {
      return openTier({ feePerFragment: HIGH_VALUE_FEE, minTier: 1n }, waited);
    });
    expect(tiers).to.deep.equal([4, 4, 3, 3, 2, 2, 1, 1, 1, 1]);
  });

  it("has the constants of MarketRules", function () {
    const rules = readFileSync(join(repositoryRoot(), "contracts/market/MarketRules.sol"), "utf8");
    expect(/HIGH_VALUE_FEE = (\w+);/.exec(rules)?.[1]).to.equal("100e18");
    expect(HIGH_VALUE_FEE).to.equal(100n * 10n ** 18n);
    expect(/PRIORITY_WINDOW = ([\w ]+);/.exec(rules)?.[1]).to.equal("1 minutes");
    expect(PRIORITY_WINDOW).to.equal(60);
  });
});

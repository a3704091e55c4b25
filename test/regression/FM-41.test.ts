// FM-41: overflow in unchecked pricing.
// Public case: Truebit, January 2026: an unchecked price formula wrapped around, and tokens were bought for nearly nothing.
// Guard: no `unchecked` block where money, capacity or points are counted; saturation where a caller's number may be absurd.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

import { expect } from "chai";

import { ONE, Track, deployRewards, ethers, loadFixture, networkHelpers, payoutOf } from "../support/fixtures.ts";

const MAX = ethers.MaxUint256;

/** Sources of these domains that lay out words for a hash or a proof; `test/market/SubmissionWords.t.sol` fuzzes them. */
const COPIES_WORDS = new Set(["SubmissionWords.sol"]);

// FM-41
// ├── the sources of these domains contain no unchecked block, and assembly only to copy words to where they are hashed
// ├── fees and work near 2^256 credit the cap, never a wrapped number
// └── a budget cannot be wrapped by asking for absurd epochs or amounts
describe("FM-41: arithmetic saturates or reverts, never wraps", function () {
  it("has no unchecked block, and no assembly that computes", async function () {
    let files = 0;
    for (const domain of ["token", "mining", "registry", "staking", "benchmark", "market"]) {
      const folder = path.join("contracts", domain);
      for (const file of await readdir(folder)) {
        const source = (await readFile(path.join(folder, file), "utf8")).replace(/\/\/.*$/gm, "");
        expect(source, file).to.not.match(/\bunchecked\s*\{/);
        const blocks = [...source.matchAll(/\bassembly\b[^{]*\{([^}]*)\}/g)].map(([, block = ""]) => block);
        if (!COPIES_WORDS.has(file)) expect(blocks, file).to.be.empty;
        // Places, by constant offsets; never a product, difference or quotient.
        for (const block of blocks) {
          expect(block.replaceAll(/\badd\(\w+, 0x[0-9a-f]+\)/g, "place"), file).to.not.match(
            /\b(add|sub|mul|s?div|s?mod|exp|shl|shr|sar|addmod|mulmod|sstore|call|delegatecall)\(/,
          );
        }
        files++;
      }
    }
    expect(files).to.be.greaterThan(10);
  });

  it("credits the cap for absurd fees and work", async function () {
    const { reporter, distributor, directory } = await loadFixture(deployRewards);
    await directory.set!(1, payoutOf(1), 1_000);
    const cap = 1_200n * 1_000_000n;
    for (const huge of [MAX, MAX / 2n + 1n, MAX / 20_000n + 1n, 2n ** 128n, 2n ** 112n]) {
      expect(await reporter.creditMatched.staticCall(1, Track.ComputePoC, huge, ONE, huge)).to.equal(cap);
      expect(await reporter.creditNetwork.staticCall(1, Track.ComputePoC, huge, ONE)).to.equal(cap);
    }
    await reporter.creditMatched(1, Track.ComputePoC, MAX, ONE, MAX);
    expect((await distributor.accountOf(1)).computePoints).to.equal(cap);
    // A tiny fee is worth what it is, not what it wraps to.
    expect(await reporter.creditMatched.staticCall(2, Track.ComputePoC, MAX, ONE, 1)).to.equal(0n);
  });

  it("answers absurd epochs with a budget of the curve, or an error", async function () {
    const { pool, distributor } = await loadFixture(deployRewards);
    const budget = await pool.budgetOf(0);
    for (const epoch of [1n, 2n ** 48n - 1n, 2n ** 48n, 2n ** 48n + 1n, MAX]) {
      expect(await pool.budgetOf(epoch)).to.equal(budget);
    }
    await networkHelpers.impersonateAccount(await distributor.getAddress());
    await networkHelpers.setBalance(await distributor.getAddress(), 10n ** 18n);
    const impersonated = await ethers.getSigner(await distributor.getAddress());
    await networkHelpers.time.increase(86_400);
    await expect(pool.connect(impersonated).release(0, MAX))
      .to.be.revertedWithCustomError(pool, "MiningPoolBudgetExceeded")
      .withArgs(0n, MAX, budget);
  });
});

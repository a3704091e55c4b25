// FM-41: overflow in unchecked pricing buys for nothing (Truebit, 2026).
import { expect } from "chai";

import { CXT, deploySuite, loadFixture } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

/** The largest fee: a third of what a draw may be worth. */
const MAX_FEE = 1_000n * CXT;

describe("FM-41: overflow in pricing", function () {
  it("charges the full product at the largest terms there are", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, token, escrow, owner, earned } = suite;
    const task = await LinearTask.create(suite, { owner });
    const terms = { ...task.terms, feePerFragment: MAX_FEE, chains: 64, steps: 1_000_000 };
    await token.connect(owner).approve(escrow, 2n ** 256n - 1n);
    await expect(market.connect(owner).publish(terms))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(owner, earned, MAX_FEE * 64_000_000n);
  });

  it("refuses each factor at the end of its type before it multiplies", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner, token, earned } = suite;
    const task = await LinearTask.create(suite, { owner });
    for (const change of [
      { feePerFragment: 2n ** 256n - 1n },
      { feePerFragment: 2n ** 255n },
      { feePerFragment: 2n ** 256n / 4n + 1n }, // times four fragments: 4 wei, if it wrapped around
      { feePerFragment: MAX_FEE + 1n },
      { steps: 2 ** 32 - 1 },
      { chains: 2 ** 16 - 1 },
      { shardsPerChain: 2 ** 32 - 1 },
      { fragmentDuration: 2 ** 32 - 1 },
    ]) {
      await expect(market.connect(owner).publish({ ...task.terms, ...change })).to.be.revertedWithCustomError(
        market,
        "MarketTermOutOfBounds",
      );
    }
    expect(await token.balanceOf(owner)).to.equal(earned);
  });

  it("keeps deadlines in their type at the longest duration", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    const task = await LinearTask.create(suite, { owner, fragmentDuration: 604_800 });
    await task.publish();
    await task.assign(0);
    const { deadline, requestedAt } = await market.cursorOf(task.id, 0);
    expect(deadline - requestedAt).to.be.within(604_800n, 604_900n);
  });
});

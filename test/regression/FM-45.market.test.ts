// FM-45: owner and node are one, farming emissions with work that nobody wants.
//
// Guard: the pool at most matches the fee, and nobody steers the draw. An owner with share w of the nodes that pays F per
// fragment gets back w * (F * (1 - p) + match * F * (1 - p)): a loss for every w < 1 / ((1 - p) * (1 + match)).
// The draw must bind the owner too: else it cancels every draw that goes elsewhere and publishes again.
import { expect } from "chai";
import fc from "fast-check";

import { BPS, deploySuite, loadFixture, mine } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

/** What `fragments` cost and bring an owner whose nodes get `drawn` of them, in wei, at most. */
function profit(fee: bigint, fragments: bigint, drawn: bigint, protocolFeeBps: bigint, matchBps: bigint): bigint {
  const paid = fee - (fee * protocolFeeBps + BPS - 1n) / BPS;
  return drawn * (paid + (paid * matchBps) / BPS) - fragments * fee;
}

describe("FM-45: self-dealing", function () {
  it("loses at the default parameters for every share up to 51 %", function () {
    fc.assert(
      fc.property(fc.bigInt(10n ** 15n, 10n ** 24n), fc.bigInt(0n, 512n), (fee, drawnOfThousand) => {
        expect(profit(fee, 1_000n, drawnOfThousand, 500n, 10_000n) < 0n).to.equal(true);
      }),
    );
    // The bound of the formula is sharp: 1 / (0.95 * 2) = 52.6 %.
    expect(profit(10n ** 18n, 1_000n, 526n, 500n, 10_000n) < 0n).to.equal(true);
    expect(profit(10n ** 18n, 1_000n, 527n, 500n, 10_000n) > 0n).to.equal(true);
  });

  it("gets at most the match of what the node was paid, on chain", async function () {
    const suite = await loadFixture(deploySuite);
    const { rewardDistributor, nodeRegistry, owner, operators } = suite;
    // The owner is every node's payout: the extreme of self-dealing.
    for (const { signer } of operators) await nodeRegistry.connect(signer).setPayout(owner);
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 2 });
    await task.publish();
    await task.complete();
    const { maxRewardPerPoint } = await rewardDistributor.terms();
    const accounts = await Promise.all(operators.map(async ({ node }) => rewardDistributor.accountOf(node)));
    const points = accounts.reduce((sum, { computePoints }) => sum + computePoints, 0n);
    const paid = (task.totalFee * 95n) / 100n;
    expect(points > 0n).to.equal(true);
    expect(points * maxRewardPerPoint <= paid).to.equal(true);
    // Even with all the nodes the owner gains less than it put at risk for one fragment in two going elsewhere.
    expect(profit(task.terms.feePerFragment, 2n, 1n, 500n, 10_000n) < 0n).to.equal(true);
  });

  it("cannot take a decided draw back: cancelling refunds no fragment whose node is known", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, nodeRegistry, owner, operators } = suite;
    const own = operators[0].node;
    let paidToOthers = 0n;
    let paidToOwn = 0n;
    const fee = 512n * 10n ** 12n;
    for (let round = 0n; round < 6n; round++) {
      const task = await LinearTask.create(suite, { owner, feePerFragment: fee, steps: 1, nonce: 500n + round });
      await task.publish();
      await mine(2);
      // The owner reads both draws and cancels whenever one is not its own.
      await market.connect(owner).cancel(task.terms);
      expect(await escrow.heldFor(task.id)).to.equal(2n * fee);
      for (const chain of [0, 1]) {
        await market.assign(task.terms, chain);
        const { node } = await market.cursorOf(task.id, chain);
        expect((await nodeRegistry.get(node)).operator).to.not.equal(owner.address);
        if (node === own) paidToOwn += fee;
        else paidToOthers += fee;
      }
    }
    // What is drawn to others stays reserved for them: 12 draws, all binding.
    expect(paidToOwn + paidToOthers).to.equal(12n * fee);
    expect(paidToOthers > 0n).to.equal(true);
    expect(await escrow.owedTo(owner)).to.equal(0n);
  });

  it("cannot wait for a better draw either: a decided draw changes only when its entropy is 256 blocks old", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    await mine(2);
    const drawn = await market.assign.staticCall(task.terms, 0);
    for (const blocks of [1, 10, 100, 140]) {
      await mine(blocks);
      expect(await market.assign.staticCall(task.terms, 0)).to.equal(drawn);
    }
  });
});

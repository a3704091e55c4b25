// FM-45: owner and node are one, farming emissions with work that nobody wants.
//
// Guard: the pool at most matches the fee, and nobody steers the draw. An owner with share w of the nodes that pays F per
// fragment gets back w * (F * (1 - p) + match * F * (1 - p)): a loss for every w < 1 / ((1 - p) * (1 + match)).
// Quality, tier and boost multiply the points of the work, up to 3.9 times, but never lift them above the match.
// The draw must bind the owner too: else it cancels every draw that goes elsewhere and publishes again.
import { expect } from "chai";
import fc from "fast-check";

import { BPS, CXT, decide, deploySuite, loadFixture, mine, time } from "../support/market/suite.ts";
import { deployStaked, leaveOnly } from "../support/market/stake.ts";
import { LinearTask } from "../support/market/task.ts";

/** Most that the work of a fragment earns before its multiplier, in wei: 512 work units, a million points each. */
const WORK_REWARD = 512n * 10n ** 6n * 2n * 10n ** 9n;
/** Quality one, tier 4, boost 3. */
const MAX_MULTIPLIER = 39_000n;

/** What `fragments` cost and bring an owner whose nodes get `drawn` of them, in wei, at most; for every multiplier. */
function profit(fee: bigint, fragments: bigint, drawn: bigint, protocolFeeBps: bigint, matchBps: bigint): bigint {
  const paid = fee - (fee * protocolFeeBps + BPS - 1n) / BPS;
  return drawn * (paid + (paid * matchBps) / BPS) - fragments * fee;
}

/** The same with a multiplier: the pool pays the work times it, or the match, whichever is less. */
function profitWith(fee: bigint, fragments: bigint, drawn: bigint, multiplier: bigint): bigint {
  const paid = fee - (fee * 500n + BPS - 1n) / BPS;
  const work = (WORK_REWARD * multiplier) / BPS;
  return drawn * (paid + (work < paid ? work : paid)) - fragments * fee;
}

/** Tasks that the owner publishes and cancels; the three nodes may have twelve fragments at once. */
const ROUNDS = 5n;

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

  it("loses with every multiplier, and gains nothing on the match by one", function () {
    const fees = fc.bigInt(10n ** 15n, 10n ** 21n);
    const multipliers = fc.bigInt(4_000n, MAX_MULTIPLIER);
    fc.assert(
      fc.property(fees, fc.bigInt(0n, 512n), multipliers, (fee, drawnOfThousand, multiplier) => {
        const result = profitWith(fee, 1_000n, drawnOfThousand, multiplier);
        expect(result < 0n).to.equal(true);
        expect(result <= profit(fee, 1_000n, drawnOfThousand, 500n, 10_000n)).to.equal(true);
      }),
    );
    // The fee from which the largest multiplier stops to matter: the match of it is more than the work.
    const edge = (WORK_REWARD * MAX_MULTIPLIER) / BPS;
    expect(profitWith(2n * edge, 1n, 1n, MAX_MULTIPLIER)).to.be.lessThan(edge);
  });

  it("gets no more than the match by a boost and a tier, on chain", async function () {
    const suite = await loadFixture(deployStaked);
    const { rewardDistributor, scheduler, owner, operators } = suite;
    const [operator] = operators;
    await leaveOnly(suite, operator);
    const pointsOf = async () => (await rewardDistributor.accountOf(operator.node)).computePoints;
    const { maxRewardPerPoint } = await rewardDistributor.terms();
    // A fee whose match is below the work: the multiplier of 1.1 adds nothing. Then one far above: it multiplies the work.
    const cases = [
      { fee: 10n ** 16n, points: (95n * 10n ** 14n) / maxRewardPerPoint },
      { fee: 10n * CXT, points: (512n * 10n ** 6n * 11n) / 10n },
    ];
    for (const [index, { fee, points }] of cases.entries()) {
      const options = { owner, chains: 1, steps: 1, feePerFragment: fee, nonce: BigInt(index) };
      const task = await LinearTask.create(suite, options);
      await task.publish();
      await task.assign(0);
      expect((await scheduler.weightOf(operator.node)).boost).to.equal(11_000n);
      const before = await pointsOf();
      await task.submit(0);
      expect((await pointsOf()) - before, String(fee)).to.equal(points);
      expect(points * maxRewardPerPoint <= (fee * 95n) / 100n).to.equal(true);
    }
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
    for (let round = 0n; round < ROUNDS; round++) {
      const task = await LinearTask.create(suite, { owner, feePerFragment: fee, steps: 1, nonce: 500n + round });
      await task.publish();
      await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
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
    // What is drawn to others stays reserved for them: all draws bind.
    expect(paidToOwn + paidToOthers).to.equal(2n * ROUNDS * fee);
    expect(paidToOthers > 0n).to.equal(true);
    expect(await escrow.owedTo(owner)).to.equal(0n);
  });

  it("cannot wait for a better draw either: a decided draw stands while its period runs, whatever weights rise to", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, vault, entropy, owner, operators } = suite;
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    const { ticket } = await market.cursorOf(task.id, 0);
    await decide(suite, ticket);
    await mine();
    const drawn = await market.assign.staticCall(task.terms, 0);
    // Everybody stakes more, which counts from the next period on.
    for (const { signer, node } of operators) await vault.connect(signer).topUp(node, 0, CXT);
    expect(await market.assign.staticCall(task.terms, 0)).to.equal(drawn);
    const period = await entropy.periodBlocks();
    const last = (ticket / period + 1n) * period - 1n;
    await mine(Number(last) - (await time.latestBlock()));
    expect(await market.assign.staticCall(task.terms, 0)).to.equal(drawn);
    // The next period: nobody is drawn, and the new entropy is unknown to all.
    await mine();
    expect(await market.assign.staticCall(task.terms, 0)).to.equal(0n);
  });

  it("can give up its own draw alone: who worsens its weight after the entropy is known gets no other's fragment", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, nodeRegistry, owner, operators } = suite;
    const task = await LinearTask.create(suite, { owner, chains: 6, steps: 1 });
    await task.publish();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await mine();
    const outcome = async () =>
      Promise.all([0, 1, 2, 3, 4, 5].map(async (chain) => market.assign.staticCall(task.terms, chain)));
    const before = await outcome();
    await nodeRegistry.suspend(operators[2].node);
    const after = await outcome();
    for (const [chain, node] of before.entries()) {
      if (node !== operators[2].node) expect(after[chain]).to.equal(node);
      else expect(after[chain]).to.not.equal(node);
    }
  });
});

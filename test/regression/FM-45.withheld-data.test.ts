// FM-45, self-dealing: an owner that runs a node publishes commitments but keeps the shards from everybody else. Others miss,
// the fragment is drawn again until the owner's node has it, the fee returns, and the pool would match it every time. See
// docs/adr/0013-no-match-after-a-miss.md; found in a review of this design, no public case is known to us. Guard: a fragment
// that anybody missed or gave back is paid but earns no points, and a node that cannot have the data gives the fragment back
// at no cost of stake.
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";

import { CXT, deploySuite, loadFixture, time } from "../support/market/suite.ts";
import { deployStaked, operatorOf } from "../support/market/stake.ts";
import { LinearTask } from "../support/market/task.ts";

describe("FM-45: an owner that withholds its data", function () {
  it("gets its fee back when its node is drawn at last, but no match", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, rewardDistributor } = suite;
    const task = await LinearTask.create(suite, { owner: suite.owner, chains: 1, steps: 2 });
    await task.publish();

    // Somebody else is drawn and cannot do it.
    await task.assign(0);
    const { node: missed } = await market.cursorOf(task.id, 0);
    await time.increase(task.terms.fragmentDuration + 1);
    await market.reassign(task.terms, 0);

    // The next node has the data.
    const operator = await task.assign(0);
    const { node } = await market.cursorOf(task.id, 0);
    expect(node).not.to.equal(missed);
    const { payout } = await suite.nodeRegistry.get(node);
    const [owed, points] = [await escrow.owedTo(payout), await pointsOf(node)];
    await expect(task.submit(0))
      .to.emit(rewardDistributor, "PointsCredited")
      .withArgs(anyValue, node, 0n, 0n, (512n * 10n ** 6n * 9n) / 10n); // tier 1 weighs 0.9
    expect(await escrow.owedTo(payout)).to.equal(owed + (task.terms.feePerFragment * 95n) / 100n);
    expect(await pointsOf(node)).to.equal(points);
    expect(operator.address).to.not.equal(suite.owner.address);

    // The miss counts for that fragment alone: the next step is matched again.
    await task.assign(0);
    const { node: next } = await market.cursorOf(task.id, 0);
    const before = await pointsOf(next);
    await task.submit(0);
    expect(await pointsOf(next)).to.be.greaterThan(before);

    async function pointsOf(id: bigint): Promise<bigint> {
      const { computePoints } = await rewardDistributor.accountOf(id);
      return computePoints;
    }
  });

  it("takes no stake from a node that gives back what it cannot do, and gets no match either", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, escrow, vault, reputation, rewardDistributor, token, owner } = suite;
    const options = { owner, chains: 1, steps: 1, feePerFragment: 10n * CXT };
    const task = await LinearTask.create(suite, options);
    await task.publish();
    const refusing = await task.assign(0);
    const { node: victim } = await market.cursorOf(task.id, 0);
    const [staked, supply, score] = [
      await vault.stakeDataOf(victim),
      await token.totalSupply(),
      await reputation.scoreOf(victim),
    ];
    expect(staked.held).to.equal(5n * CXT);
    await market.connect(refusing).refuse(task.terms, 0);
    const { tokens, held, slashed } = await vault.stakeDataOf(victim);
    expect([tokens, held, slashed]).to.deep.equal([staked.tokens, 0n, 0n]);
    expect(await token.totalSupply()).to.equal(supply);
    // Nor reputation, as long as nobody else shows that it could be done.
    expect((await reputation.conductOf(victim)).refused).to.equal(0n);
    expect(await reputation.scoreOf(victim)).to.be.closeTo(score, 10n ** 12n);

    // The node that has the data is paid, and the pool adds nothing.
    await task.assign(0);
    const { node } = await market.cursorOf(task.id, 0);
    expect(node).to.not.equal(victim);
    const before = (await rewardDistributor.accountOf(node)).computePoints;
    await task.submit(0);
    expect((await rewardDistributor.accountOf(node)).computePoints).to.equal(before);
    expect(await escrow.owedTo(operatorOf(suite, node).payout)).to.equal((task.totalFee * 95n) / 100n);
  });
});

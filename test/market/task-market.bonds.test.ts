import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { CXT, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import {
  deployRich,
  deployStaked,
  leaveOnly,
  MIN_BOOST,
  MIN_STAKE,
  operatorOf,
  STAKE_PERIOD,
} from "../support/market/stake.ts";
import { LinearTask, type TaskOptions } from "../support/market/task.ts";

const FEE = 10n * CXT;
const BOND = 5n * CXT;
const OFFENCE_MISSED = 1n;

/** An assigned fragment of a task with a fee of 10 CXT; by default every node is staked. */
async function assigned(deploy = deployStaked, options: Partial<TaskOptions> = {}) {
  const suite = await loadFixture(deploy);
  const owner = options.network === true ? suite.admin : suite.owner;
  const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1, feePerFragment: FEE, ...options });
  await task.publish();
  await task.assign(0);
  const { node, bonded, deadline } = await suite.market.cursorOf(task.id, 0);
  const operator = operatorOf(suite, node);
  return { ...suite, suite, task, node, bonded, deadline, operator };
}

/** One staked node alone has every fragment of a high-value task. */
async function loaded(feePerFragment: bigint, chains: number) {
  const suite = await loadFixture(deployStaked);
  const [operator] = suite.operators;
  await leaveOnly(suite, operator);
  const task = await LinearTask.create(suite, { owner: suite.owner, chains, steps: 1, feePerFragment });
  await task.publish();
  await time.increase(300); // the priority of higher tiers is over
  for (let chain = 0; chain < chains; chain++) {
    await task.assign(chain).catch(() => undefined); // requests the draw anew, open to all tiers
    if ((await suite.market.cursorOf(task.id, chain)).node === 0n) await task.assign(chain);
  }
  const bonded = await Promise.all(
    Array.from({ length: chains }, async (_, chain) => (await suite.market.cursorOf(task.id, chain)).bonded),
  );
  return { ...suite, suite, task, operator, node: operator.node, bonded };
}

// Bonds: stake that answers for a fragment of a market task
// ├── held at assign, if the node is staked and as much is free; not for network tasks
// ├── let go by a submission and by a refusal
// ├── slashed by a miss: half the fee, of which 70 % is burned and 30 % is the treasury's; within the cap
// ├── while it is held, the stake cannot leave, and the node cannot escape by exit
// └── points: work x quality x weight of the tier x boost
describe("Bonds", function () {
  it("hold half of the fee of a staked node", async function () {
    const { vault, bonded, node } = await assigned();
    expect(bonded).to.equal(true);
    const { held, tokens } = await vault.stakeDataOf(node);
    expect([held, tokens]).to.deep.equal([BOND, MIN_STAKE]);
  });

  it("hold nothing of a node without stake, which may work all the same", async function () {
    const { vault, bonded, node } = await assigned(deployRich);
    expect(bonded).to.equal(false);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
  });

  it("hold nothing for network tasks: nobody lost a fee", async function () {
    const { vault, bonded, node } = await assigned(deployStaked, { network: true });
    expect(bonded).to.equal(false);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
  });

  it("hold nothing of stake that is leaving, though it could still be slashed", async function () {
    const suite = await loadFixture(deployStaked);
    for (const { signer, node } of suite.operators) await suite.vault.connect(signer).startLeaving(node, 0);
    const task = await LinearTask.create(suite, { owner: suite.owner, chains: 1, steps: 1, feePerFragment: FEE });
    await task.publish();
    await task.assign(0);
    expect((await suite.market.cursorOf(task.id, 0)).bonded).to.equal(false);
  });

  it("hold as many bonds as the stake covers, and the node works on without", async function () {
    const { vault, node, bonded } = await loaded(800n * CXT, 3);
    expect(bonded).to.deep.equal([true, true, false]); // 400 each of 1,000: the third does not fit
    expect((await vault.stakeDataOf(node)).held).to.equal(800n * CXT);
  });

  it("are let go by a refusal, at no cost of stake", async function () {
    const { suite, market, vault, task, node, operator } = await assigned();
    const before = await observe(suite, task);
    await expect(market.connect(operator.signer).refuse(task.terms, 0))
      .to.emit(vault, "HoldUpdated")
      .withArgs(node, 0n);
    const { held, tokens } = await vault.stakeDataOf(node);
    expect([held, tokens]).to.deep.equal([0n, MIN_STAKE]);
    expect((await observe(suite, task)).balances).to.deep.equal(before.balances);
  });

  it("are slashed by a miss: 70 % burned, 30 % to the treasury, nothing to whoever calls", async function () {
    const { suite, market, vault, slasher, reputation, token, feeRouter, stranger, task, node } = await assigned();
    await time.increase(601);
    const before = await observe(suite, task);
    const [supply, treasury] = [await token.totalSupply(), await token.balanceOf(feeRouter)];
    const score = await reputation.scoreOf(node);

    const call = market.connect(stranger).reassign(task.terms, 0);
    const burned = (BOND * 7n) / 10n;
    const verdict = [BOND, BOND, burned, BOND - burned, `0x${"0".repeat(40)}`, 0n];
    await expect(call)
      .to.emit(slasher, "Punished")
      .withArgs(node, OFFENCE_MISSED, market, ...verdict);
    await expect(call).to.emit(market, "FragmentMissed").withArgs(task.id, 0n, 0n, node, BOND);
    expect(await token.totalSupply()).to.equal(supply - burned);
    expect(await token.balanceOf(feeRouter)).to.equal(treasury + BOND - burned);
    const { held, tokens, slashed } = await vault.stakeDataOf(node);
    expect([held, tokens, slashed]).to.deep.equal([0n, MIN_STAKE - BOND, BOND]);
    expect(await reputation.scoreOf(node)).to.be.closeTo((score * 95n) / 100n, 10n ** 12n);
    expect(await slasher.owedTo(stranger)).to.equal(0n);
    expect(await slasher.lastOffenceOf(node)).to.deep.equal([OFFENCE_MISSED, BOND, BigInt(await time.latest())]);
    // The fee stays where it was: for whoever does the fragment.
    expect((await observe(suite, task)).held).to.equal(before.held);
    await expect(market.reassign(task.terms, 0)).to.be.revertedWithCustomError(market, "FragmentsNotAssigned");
  });

  it("cost a node without stake reputation alone", async function () {
    const { market, vault, token, reputation, task, node } = await assigned(deployRich);
    await time.increase(601);
    const supply = await token.totalSupply();
    await expect(market.reassign(task.terms, 0)).to.emit(market, "FragmentMissed").withArgs(task.id, 0n, 0n, node, 0n);
    expect(await token.totalSupply()).to.equal(supply);
    expect(await vault.stakeOf(node)).to.equal(0n);
    expect((await reputation.conductOf(node)).missed).to.equal(1n);
  });

  it("take half of the stake in 30 days at most, and all of them are let go", async function () {
    const { market, vault, slasher, task, node, bonded } = await loaded(800n * CXT, 2);
    expect(bonded).to.deep.equal([true, true]);
    await time.increase(601);
    await market.reassign(task.terms, 0);
    expect(await vault.stakeOf(node)).to.equal(600n * CXT);
    await expect(market.reassign(task.terms, 1))
      .to.emit(market, "FragmentMissed")
      .withArgs(task.id, 1n, 0n, node, 100n * CXT);
    const { held, tokens } = await vault.stakeDataOf(node);
    expect([held, tokens]).to.deep.equal([0n, 500n * CXT]);
    expect(await slasher.slashable(node)).to.equal(0n);
  });

  it("keep the stake from leaving until the fragment is done, refused or missed", async function () {
    const { suite, market, vault, token, task, node, operator } = await assigned();
    const staker = vault.connect(operator.signer);
    await staker.startLeaving(node, 0);
    await time.increase(STAKE_PERIOD);
    await expect(staker.withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, 0n, BOND);
    await expect(staker.expedite(node, 0)).to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds");
    await market.reassign(task.terms, 0);
    const before = await token.balanceOf(operator.signer);
    await staker.withdraw(node, 0);
    expect(await token.balanceOf(operator.signer)).to.equal(before + MIN_STAKE - BOND);
    expect(await vault.totalStaked()).to.equal(MIN_STAKE * BigInt(suite.operators.length - 1));
  });

  it("punish a node that left with the fragment", async function () {
    const { market, vault, reputation, nodeRegistry, task, node, operator } = await assigned();
    await nodeRegistry.connect(operator.signer).exit();
    await time.increase(601);
    await expect(market.reassign(task.terms, 0))
      .to.emit(market, "FragmentMissed")
      .withArgs(task.id, 0n, 0n, node, BOND);
    expect(await vault.stakeOf(node)).to.equal(MIN_STAKE - BOND);
    expect((await reputation.conductOf(node)).missed).to.equal(1n);
  });

  it("are let go by a submission, also of a node that left, and it is paid", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, vault, escrow, nodeRegistry, operators, owner } = suite;
    const [operator] = operators;
    await leaveOnly(suite, operator);
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1, feePerFragment: FEE });
    await task.publish();
    await task.assign(0);
    expect((await vault.stakeDataOf(operator.node)).held).to.equal(BOND);
    await nodeRegistry.connect(operator.signer).exit();
    await expect(task.submit(0)).to.emit(market, "FragmentSettled");
    const { held, tokens } = await vault.stakeDataOf(operator.node);
    expect([held, tokens]).to.deep.equal([0n, MIN_STAKE]);
    expect(await escrow.owedTo(operator.payout)).to.equal((FEE * 95n) / 100n);
  });
});

describe("Points of a fragment", function () {
  it("are work x quality x weight of the tier x boost", async function () {
    const suite = await loadFixture(deployStaked);
    const { market, rewardDistributor, scheduler, admin, operators } = suite;
    const [operator] = operators;
    await leaveOnly(suite, operator);
    const task = await LinearTask.create(suite, { owner: admin, network: true, chains: 1, steps: 1 });
    await task.publish();
    await task.assign(0);
    const { tier, boost } = await scheduler.weightOf(operator.node);
    expect([tier, boost]).to.deep.equal([2n, MIN_BOOST]);
    const submission = await task.submission(0, operator.address);
    const { deadline } = await market.cursorOf(task.id, 0);
    const work = 512n * 10n ** 6n;
    // Tier 2 weighs 1, the boost is 1.1. Quality: one until half of the time is left, one half at the deadline.
    for (const [secondsLeft, points] of [
      [300n, (work * 11n) / 10n],
      [150n, (work * 11n * 3n) / 40n],
      [0n, (work * 11n) / 20n],
    ] as const) {
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(deadline - secondsLeft);
      await market.connect(operator.signer).submit(task.terms, submission);
      expect((await rewardDistributor.accountOf(operator.node)).computePoints, `${secondsLeft}`).to.equal(points);
      await snapshot.restore();
    }
  });

  it("weigh less without stake and record: tier 1 by 0.9", async function () {
    const suite = await loadFixture(deployRich);
    const { rewardDistributor, scheduler, admin, operators } = suite;
    const [operator] = operators;
    await leaveOnly(suite, operator);
    const task = await LinearTask.create(suite, { owner: admin, network: true, chains: 1, steps: 1 });
    await task.publish();
    await task.assign(0);
    expect((await scheduler.weightOf(operator.node)).tier).to.equal(1n);
    await task.submit(0);
    expect((await rewardDistributor.accountOf(operator.node)).computePoints).to.equal((512n * 10n ** 6n * 9n) / 10n);
  });
});

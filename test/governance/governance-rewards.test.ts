// What taking part in votes is paid, out of which fees, when, and what a later annulment changes.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import {
  Vote,
  argsOf,
  deployGovernance,
  feeProposal,
  fund,
  promoted,
  stakeFor,
  textProposal,
} from "../support/governance.ts";

const QUARTER = 90 * DAY;
const SETTLING = 37 * DAY;
const ENROLMENT = 30 * DAY;
const VESTING = 180 * DAY;
const FEES = 10_000n * CXT;
const POOL = 500n * CXT;

/** Three more nodes with stake: two of 20,000 CXT and one of 40,000; budgets for the rewards; a proposal they vote on. */
async function deployVoted() {
  const suite = await deployGovernance();
  const { treasury, token, technicalTimelock, feeRouter } = suite;
  const timelock = await technicalTimelock.getAddress();
  await networkHelpers.impersonateAccount(timelock);
  await networkHelpers.setBalance(timelock, CXT);
  const dao = await ethers.getSigner(timelock);
  const [first, second, big] = [9, 10, 11].map((index) => suite.signer(index));
  if (!first || !second || !big) throw new Error("signers are missing");
  for (const [voter, amount] of [
    [first, 20_000n],
    [second, 20_000n],
    [big, 40_000n],
  ] as const) {
    await stakeFor(suite, voter, amount * CXT);
    await suite.votes.connect(voter).delegate(voter);
  }
  await fund(suite, { address: await treasury.getAddress() }, 100_000n * CXT);
  await treasury.connect(dao).setLimit(1, token, 5_000n * CXT);
  await time.increase(2);
  const proposalId = await promoted(suite, await textProposal(suite));
  await fund(suite, { address: await feeRouter.getAddress() }, FEES);
  await feeRouter.flush();
  const vote = async (voter: typeof first, choice: number) =>
    suite.policyGovernor.connect(voter).castVote(proposalId, choice);
  const end = await suite.voteRewards.endOf(0);
  return { ...suite, dao, first, second, big, proposalId, vote, end, rewards: suite.voteRewards };
}

type Voted = Awaited<ReturnType<typeof deployVoted>>;

/** Everybody of `voters` votes; then the time of enrolment. */
async function afterVotes(suite: Voted, voters: readonly (readonly [Voted["first"], number])[]) {
  for (const [voter, choice] of voters) await suite.vote(voter, choice);
  await time.increaseTo(suite.end + BigInt(SETTLING));
}

async function enrolled(suite: Voted, accounts: readonly Voted["first"][]) {
  await suite.rewards.fund(0);
  for (const account of accounts) await suite.rewards.enrol(0, account);
  await time.increaseTo(suite.end + BigInt(SETTLING + ENROLMENT));
}

// GovernanceRewards
// ├── For, Against and Abstain, early or late, are paid alike; CXT that is only held is paid nothing
// ├── participation: nothing at half, all from 90 %
// ├── the pool: a share of the quarter's fees, once, within the budget (INV-RWG-1, INV-RWG-2)
// ├── splitting gains nothing
// ├── vesting over 180 days, never more than the share (INV-RWG-3)
// ├── annulment: less for those who voted For, more for Against, of what is not paid yet; a veto that stood needs no vote
// ├── calendar: nothing before or after its time; nothing twice
// └── what nobody is due returns to the treasury
describe("GovernanceRewards", function () {
  it("pays every choice alike, by own stake alone", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, first, second, big, whale } = suite;
    await afterVotes(suite, [
      [first, Vote.For],
      [second, Vote.Against],
      [big, Vote.Abstain],
      [whale, Vote.For],
    ]);
    await enrolled(suite, [first, second, big]);
    await expect(rewards.enrol(0, whale)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    expect((await rewards.weightOf(0, whale))[0]).to.equal(0n);
    const weights = await Promise.all([first, second, big].map(async (voter) => (await rewards.weightOf(0, voter))[0]));
    expect(weights[0]).to.equal(weights[1]);
    expect(weights[2]).to.equal(2n * (weights[0] ?? 0n));
    await time.increase(VESTING);
    const due = await Promise.all([first, second, big].map(async (voter) => rewards.withdrawableOf(0, voter)));
    expect(due[0]).to.equal(due[1]);
    expect(due[2]).to.equal(((POOL / 2n) * 10n) / 11n);
    expect((await rewards.quarterOf(0)).proposals).to.equal(1n);
  });

  it("pays nothing for half of the votes, all from nine in ten, to nobody who did not vote", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, first, second, vote } = suite;
    await vote(first, Vote.For);
    await time.increase(45 * DAY);
    const fee = await promoted(suite, await feeProposal(suite));
    await suite.technicalGovernor.connect(second).castVote(fee, Vote.For);
    await suite.technicalGovernor.connect(suite.big).castVote(fee, Vote.For);
    await time.increaseTo(suite.end + BigInt(SETTLING));
    await rewards.count(10);
    expect((await rewards.quarterOf(0)).proposals).to.equal(2n);
    for (const voter of [first, second]) {
      const [weight, participation] = await rewards.weightOf(0, voter);
      expect([weight, participation]).to.deep.equal([0n, 0n]);
      await expect(rewards.enrol(0, voter)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsNoWeight");
    }
    await expect(rewards.enrol(0, suite.stranger)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsNoWeight");
  });

  it("draws at most the share of the quarter's fees, whoever calls how often (INV-RWG-1, INV-RWG-2)", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, token, feeRouter, stranger, treasury } = suite;
    await expect(rewards.fund(0)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    await time.increaseTo(suite.end);
    await rewards.connect(stranger).fund(0);
    expect((await rewards.quarterOf(0)).pool).to.equal(POOL);
    expect(await token.balanceOf(rewards)).to.equal(POOL);
    await fund(suite, { address: await feeRouter.getAddress() }, FEES);
    await feeRouter.flush();
    expect(await rewards.fund.staticCall(0)).to.equal(0n);
    expect(await rewards.feesOf(0)).to.equal(FEES);
    expect(await treasury.freeOf(token)).to.equal(100_000n * CXT + 2n * FEES - POOL);
    await time.increase(QUARTER);
    await rewards.fund(1);
    expect((await rewards.quarterOf(1)).pool).to.equal(POOL);
    await expect(rewards.fund(0)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
  });

  it("takes what the budget gives, and the rest when it gives more", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, treasury, dao, token } = suite;
    await treasury.connect(dao).setLimit(1, token, 300n * CXT);
    await time.increaseTo(suite.end);
    await rewards.fund(0);
    expect((await rewards.quarterOf(0)).pool).to.equal(300n * CXT);
    expect(await rewards.fund.staticCall(0)).to.equal(0n);
    await time.increase(31 * DAY);
    await rewards.fund(0);
    expect((await rewards.quarterOf(0)).pool).to.equal(POOL);
  });

  it("vests over 180 days and pays anyone's share to itself, once (INV-RWG-3)", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, token, first, big, stranger } = suite;
    await afterVotes(suite, [
      [first, Vote.For],
      [big, Vote.Against],
    ]);
    await enrolled(suite, [first, big]);
    const opensAt = suite.end + BigInt(SETTLING + ENROLMENT);
    const share = ((POOL / 3n) * 10n) / 11n;
    await time.setNextBlockTimestamp(opensAt + BigInt(VESTING / 2));
    await rewards.connect(stranger).withdraw(0, first);
    const half = await token.balanceOf(first);
    expect(half >= share / 2n - 1n && half <= share / 2n).to.equal(true);
    await time.setNextBlockTimestamp(opensAt + BigInt(VESTING));
    await rewards.withdraw(0, first);
    const whole = await token.balanceOf(first);
    expect(whole >= share - 1n && whole <= share).to.equal(true);
    expect(await rewards.withdraw.staticCall(0, first)).to.equal(0n);
    expect(await rewards.withdraw.staticCall(0, stranger)).to.equal(0n);
    await time.increaseTo(opensAt + BigInt(VESTING + 365 * DAY));
    await expect(rewards.withdraw(0, big)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
  });

  it("gives the same in sum to an owner that splits its stake", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, first, second, big } = suite;
    await afterVotes(suite, [
      [first, Vote.For],
      [second, Vote.For],
      [big, Vote.For],
    ]);
    await enrolled(suite, [first, second, big]);
    await time.increase(VESTING);
    const due = async (account: typeof first) => rewards.withdrawableOf(0, account);
    const [split, one] = [(await due(first)) + (await due(second)), await due(big)];
    expect(split <= one && split >= one - 2n).to.equal(true);
  });

  it("lowers what is not paid yet when a proposal is annulled, and raises it for those who opposed", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, dao, first, second, big, proposalId, token, stranger } = suite;
    await afterVotes(suite, [
      [first, Vote.For],
      [second, Vote.Against],
      [big, Vote.Abstain],
    ]);
    await enrolled(suite, [first, second, big]);
    await expect(rewards.connect(stranger).annul(proposalId)).to.be.revertedWithCustomError(
      rewards,
      "AccessManagedUnauthorized",
    );
    await expect(rewards.annulVetoed(proposalId)).to.be.revertedWithCustomError(
      rewards,
      "GovernanceRewardsNotAnnullable",
    );
    await expect(rewards.connect(dao).annul(1n)).to.be.revertedWithCustomError(
      rewards,
      "GovernanceRewardsNotAnnullable",
    );
    const opensAt = suite.end + BigInt(SETTLING + ENROLMENT);
    await time.setNextBlockTimestamp(opensAt + BigInt((VESTING * 98) / 100));
    await rewards.withdraw(0, first);
    const paid = await token.balanceOf(first);
    await rewards.connect(dao).annul(proposalId);
    await expect(rewards.connect(dao).annul(proposalId)).to.be.revertedWithCustomError(
      rewards,
      "GovernanceRewardsNotAnnullable",
    );
    expect(await rewards.multiplierOf(0, first)).to.equal(9_000n);
    expect(await rewards.multiplierOf(0, second)).to.equal(10_500n);
    expect(await rewards.multiplierOf(0, big)).to.equal(10_000n);
    await time.increaseTo(opensAt + BigInt(VESTING));
    // It was paid more than nine tenths: nothing is taken back, nothing more is paid.
    expect(await rewards.withdrawableOf(0, first)).to.equal(0n);
    expect(await token.balanceOf(first)).to.equal(paid);
    const [against, abstained] = [await rewards.withdrawableOf(0, second), await rewards.withdrawableOf(0, big)];
    expect(against).to.equal(((POOL / 4n) * 10_500n) / 11_000n);
    expect(abstained).to.equal(((POOL / 2n) * 10_000n) / 11_000n);
    expect(paid + against + abstained).to.be.lessThan(POOL);
    await expect(rewards.connect(dao).annul(proposalId)).to.be.revert(ethers);
  });

  it("keeps its calendar, and enrols everybody once", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, first, end } = suite;
    await suite.vote(first, Vote.For);
    await time.increaseTo(end + BigInt(SETTLING) - 2n);
    await expect(rewards.enrol(0, first)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    await time.increaseTo(end + BigInt(SETTLING));
    await rewards.connect(suite.stranger).enrol(0, first);
    await expect(rewards.enrol(0, first)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsEnrolled");
    await expect(rewards.withdraw(0, first)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    expect(await rewards.withdrawableOf(0, first)).to.equal(0n);
    await expect(rewards.sweep(0)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    expect(await rewards.currentQuarter()).to.equal(1n);
  });

  it("returns what nobody is due: all of it without votes, the rest a year after it vested", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, token, treasury, first, end } = suite;
    await suite.vote(first, Vote.For);
    await time.increaseTo(end + BigInt(SETTLING));
    await enrolled(suite, [first]);
    await expect(rewards.sweep(0)).to.be.revertedWithCustomError(rewards, "GovernanceRewardsWrongTime");
    await time.increase(VESTING);
    await rewards.withdraw(0, first);
    await time.increase(366 * DAY);
    const rest = await token.balanceOf(rewards);
    await expect(rewards.sweep(0)).to.changeTokenBalances(ethers, token, [rewards, treasury], [-rest, rest]);
    expect(rest).to.be.greaterThan(0n);
    expect(await rewards.sweep.staticCall(0)).to.equal(0n);
    await rewards.count(1);
    const { paid, pool } = await rewards.quarterOf(0);
    expect(paid).to.equal(pool);
  });

  it("returns the whole pool at once when nobody enrolled", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, token, treasury, end } = suite;
    await time.increaseTo(end);
    await rewards.fund(0);
    await time.increaseTo(end + BigInt(SETTLING + ENROLMENT));
    await expect(rewards.sweep(0)).to.changeTokenBalances(ethers, token, [rewards, treasury], [-POOL, POOL]);
  });

  it("does not count what its author cancelled before anybody could vote", async function () {
    const suite = await loadFixture(deployVoted);
    const { rewards, technicalGovernor, author, support, whale } = suite;
    await time.increase(45 * DAY);
    const proposal = await feeProposal(suite);
    await support.connect(author).propose(proposal.targets, proposal.values, proposal.calldatas, proposal.description);
    const proposalId = await support.hashProposal(...argsOf(proposal));
    await time.increaseTo((await support.proposalSnapshot(proposalId)) + 1n);
    await support.connect(whale).castVote(proposalId, Vote.For);
    await technicalGovernor.promote(proposal.targets, proposal.values, proposal.calldatas, proposal.description);
    await technicalGovernor.connect(author)["cancel(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal));
    await time.increase(3 * DAY);
    await rewards.count(10);
    expect((await rewards.quarterOf(0)).proposals).to.equal(1n);
    expect(await technicalGovernor.choiceOf(proposalId, whale)).to.deep.equal([false, 0n]);
  });
});

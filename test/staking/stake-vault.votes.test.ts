// The votes of positions: what the vault tells the ledger of votes, and when.
import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, MAX_PERIOD, MIN_PERIOD, deployStaking, stakeUnits } from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const STAKE = 1n;

async function deployVoting() {
  const suite = await loadFixture(deployStaking);
  const { vault, votes, operator, node } = suite;
  const unitsOf = async (account: { address: string }) => votes.unitsOf(account.address, STAKE);
  return {
    ...suite,
    own: vault.connect(operator),
    unitsOf,
    votesOf: async (place: bigint | number) => (await vault.positionOf(node, place)).votes,
  };
}

// StakeVault, votes (INV-STK-6)
// ├── when a position is opened, raised or committed for longer
// │   └── its owner has amount x (1 + 3 x period / 1,461 days)
// ├── when it asks to leave, and when it stays after all
// │   └── all of it goes at once, and comes back
// ├── when the node is slashed
// │   ├── nothing changes until somebody syncs
// │   └── anyone can sync, twice for nothing
// ├── when a position is withdrawn
// │   └── its CXT votes as CXT
// └── when staked CXT is counted
//     └── it does not count as CXT held as well
describe("StakeVault, votes (INV-STK-6)", function () {
  it("gives a position its amount times its commitment, up to four times", async function () {
    const { own, operator, node, unitsOf, votesOf } = await deployVoting();
    await own.stake(node, AMOUNT, MIN_PERIOD);
    expect(await unitsOf(operator)).to.equal(stakeUnits(AMOUNT, MIN_PERIOD));
    await own.topUp(node, 0, 7n);
    expect(await unitsOf(operator)).to.equal(stakeUnits(AMOUNT + 7n, MIN_PERIOD));
    await own.raiseCommitment(node, 0, MAX_PERIOD);
    expect(await unitsOf(operator)).to.equal(4n * (AMOUNT + 7n));
    await own.stake(node, AMOUNT, 100n * DAY);
    expect(await votesOf(1)).to.equal(stakeUnits(AMOUNT, 100n * DAY));
    expect(await unitsOf(operator)).to.equal(4n * (AMOUNT + 7n) + stakeUnits(AMOUNT, 100n * DAY));
  });

  it("takes all votes of a position that asks to leave, and gives them back when it stays", async function () {
    const { own, votes, operator, node, unitsOf, votesOf } = await deployVoting();
    await own.stake(node, AMOUNT, MAX_PERIOD);
    await own.startLeaving(node, 0);
    expect(await unitsOf(operator)).to.equal(0n);
    expect(await votesOf(0)).to.equal(0n);
    expect(await votes.totalOf(STAKE)).to.equal(0n);
    await own.cancelLeaving(node, 0);
    expect(await unitsOf(operator)).to.equal(4n * AMOUNT);
  });

  it("lets anyone tell what a slash took, once", async function () {
    const { own, vault, rawSlasher, staker, operator, node, unitsOf, votesOf } = await deployVoting();
    await own.approveStaker(staker, true);
    await own.stake(node, AMOUNT, MAX_PERIOD);
    await vault.connect(staker).stake(node, AMOUNT, MIN_PERIOD);
    await vault.connect(rawSlasher).slash(node, AMOUNT);
    expect(await unitsOf(operator)).to.equal(4n * AMOUNT);
    await vault.connect(staker).syncVotes(node);
    expect(await unitsOf(operator)).to.equal(2n * AMOUNT);
    expect(await unitsOf(staker)).to.equal(stakeUnits(AMOUNT / 2n, MIN_PERIOD));
    const before = [await votesOf(0), await votesOf(1), await unitsOf(operator)];
    await vault.syncVotes(node);
    expect([await votesOf(0), await votesOf(1), await unitsOf(operator)]).to.deep.equal(before);
  });

  it("syncs neither leaving positions, free places nor unknown nodes", async function () {
    const { own, vault, votes, rawSlasher, node, otherNode, votesOf } = await deployVoting();
    await own.stake(node, AMOUNT, MIN_PERIOD);
    await own.startLeaving(node, 0);
    await vault.connect(rawSlasher).slash(node, CXT);
    const events = await votes.queryFilter(votes.filters.Transfer());
    for (const any of [node, otherNode, 0n, 99n]) await vault.syncVotes(any);
    expect(await votesOf(0)).to.equal(0n);
    expect(await votes.queryFilter(votes.filters.Transfer())).to.have.length(events.length);
  });

  it("counts staked CXT as stake alone, and withdrawn CXT as CXT again", async function () {
    const { own, votes, token, operator, node, unitsOf } = await deployVoting();
    const held = await token.balanceOf(operator);
    expect(await votes.balanceOf(operator)).to.equal(held);
    await own.stake(node, AMOUNT, MIN_PERIOD);
    expect(await votes.balanceOf(operator)).to.equal(held - AMOUNT + stakeUnits(AMOUNT, MIN_PERIOD));
    await own.startLeaving(node, 0);
    expect(await votes.balanceOf(operator)).to.equal(held - AMOUNT);
    await networkHelpers.time.increase(MIN_PERIOD);
    await own.withdraw(node, 0);
    expect(await unitsOf(operator)).to.equal(0n);
    expect(await votes.balanceOf(operator)).to.equal(held);
  });
});

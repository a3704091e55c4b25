import { expect } from "chai";
import { encodeBytes32String } from "ethers";

import { boostDown } from "../../packages/sdk/src/staking/boost.ts";
import { SUPPLY, loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  CXT,
  DAY,
  FUNDS,
  MAX_PERIOD,
  MIN_PERIOD,
  MIN_STAKE,
  bookOf,
  deployStaked,
  deployStaking,
  stakeUnits,
} from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;
const UINT256 = 2n ** 256n - 1n;

// StakeVault.approveStaker
// ├── when the caller operates no node
// │   └── it reverts with StakeVaultNotApproved(0, caller)
// └── it approves for the caller's node alone, emits StakerApproved, and takes it back
describe("StakeVault.approveStaker", function () {
  it("reverts with StakeVaultNotApproved(0, caller) for a caller without a node", async function () {
    const { vault, staker } = await loadFixture(deployStaking);
    await expect(vault.connect(staker).approveStaker(staker, true))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
      .withArgs(0n, staker);
  });

  it("approves for the caller's node alone, and takes it back", async function () {
    const { vault, operator, staker, node, otherNode } = await loadFixture(deployStaking);
    for (const approved of [true, false]) {
      await expect(vault.connect(operator).approveStaker(staker, approved))
        .to.emit(vault, "StakerApproved")
        .withArgs(node, staker, approved);
      expect(await vault.isApproved(node, staker)).to.equal(approved);
    }
    expect(await vault.isApproved(otherNode, staker)).to.equal(false);
    expect(await vault.isApproved(node, operator)).to.equal(true);
    expect(await vault.isApproved(otherNode, operator)).to.equal(false);
    expect(await vault.isApproved(0, staker)).to.equal(false);
  });
});

// StakeVault.stake
// ├── when the node does not exist, exited or was removed
// │   └── it reverts with StakeVaultClosedNode(node)
// ├── when the caller is neither operator nor approved
// │   └── it reverts with StakeVaultNotApproved(node, caller)
// ├── when amount or period is out of bounds
// │   └── it reverts with StakeVaultOutOfBounds(term, value, minimum, maximum)
// ├── given 8 positions
// │   └── it reverts with StakeVaultNoPlace(node, 8)
// ├── when the caller has too little or allowed too little
// │   └── it reverts with the token's error and records nothing
// └── it opens a position, pulls, tells the scheduler and emits Staked, also for a suspended node
describe("StakeVault.stake", function () {
  it("reverts with StakeVaultClosedNode(node) for unknown, exited and removed nodes", async function () {
    const { vault, registry, operator, otherOperator, security, node, otherNode } = await loadFixture(deployStaking);
    await registry.connect(operator).exit();
    await registry.connect(security).remove(otherNode);
    for (const [caller, closed] of [
      [operator, 0n],
      [operator, node],
      [otherOperator, otherNode],
      [operator, 3n],
    ] as const) {
      await expect(vault.connect(caller).stake(closed, AMOUNT, PERIOD))
        .to.be.revertedWithCustomError(vault, "StakeVaultClosedNode")
        .withArgs(closed);
    }
  });

  it("reverts with StakeVaultNotApproved(node, caller) for anyone else, also another operator", async function () {
    const { vault, otherOperator, staker, node } = await loadFixture(deployStaking);
    for (const caller of [otherOperator, staker]) {
      await expect(vault.connect(caller).stake(node, AMOUNT, PERIOD))
        .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
        .withArgs(node, caller);
    }
  });

  for (const { name, amount, period, term, value, bounds } of [
    { name: "nothing", amount: 0n, period: PERIOD, term: "amount", value: 0n, bounds: [MIN_STAKE, SUPPLY] },
    {
      name: "a wei below the least",
      amount: MIN_STAKE - 1n,
      period: PERIOD,
      term: "amount",
      value: MIN_STAKE - 1n,
      bounds: [MIN_STAKE, SUPPLY],
    },
    {
      name: "the largest number",
      amount: UINT256,
      period: PERIOD,
      term: "amount",
      value: UINT256,
      bounds: [MIN_STAKE, SUPPLY],
    },
    {
      name: "no period",
      amount: AMOUNT,
      period: 0n,
      term: "period",
      value: 0n,
      bounds: [MIN_PERIOD, MAX_PERIOD],
    },
    {
      name: "a second less than 14 days",
      amount: AMOUNT,
      period: MIN_PERIOD - 1n,
      term: "period",
      value: MIN_PERIOD - 1n,
      bounds: [MIN_PERIOD, MAX_PERIOD],
    },
    {
      name: "a second more than 1,461 days",
      amount: AMOUNT,
      period: MAX_PERIOD + 1n,
      term: "period",
      value: MAX_PERIOD + 1n,
      bounds: [MIN_PERIOD, MAX_PERIOD],
    },
  ] as const) {
    it(`reverts with StakeVaultOutOfBounds(${term}) for ${name}`, async function () {
      const { vault, operator, node } = await loadFixture(deployStaking);
      await expect(vault.connect(operator).stake(node, amount, period))
        .to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds")
        .withArgs(encodeBytes32String(term), value, ...bounds);
    });
  }

  it("reverts with StakeVaultNoPlace(node, 8) for a ninth position, and reuses the first free place", async function () {
    const { vault, operator, node } = await loadFixture(deployStaking);
    const own = vault.connect(operator);
    for (let place = 0n; place < 8n; place++) {
      expect(await own.stake.staticCall(node, MIN_STAKE, MIN_PERIOD)).to.equal(place);
      await own.stake(node, MIN_STAKE, MIN_PERIOD);
    }
    await expect(own.stake(node, MIN_STAKE, MIN_PERIOD))
      .to.be.revertedWithCustomError(vault, "StakeVaultNoPlace")
      .withArgs(node, 8n);
    await own.startLeaving(node, 3);
    await networkHelpers.time.increase(MIN_PERIOD);
    await own.withdraw(node, 3);
    expect(await own.stake.staticCall(node, MIN_STAKE, MIN_PERIOD)).to.equal(3n);
  });

  it("reverts with the token's error when the tokens do not come, and records nothing", async function () {
    const suite = await loadFixture(deployStaking);
    const { vault, token, operator, node } = suite;
    const before = await bookOf(suite, node);
    await token.connect(operator).approve(vault, AMOUNT - 1n);
    await expect(vault.connect(operator).stake(node, AMOUNT, PERIOD))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(vault, AMOUNT - 1n, AMOUNT);
    await token.connect(operator).approve(vault, SUPPLY);
    await expect(vault.connect(operator).stake(node, SUPPLY, PERIOD))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(operator, FUNDS, SUPPLY);
    expect(await bookOf(suite, node)).to.deep.equal(before);
  });

  it("opens a position, pulls the tokens and tells the scheduler", async function () {
    const suite = await loadFixture(deployStaking);
    const { vault, operator, node } = suite;
    const before = await bookOf(suite, node);
    await expect(vault.connect(operator).stake(node, AMOUNT, PERIOD))
      .to.emit(vault, "Staked")
      .withArgs(node, 0n, operator, AMOUNT, PERIOD);
    const boost = boostDown(AMOUNT, PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      tokens: AMOUNT,
      totalShares: AMOUNT,
      places: 1n,
      stayingShares: AMOUNT,
      committedShares: AMOUNT * PERIOD,
      boost,
      told: boost / 10n ** 14n,
      total: AMOUNT,
      vaultBalance: AMOUNT,
      operatorBalance: before.operatorBalance - AMOUNT,
    });
    expect([...(await vault.positionOf(node, 0))]).to.deep.equal([
      ...[operator.address, PERIOD, 0n, AMOUNT, stakeUnits(AMOUNT, PERIOD)],
    ]);
    expect(await vault.amountOf(node, 0)).to.equal(AMOUNT);
    expect(await vault.stakeOf(node)).to.equal(AMOUNT);
    expect(await vault.stayingStakeOf(node)).to.equal(AMOUNT);
  });

  it("takes the stake of an approved account, which owns its position, also while the node is suspended", async function () {
    const { vault, registry, security, operator, staker, node } = await loadFixture(deployStaked);
    await registry.connect(security).suspend(node);
    await vault.connect(operator).approveStaker(staker, true);
    await vault.connect(staker).stake(node, AMOUNT, MAX_PERIOD);
    expect((await vault.positionOf(node, 1)).owner).to.equal(staker.address);
    expect(await vault.boostOf(node)).to.equal(boostDown(2n * AMOUNT, (PERIOD + MAX_PERIOD) / 2n));
    await expect(vault.connect(operator).startLeaving(node, 1))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 1n, operator);
  });
});

// StakeVault.topUp
// ├── when the caller does not own the position
// │   └── it reverts with StakeVaultNotOwner(node, position, caller)
// ├── when the position leaves
// │   └── it reverts with StakeVaultLeaving(node, position, maturesAt)
// ├── when the owner is no longer approved, or the node is closed
// │   └── it reverts with StakeVaultNotApproved(node, caller), StakeVaultClosedNode(node)
// ├── when the amount is zero or more than the supply
// │   └── it reverts with StakeVaultOutOfBounds("amount", value, 1, supply)
// └── it adds shares at the present price and emits ToppedUp
describe("StakeVault.topUp", function () {
  it("reverts with StakeVaultNotOwner for another's, a free and an impossible place", async function () {
    const { vault, otherOperator, operator, node } = await loadFixture(deployStaked);
    for (const [caller, place] of [
      [otherOperator, 0n],
      [operator, 1n],
      [operator, 8n],
      [operator, UINT256],
    ] as const) {
      await expect(vault.connect(caller).topUp(node, place, 1n))
        .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
        .withArgs(node, place, caller);
    }
  });

  it("reverts with StakeVaultLeaving(node, position, maturesAt) for a leaving position", async function () {
    const { vault, operator, node } = await loadFixture(deployStaked);
    await vault.connect(operator).startLeaving(node, 0);
    const { maturesAt } = await vault.positionOf(node, 0);
    await expect(vault.connect(operator).topUp(node, 0, CXT))
      .to.be.revertedWithCustomError(vault, "StakeVaultLeaving")
      .withArgs(node, 0n, maturesAt);
  });

  it("reverts for a revoked owner, who could shorten the average period, and for a closed node", async function () {
    const { vault, registry, operator, staker, node } = await loadFixture(deployStaked);
    await vault.connect(operator).approveStaker(staker, true);
    await vault.connect(staker).stake(node, MIN_STAKE, MIN_PERIOD);
    await vault.connect(operator).approveStaker(staker, false);
    await expect(vault.connect(staker).topUp(node, 1, 500_000n * CXT))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
      .withArgs(node, staker);
    await registry.connect(operator).exit();
    await expect(vault.connect(operator).topUp(node, 0, CXT))
      .to.be.revertedWithCustomError(vault, "StakeVaultClosedNode")
      .withArgs(node);
  });

  it("reverts with StakeVaultOutOfBounds for nothing and for more than the supply", async function () {
    const { vault, operator, node } = await loadFixture(deployStaked);
    for (const amount of [0n, SUPPLY + 1n, UINT256]) {
      await expect(vault.connect(operator).topUp(node, 0, amount))
        .to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds")
        .withArgs(encodeBytes32String("amount"), amount, 1n, SUPPLY);
    }
  });

  it("adds shares at the present price", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, rawSlasher, operator, node } = suite;
    await vault.connect(rawSlasher).slash(node, AMOUNT / 4n);
    const before = await bookOf(suite, node);
    await expect(vault.connect(operator).topUp(node, 0, 3n * CXT))
      .to.emit(vault, "ToppedUp")
      .withArgs(node, 0n, 3n * CXT);
    const boost = boostDown(before.tokens + 3n * CXT, PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      tokens: before.tokens + 3n * CXT,
      totalShares: AMOUNT + 4n * CXT,
      stayingShares: AMOUNT + 4n * CXT,
      committedShares: (AMOUNT + 4n * CXT) * PERIOD,
      boost,
      told: boost / 10n ** 14n,
      total: before.total + 3n * CXT,
      vaultBalance: before.vaultBalance + 3n * CXT,
      operatorBalance: before.operatorBalance - 3n * CXT,
    });
  });
});

// StakeVault.raiseCommitment
// ├── when the caller does not own the position, or it leaves
// │   └── it reverts with StakeVaultNotOwner, StakeVaultLeaving
// ├── when the period does not grow
// │   └── it reverts with StakeVaultCommitmentNotRaised(old, new)
// ├── when the period is above the longest
// │   └── it reverts with StakeVaultOutOfBounds("period", value, minimum, maximum)
// └── it raises the boost and emits CommitmentRaised
describe("StakeVault.raiseCommitment", function () {
  it("reverts unless the caller's, staying, growing and bounded", async function () {
    const { vault, operator, staker, node } = await loadFixture(deployStaked);
    const own = vault.connect(operator);
    await expect(vault.connect(staker).raiseCommitment(node, 0, MAX_PERIOD))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 0n, staker);
    for (const period of [0n, PERIOD - 1n, PERIOD]) {
      await expect(own.raiseCommitment(node, 0, period))
        .to.be.revertedWithCustomError(vault, "StakeVaultCommitmentNotRaised")
        .withArgs(PERIOD, period);
    }
    await expect(own.raiseCommitment(node, 0, MAX_PERIOD + 1n))
      .to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds")
      .withArgs(encodeBytes32String("period"), MAX_PERIOD + 1n, MIN_PERIOD, MAX_PERIOD);
    await own.startLeaving(node, 0);
    await expect(own.raiseCommitment(node, 0, MAX_PERIOD)).to.be.revertedWithCustomError(vault, "StakeVaultLeaving");
  });

  it("raises the boost", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, operator, node } = suite;
    const before = await bookOf(suite, node);
    await expect(vault.connect(operator).raiseCommitment(node, 0, MAX_PERIOD))
      .to.emit(vault, "CommitmentRaised")
      .withArgs(node, 0n, PERIOD, MAX_PERIOD);
    const boost = boostDown(AMOUNT, MAX_PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      committedShares: AMOUNT * MAX_PERIOD,
      boost,
      told: boost / 10n ** 14n,
    });
    expect((await vault.positionOf(node, 0)).period).to.equal(MAX_PERIOD);
  });
});

import { expect } from "chai";
import { encodeBytes32String } from "ethers";

import { boostDown } from "../../packages/sdk/src/staking/boost.ts";
import { WAD, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, MAX_PERIOD, MIN_PERIOD, type StakingSuite, bookOf, deployStaked } from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;

/** The suite with position 0 leaving. */
async function deployLeaving() {
  const suite = await deployStaked();
  await suite.vault.connect(suite.operator).startLeaving(suite.node, 0);
  const { maturesAt } = await suite.vault.positionOf(suite.node, 0);
  return { ...suite, maturesAt };
}

const told = async ({ scheduler, node }: StakingSuite) => scheduler.boostOf(node);

// StakeVault.startLeaving
// ├── when the caller does not own the position
// │   └── it reverts with StakeVaultNotOwner(node, position, caller)
// ├── when it leaves already
// │   └── it reverts with StakeVaultLeaving(node, position, maturesAt)
// └── it takes the boost in the same second and emits LeaveRequested, whatever the status of the node
describe("StakeVault.startLeaving", function () {
  it("reverts for another's position, and the second time", async function () {
    const { vault, operator, staker, node } = await loadFixture(deployStaked);
    await expect(vault.connect(staker).startLeaving(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 0n, staker);
    await vault.connect(operator).startLeaving(node, 0);
    const { maturesAt } = await vault.positionOf(node, 0);
    await expect(vault.connect(operator).startLeaving(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultLeaving")
      .withArgs(node, 0n, maturesAt);
  });

  it("takes the boost in the same second and keeps everything slashable", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, operator, node } = suite;
    const before = await bookOf(suite, node);
    const now = BigInt(await networkHelpers.time.latest()) + 5n;
    await networkHelpers.time.setNextBlockTimestamp(now);
    await expect(vault.connect(operator).startLeaving(node, 0))
      .to.emit(vault, "LeaveRequested")
      .withArgs(node, 0n, now + PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      stayingShares: 0n,
      committedShares: 0n,
      boost: WAD,
      told: 10_000n,
    });
    expect([...(await vault.positionOf(node, 0))]).to.deep.equal([operator.address, PERIOD, now + PERIOD, AMOUNT, 0n]);
    expect(await vault.stayingStakeOf(node)).to.equal(0n);
    expect(await vault.boostAt(node, now)).to.equal(WAD);
  });

  it("is possible for suspended, exited and removed nodes", async function () {
    for (const status of ["suspend", "remove", "exit"] as const) {
      const { vault, registry, security, operator, node } = await loadFixture(deployStaked);
      if (status === "exit") await registry.connect(operator).exit();
      else await registry.connect(security)[status](node);
      await vault.connect(operator).startLeaving(node, 0);
      expect(await vault.boostOf(node)).to.equal(WAD);
    }
  });
});

// StakeVault.cancelLeaving
// ├── when the caller does not own the position, or it stays
// │   └── it reverts with StakeVaultNotOwner, StakeVaultStaying(node, position)
// ├── given a closed node
// │   └── it reverts with StakeVaultClosedNode(node)
// └── it restores the boost, leaving or mature, with the whole period again
describe("StakeVault.cancelLeaving", function () {
  it("reverts for another's, a staying position and a closed node", async function () {
    const { vault, registry, operator, staker, node } = await loadFixture(deployStaked);
    await expect(vault.connect(operator).cancelLeaving(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultStaying")
      .withArgs(node, 0n);
    await vault.connect(operator).startLeaving(node, 0);
    await expect(vault.connect(staker).cancelLeaving(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 0n, staker);
    await registry.connect(operator).exit();
    await expect(vault.connect(operator).cancelLeaving(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultClosedNode")
      .withArgs(node);
  });

  it("reverts for a staker whose approval was taken back, who can still withdraw", async function () {
    const { vault, operator, staker, token, node } = await loadFixture(deployStaked);
    await vault.connect(operator).approveStaker(staker, true);
    await token.connect(staker).approve(vault, 1_000n * 10n ** 18n);
    await vault.connect(staker).stake(node, 1_000n * 10n ** 18n, PERIOD);
    await vault.connect(staker).startLeaving(node, 1);
    await vault.connect(operator).approveStaker(staker, false);
    await expect(vault.connect(staker).cancelLeaving(node, 1))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotApproved")
      .withArgs(node, staker);
    await networkHelpers.time.increase(PERIOD);
    await expect(vault.connect(staker).withdraw(node, 1)).to.emit(vault, "Withdrawn");
  });

  for (const waits of [DAY, PERIOD]) {
    it(`restores what was after ${waits / DAY} days, and the next leave takes the whole period`, async function () {
      const suite = await loadFixture(deployStaked);
      const { vault, operator, node } = suite;
      const before = await bookOf(suite, node);
      await vault.connect(operator).startLeaving(node, 0);
      await networkHelpers.time.increase(waits);
      await expect(vault.connect(operator).cancelLeaving(node, 0)).to.emit(vault, "LeaveCancelled").withArgs(node, 0n);
      expect(await bookOf(suite, node)).to.deep.equal(before);
      await expect(vault.connect(operator).withdraw(node, 0))
        .to.be.revertedWithCustomError(vault, "StakeVaultStaying")
        .withArgs(node, 0n);
      await vault.connect(operator).startLeaving(node, 0);
      const now = BigInt(await networkHelpers.time.latest());
      expect((await vault.positionOf(node, 0)).maturesAt).to.equal(now + PERIOD);
    });
  }
});

// StakeVault.expedite
// ├── when the caller does not own the position, or it stays
// │   └── it reverts with StakeVaultNotOwner, StakeVaultStaying
// ├── when the rest is not above 14 days
// │   └── it reverts with StakeVaultOutOfBounds("rest", rest, minimum, maximum)
// ├── while anything is held
// │   └── it reverts with StakeVaultHeld(node, left, held)
// └── it sends the fee to the fee router and matures in 14 days; it pays once
describe("StakeVault.expedite", function () {
  it("reverts for another's and a staying position, and while a wei is held", async function () {
    const { vault, liability, operator, staker, node } = await loadFixture(deployStaked);
    await expect(vault.connect(operator).expedite(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultStaying")
      .withArgs(node, 0n);
    await vault.connect(operator).startLeaving(node, 0);
    await expect(vault.connect(staker).expedite(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 0n, staker);
    await vault.connect(liability).hold(node, 1n);
    await expect(vault.connect(operator).expedite(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, AMOUNT, 1n);
  });

  it("reverts when 14 days or less are left", async function () {
    const { vault, operator, node, maturesAt } = await loadFixture(deployLeaving);
    for (const [at, rest] of [
      [maturesAt - MIN_PERIOD, MIN_PERIOD],
      [maturesAt, 0n],
      [maturesAt + PERIOD, 0n],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(at);
      await expect(vault.connect(operator).expedite(node, 0))
        .to.be.revertedWithCustomError(vault, "StakeVaultOutOfBounds")
        .withArgs(encodeBytes32String("rest"), rest, MIN_PERIOD + 1n, MAX_PERIOD);
    }
  });

  it("sends the fee to the fee router, rounded up, and matures in 14 days", async function () {
    const suite = await loadFixture(deployLeaving);
    const { vault, feeRouter, operator, node, maturesAt } = suite;
    const before = await bookOf(suite, node);
    const now = maturesAt - 50n * DAY - 1n;
    await networkHelpers.time.setNextBlockTimestamp(now);
    // 20 % of the amount for 36 days and a second out of 1,461 days
    const exact = AMOUNT * (36n * DAY + 1n);
    const fee = exact / (5n * MAX_PERIOD) + 1n;
    expect(exact % (5n * MAX_PERIOD)).to.not.equal(0n);
    await expect(vault.connect(operator).expedite(node, 0))
      .to.emit(vault, "ExitExpedited")
      .withArgs(node, 0n, fee, maturesAt, now + MIN_PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      tokens: AMOUNT - fee,
      totalShares: AMOUNT - fee,
      total: AMOUNT - fee,
      vaultBalance: AMOUNT - fee,
      routerBalance: before.routerBalance + fee,
    });
    await expect(vault.connect(operator).expedite(node, 0)).to.be.revertedWithCustomError(
      vault,
      "StakeVaultOutOfBounds",
    );
    await networkHelpers.time.setNextBlockTimestamp(now + MIN_PERIOD);
    await vault.connect(operator).withdraw(node, 0);
    expect(await vault.totalStaked()).to.equal(0n);
    await feeRouter.flush();
  });

  it("leaves the last wei withdrawable when the fee takes it", async function () {
    const { vault, rawSlasher, operator, node } = await loadFixture(deployStaked);
    await vault.connect(operator).startLeaving(node, 0);
    await vault.connect(rawSlasher).slash(node, AMOUNT - 1n);
    await vault.connect(operator).expedite(node, 0);
    expect(await vault.stakeOf(node)).to.equal(0n);
    await networkHelpers.time.increase(MIN_PERIOD);
    expect(await vault.connect(operator).withdraw.staticCall(node, 0)).to.equal(0n);
    await vault.connect(operator).withdraw(node, 0);
    expect((await vault.stakeDataOf(node)).places).to.equal(0n);
  });
});

// StakeVault.withdraw
// ├── when the caller does not own the position, or it stays
// │   └── it reverts with StakeVaultNotOwner, StakeVaultStaying
// ├── a second before it matures
// │   └── it reverts with StakeVaultNotMature(node, position, maturesAt, timestamp)
// ├── given more held than would be left
// │   └── it reverts with StakeVaultHeld(node, left, held)
// └── it pays its owner, frees the place and emits Withdrawn, for nodes of every status; once
describe("StakeVault.withdraw", function () {
  it("reverts a second early, for others, and for what is held", async function () {
    const { vault, liability, operator, staker, node, maturesAt } = await loadFixture(deployLeaving);
    await expect(vault.connect(staker).withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
      .withArgs(node, 0n, staker);
    await vault.connect(liability).hold(node, 1n);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt - 1n);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultNotMature")
      .withArgs(node, 0n, maturesAt, maturesAt - 1n);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, 0n, 1n);
  });

  it("pays out what is held by another's stake: only the sum counts", async function () {
    const { vault, liability, operator, staker, node } = await loadFixture(deployStaked);
    await vault.connect(operator).approveStaker(staker, true);
    await vault.connect(staker).stake(node, AMOUNT, PERIOD);
    await vault.connect(liability).hold(node, AMOUNT);
    await vault.connect(operator).startLeaving(node, 0);
    await vault.connect(staker).startLeaving(node, 1);
    await networkHelpers.time.increase(PERIOD);
    await vault.connect(operator).withdraw(node, 0);
    await expect(vault.connect(staker).withdraw(node, 1))
      .to.be.revertedWithCustomError(vault, "StakeVaultHeld")
      .withArgs(node, 0n, AMOUNT);
    await vault.connect(liability).unhold(node, AMOUNT);
    await vault.connect(staker).withdraw(node, 1);
    expect(await vault.totalStaked()).to.equal(0n);
  });

  for (const status of ["active", "suspend", "remove", "exit"] as const) {
    it(`pays its owner, once, when the node's status is ${status}`, async function () {
      const suite = await loadFixture(deployLeaving);
      const { vault, token, registry, security, operator, node, maturesAt } = suite;
      if (status === "exit") await registry.connect(operator).exit();
      else if (status !== "active") await registry.connect(security)[status](node);
      const before = await bookOf(suite, node);
      await networkHelpers.time.setNextBlockTimestamp(maturesAt);
      const call = vault.connect(operator).withdraw(node, 0);
      await expect(call).to.emit(vault, "Withdrawn").withArgs(node, 0n, operator, AMOUNT);
      await expect(call).to.emit(token, "Transfer").withArgs(vault, operator, AMOUNT);
      expect(await bookOf(suite, node)).to.deep.equal({
        ...before,
        tokens: 0n,
        totalShares: 0n,
        places: 0n,
        total: 0n,
        vaultBalance: 0n,
        operatorBalance: before.operatorBalance + AMOUNT,
      });
      await expect(vault.connect(operator).withdraw(node, 0))
        .to.be.revertedWithCustomError(vault, "StakeVaultNotOwner")
        .withArgs(node, 0n, operator);
    });
  }
});

// StakeVault.boostAt
// ├── before the last change
// │   └── it reverts with StakeVaultForgotten(node, timestamp, changedAt)
// └── it is the present boost at every later second, as long as nobody acts
describe("StakeVault.boostAt", function () {
  it("is constant from the last change on, and forgets what was before", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, operator, node } = suite;
    const { changedAt } = await vault.stakeDataOf(node);
    for (const later of [0n, 1n, MAX_PERIOD * 10n]) {
      expect(await vault.boostAt(node, changedAt + later)).to.equal(boostDown(AMOUNT, PERIOD));
    }
    await expect(vault.boostAt(node, changedAt - 1n))
      .to.be.revertedWithCustomError(vault, "StakeVaultForgotten")
      .withArgs(node, changedAt - 1n, changedAt);
    expect(await vault.boostAt(77n, 0n)).to.equal(WAD);
    await vault.connect(operator).startLeaving(node, 0);
    const now = BigInt(await networkHelpers.time.latest());
    expect(await vault.boostAt(node, now)).to.equal(WAD);
    expect(await told(suite)).to.equal(10_000n);
  });
});

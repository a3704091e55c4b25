import { expect } from "chai";

import { boostDown } from "../../packages/sdk/src/staking/boost.ts";
import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, MIN_PERIOD, bookOf, deployStaked } from "./support/staking.ts";

const AMOUNT = 10_000n * CXT;
const PERIOD = 100n * DAY;
const UINT256 = 2n ** 256n - 1n;

// StakeVault.{hold,unhold,slash}
// └── when the caller lacks the role
//     └── it reverts with AccessManagedUnauthorized(caller), also for the operator and for nothing
describe("StakeVault.hold, unhold and slash", function () {
  it("revert with AccessManagedUnauthorized(caller) for everybody else", async function () {
    const { vault, operator, judge, liability, rawSlasher, staker, node } = await loadFixture(deployStaked);
    for (const { name, role } of [
      { name: "hold", role: liability },
      { name: "unhold", role: liability },
      { name: "slash", role: rawSlasher },
    ] as const) {
      for (const caller of [operator, judge, staker, name === "slash" ? liability : rawSlasher]) {
        await expect(vault.connect(caller)[name](node, 0n))
          .to.be.revertedWithCustomError(vault, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
      await vault.connect(role)[name](node, 0n);
    }
  });
});

// StakeVault.hold
// ├── when that much is free
// │   └── it holds it, returns true and emits HoldUpdated
// └── when it is not: more than the stake, than is left of it, or after a slash below what is held
//     └── it returns false and changes nothing
describe("StakeVault.hold", function () {
  it("holds exactly what is free, of leaving and mature stake too", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, liability, operator, node } = suite;
    const module = vault.connect(liability);
    await vault.connect(operator).startLeaving(node, 0);
    await networkHelpers.time.increase(PERIOD);
    const before = await bookOf(suite, node);
    for (const tooMuch of [AMOUNT + 1n, UINT256]) {
      expect(await module.hold.staticCall(node, tooMuch)).to.equal(false);
      await expect(module.hold(node, tooMuch)).to.not.emit(vault, "HoldUpdated");
    }
    expect(await bookOf(suite, node)).to.deep.equal(before);
    expect(await module.hold.staticCall(node, AMOUNT)).to.equal(true);
    await expect(module.hold(node, AMOUNT - 1n))
      .to.emit(vault, "HoldUpdated")
      .withArgs(node, AMOUNT - 1n);
    expect(await module.hold.staticCall(node, 2n)).to.equal(false);
    await expect(module.hold(node, 1n)).to.emit(vault, "HoldUpdated").withArgs(node, AMOUNT);
    expect(await bookOf(suite, node)).to.deep.equal({ ...before, held: AMOUNT });
  });

  it("holds nothing more once a slash took what was held, and nothing of a node without stake", async function () {
    const { vault, liability, rawSlasher, node, otherNode } = await loadFixture(deployStaked);
    await vault.connect(liability).hold(node, AMOUNT);
    await vault.connect(rawSlasher).slash(node, CXT);
    expect(await vault.connect(liability).hold.staticCall(node, 1n)).to.equal(false);
    expect(await vault.connect(liability).hold.staticCall(otherNode, 1n)).to.equal(false);
    expect(await vault.connect(liability).hold.staticCall(99n, 1n)).to.equal(false);
  });
});

// StakeVault.unhold
// ├── when more than is held
// │   └── it reverts with StakeVaultNotHeld(node, amount, held)
// └── it frees the amount and emits HoldUpdated
describe("StakeVault.unhold", function () {
  it("frees what is held, and no more", async function () {
    const { vault, liability, node } = await loadFixture(deployStaked);
    const module = vault.connect(liability);
    await module.hold(node, 10n);
    for (const amount of [11n, UINT256]) {
      await expect(module.unhold(node, amount))
        .to.be.revertedWithCustomError(vault, "StakeVaultNotHeld")
        .withArgs(node, amount, 10n);
    }
    await expect(module.unhold(node, 4n)).to.emit(vault, "HoldUpdated").withArgs(node, 6n);
    expect((await vault.stakeDataOf(node)).held).to.equal(6n);
  });
});

// StakeVault.slash
// ├── when up to the stake
// │   └── it takes it from all positions alike, sends it to the caller, tells the scheduler and emits StakeSlashed
// ├── when more than the stake, or of a node without stake
// │   └── it takes what there is
// └── when all of it
//     └── positions are worth nothing, can be withdrawn, and no stake comes until they were
describe("StakeVault.slash", function () {
  it("takes the same fraction of staying, leaving and mature positions", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, token, rawSlasher, operator, node } = suite;
    const own = vault.connect(operator);
    await own.stake(node, 2n * AMOUNT, MIN_PERIOD);
    await own.startLeaving(node, 1);
    await networkHelpers.time.increase(MIN_PERIOD);
    await own.stake(node, AMOUNT, PERIOD);
    await own.startLeaving(node, 2);
    const before = await bookOf(suite, node);
    await expect(vault.connect(rawSlasher).slash(node, AMOUNT))
      .to.emit(vault, "StakeSlashed")
      .withArgs(node, AMOUNT, AMOUNT, 3n * AMOUNT);
    const boost = boostDown((AMOUNT * 3n) / 4n, PERIOD);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      tokens: 3n * AMOUNT,
      slashed: AMOUNT,
      boost,
      told: boost / 10n ** 14n,
      total: 3n * AMOUNT,
      vaultBalance: 3n * AMOUNT,
    });
    expect(await token.balanceOf(rawSlasher)).to.equal(AMOUNT);
    for (const [place, amount] of [AMOUNT, 2n * AMOUNT, AMOUNT].entries()) {
      expect(await vault.amountOf(node, place)).to.equal((amount * 3n) / 4n);
    }
  });

  it("takes what there is when asked for more, and nothing of a node without stake", async function () {
    const { vault, token, rawSlasher, node, otherNode } = await loadFixture(deployStaked);
    const slasher = vault.connect(rawSlasher);
    expect(await slasher.slash.staticCall(node, UINT256)).to.equal(AMOUNT);
    await expect(slasher.slash(node, UINT256)).to.emit(vault, "StakeSlashed").withArgs(node, UINT256, AMOUNT, 0n);
    for (const empty of [node, otherNode, 99n]) {
      await expect(slasher.slash(empty, 1n)).to.emit(vault, "StakeSlashed").withArgs(empty, 1n, 0n, 0n);
    }
    expect(await token.balanceOf(rawSlasher)).to.equal(AMOUNT);
    expect(await vault.totalStaked()).to.equal(0n);
  });

  it("takes the boost when the rest is below the least stake", async function () {
    const { vault, scheduler, rawSlasher, node } = await loadFixture(deployStaked);
    await vault.connect(rawSlasher).slash(node, AMOUNT - 1_000n * CXT);
    expect(await scheduler.boostOf(node)).to.equal(11_000n);
    await vault.connect(rawSlasher).slash(node, 1n);
    expect(await scheduler.boostOf(node)).to.equal(10_000n);
    expect(await vault.boostOf(node)).to.equal(10n ** 18n);
  });

  it("bricks nothing when it takes everything: worthless positions leave, then stake comes again", async function () {
    const { vault, rawSlasher, operator, node } = await loadFixture(deployStaked);
    const own = vault.connect(operator);
    await vault.connect(rawSlasher).slash(node, AMOUNT);
    for (const call of [() => own.stake(node, AMOUNT, PERIOD), () => own.topUp(node, 0, AMOUNT)]) {
      await expect(call())
        .to.be.revertedWithCustomError(vault, "StakePoolWipedOut")
        .withArgs(0n, AMOUNT, 2n ** 24n);
    }
    await own.raiseCommitment(node, 0, PERIOD + 1n);
    await own.startLeaving(node, 0);
    await networkHelpers.time.increase(PERIOD + 1n);
    await expect(own.withdraw(node, 0)).to.emit(vault, "Withdrawn").withArgs(node, 0n, operator, 0n);
    await own.stake(node, AMOUNT, PERIOD);
    expect(await vault.amountOf(node, 0)).to.equal(AMOUNT);
    expect((await vault.stakeDataOf(node)).slashed).to.equal(AMOUNT);
  });

  it("does not call the scheduler when nothing stays", async function () {
    const { vault, scheduler, rawSlasher, operator, node } = await loadFixture(deployStaked);
    await vault.connect(operator).startLeaving(node, 0);
    const calls = await scheduler.callsFor(node);
    await vault.connect(rawSlasher).slash(node, CXT);
    expect(await scheduler.callsFor(node)).to.equal(calls);
  });
});

// StakeVault
// └── when CXT is sent to it
//     └── nothing changes for anyone
describe("StakeVault and donations", function () {
  it("changes nothing when CXT is sent to it", async function () {
    const suite = await loadFixture(deployStaked);
    const { vault, token, staker, node } = suite;
    const before = await bookOf(suite, node);
    await token.connect(staker).transfer(vault, 7n * CXT);
    expect(await bookOf(suite, node)).to.deep.equal({
      ...before,
      vaultBalance: before.vaultBalance + 7n * CXT,
      stakerBalance: before.stakerBalance - 7n * CXT,
    });
    expect(await vault.amountOf(node, 0)).to.equal(AMOUNT);
  });
});

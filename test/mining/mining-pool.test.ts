import { expect } from "chai";

import { EPOCH, RATE_WAD, SUPPLY, WAD, ethers, loadFixture, networkHelpers, sealVotes } from "../support/fixtures.ts";

/** The budget of an epoch that begins with `remaining`, computed here. */
const budget = (remaining: bigint) => (remaining * RATE_WAD) / WAD;

/** A pool whose distributor is an account, so that releases can be asked for at will. */
async function deployPool() {
  const [deployer, distributor, giver, stranger] = await ethers.getSigners();
  if (!deployer || !distributor || !giver || !stranger) throw new Error("four signers needed");
  const votes = await ethers.deployContract("VotingPower");
  const pool = await ethers.deployContract("MiningPool", [distributor, votes]);
  const deployedAt = await networkHelpers.time.latest();
  const token = await ethers.getContractAt("CorexToken", await pool.token());
  await sealVotes(votes, token, pool);
  const genesis = await pool.genesis();
  return { pool, token, distributor, giver, stranger, genesis, deployedAt };
}

/** The same, one second into epoch 3, with the epoch 0 released in full to the distributor. */
async function deployRunningPool() {
  const context = await deployPool();
  await networkHelpers.time.increaseTo(context.genesis + 3n * EPOCH + 1n);
  const released = budget(SUPPLY);
  await context.pool.connect(context.distributor).release(0, released);
  return { ...context, released };
}

// MiningPool.constructor
// └── it creates the token, holds its supply and begins epoch 0
describe("MiningPool.constructor", function () {
  it("creates the token, holds its supply and begins epoch 0", async function () {
    const { pool, token, distributor, genesis, deployedAt } = await loadFixture(deployPool);
    expect(await pool.distributor()).to.equal(distributor.address);
    expect(await token.balanceOf(pool)).to.equal(SUPPLY);
    expect(await pool.remaining()).to.equal(SUPPLY);
    expect(genesis).to.equal(deployedAt);
    expect(await pool.currentEpoch()).to.equal(0n);
    expect(await pool.nextEpoch()).to.equal(0n);
    expect(await pool.budgetOf(0)).to.equal(47_432_086_274_958_500_000_000n);
  });
});

// MiningPool.currentEpoch
// ├── in the last second of an epoch it is still that epoch
// └── in the first second of the next it is the next
describe("MiningPool.currentEpoch", function () {
  it("changes exactly at multiples of a day after genesis", async function () {
    const { pool, genesis } = await loadFixture(deployPool);
    await networkHelpers.time.increaseTo(genesis + EPOCH - 1n);
    expect(await pool.currentEpoch()).to.equal(0n);
    await networkHelpers.time.increaseTo(genesis + EPOCH);
    expect(await pool.currentEpoch()).to.equal(1n);
    await networkHelpers.time.increaseTo(genesis + 1461n * EPOCH);
    expect(await pool.currentEpoch()).to.equal(1461n);
  });
});

// MiningPool.release
// ├── when the caller is not the distributor
// │   └── it reverts with MiningPoolOnlyDistributor(caller)
// ├── when the amount is zero
// │   └── it reverts with MiningPoolZeroAmount()
// ├── when the epoch is not over
// │   └── it reverts with MiningPoolEpochNotOver(epoch, currentEpoch)
// ├── when the epoch, or a later one, was released
// │   └── it reverts with MiningPoolEpochAlreadyReleased(epoch, nextEpoch)
// ├── when the amount exceeds the budget
// │   └── it reverts with MiningPoolBudgetExceeded(epoch, amount, budget)
// └── when all is well
//     ├── it moves the amount to the distributor, lowers the ledger and emits Released
//     └── it can pass epochs over, and their budget stays in the pool
describe("MiningPool.release", function () {
  it("reverts with MiningPoolOnlyDistributor(caller)", async function () {
    const { pool, stranger } = await loadFixture(deployRunningPool);
    await expect(pool.connect(stranger).release(1, 1))
      .to.be.revertedWithCustomError(pool, "MiningPoolOnlyDistributor")
      .withArgs(stranger);
  });

  it("reverts with MiningPoolZeroAmount()", async function () {
    const { pool, distributor } = await loadFixture(deployRunningPool);
    await expect(pool.connect(distributor).release(1, 0)).to.be.revertedWithCustomError(pool, "MiningPoolZeroAmount");
  });

  it("reverts with MiningPoolEpochNotOver(epoch, currentEpoch)", async function () {
    const { pool, distributor, genesis } = await loadFixture(deployRunningPool);
    for (const epoch of [3n, 4n, 2n ** 256n - 1n]) {
      await expect(pool.connect(distributor).release(epoch, 1))
        .to.be.revertedWithCustomError(pool, "MiningPoolEpochNotOver")
        .withArgs(epoch, 3n);
    }
    await networkHelpers.time.setNextBlockTimestamp(genesis + 4n * EPOCH - 1n);
    await expect(pool.connect(distributor).release(3, 1)).to.be.revertedWithCustomError(pool, "MiningPoolEpochNotOver");
    await networkHelpers.time.setNextBlockTimestamp(genesis + 4n * EPOCH);
    await expect(pool.connect(distributor).release(3, 1)).to.emit(pool, "Released");
  });

  it("reverts with MiningPoolEpochAlreadyReleased(epoch, nextEpoch)", async function () {
    const { pool, distributor } = await loadFixture(deployRunningPool);
    await expect(pool.connect(distributor).release(0, 1))
      .to.be.revertedWithCustomError(pool, "MiningPoolEpochAlreadyReleased")
      .withArgs(0n, 1n);
    await pool.connect(distributor).release(2, 1);
    for (const epoch of [1n, 2n]) {
      await expect(pool.connect(distributor).release(epoch, 1))
        .to.be.revertedWithCustomError(pool, "MiningPoolEpochAlreadyReleased")
        .withArgs(epoch, 3n);
    }
  });

  it("reverts with MiningPoolBudgetExceeded(epoch, amount, budget)", async function () {
    const { pool, distributor, released } = await loadFixture(deployRunningPool);
    const limit = budget(SUPPLY - released);
    await expect(pool.connect(distributor).release(1, limit + 1n))
      .to.be.revertedWithCustomError(pool, "MiningPoolBudgetExceeded")
      .withArgs(1n, limit + 1n, limit);
    await pool.connect(distributor).release(1, limit);
    expect(await pool.releasedIn(1)).to.equal(limit);
  });

  it("moves the amount to the distributor, lowers the ledger and emits Released", async function () {
    const { pool, token, distributor, released } = await loadFixture(deployRunningPool);
    const amount = 12_345n;
    const release = pool.connect(distributor).release(1, amount);
    await expect(release)
      .to.emit(pool, "Released")
      .withArgs(1n, amount, budget(SUPPLY - released), SUPPLY - released - amount);
    await expect(release).to.changeTokenBalances(ethers, token, [pool, distributor], [-amount, amount]);
    expect(await pool.remaining()).to.equal(SUPPLY - released - amount);
    expect(await pool.releasedIn(1)).to.equal(amount);
    expect(await pool.nextEpoch()).to.equal(2n);
    expect(await pool.budgetOf(1)).to.equal(0n);
    expect(await pool.budgetOf(2)).to.equal(budget(SUPPLY - released - amount));
  });

  it("can pass epochs over, and their budget stays in the pool", async function () {
    const { pool, distributor, released } = await loadFixture(deployRunningPool);
    const limit = budget(SUPPLY - released);
    // The budget of epoch 2 is not richer for epoch 1 having been idle.
    expect(await pool.budgetOf(2)).to.equal(limit);
    await pool.connect(distributor).release(2, limit);
    expect(await pool.releasedIn(1)).to.equal(0n);
    expect(await pool.remaining()).to.equal(SUPPLY - released - limit);
  });
});

// MiningPool.replenish
// ├── when the amount is zero
// │   └── it reverts with MiningPoolZeroAmount()
// ├── when the caller did not approve it
// │   └── it reverts with ERC20InsufficientAllowance(pool, allowance, needed)
// ├── when the caller does not have it
// │   └── it reverts with ERC20InsufficientBalance(caller, balance, needed)
// └── when all is well
//     ├── it moves the amount into the pool and emits Replenished
//     ├── it counts for budgets from the next epoch on, never the running one
//     └── it adds up within an epoch and over epochs
describe("MiningPool.replenish", function () {
  /** The running pool, with a giver who holds and approved all that was released. */
  async function deployWithGiver() {
    const context = await deployRunningPool();
    await context.token.connect(context.distributor).transfer(context.giver, context.released);
    await context.token.connect(context.giver).approve(context.pool, ethers.MaxUint256);
    return context;
  }

  it("reverts with MiningPoolZeroAmount()", async function () {
    const { pool, giver } = await loadFixture(deployWithGiver);
    await expect(pool.connect(giver).replenish(0)).to.be.revertedWithCustomError(pool, "MiningPoolZeroAmount");
  });

  it("reverts with ERC20InsufficientAllowance(pool, allowance, needed)", async function () {
    const { pool, token, stranger } = await loadFixture(deployWithGiver);
    await expect(pool.connect(stranger).replenish(5))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(pool, 0n, 5n);
  });

  it("reverts with ERC20InsufficientBalance(caller, balance, needed)", async function () {
    const { pool, token, giver, released } = await loadFixture(deployWithGiver);
    for (const amount of [released + 1n, 2n ** 208n]) {
      await expect(pool.connect(giver).replenish(amount))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(giver, released, amount);
    }
  });

  it("moves the amount into the pool and emits Replenished", async function () {
    const { pool, token, giver, released } = await loadFixture(deployWithGiver);
    const replenish = pool.connect(giver).replenish(1_000);
    await expect(replenish)
      .to.emit(pool, "Replenished")
      .withArgs(giver, 1_000n, 4n, SUPPLY - released + 1_000n);
    await expect(replenish).to.changeTokenBalances(ethers, token, [giver, pool], [-1_000n, 1_000n]);
    expect(await pool.remaining()).to.equal(SUPPLY - released + 1_000n);
  });

  it("counts for budgets from the next epoch on, never the running one", async function () {
    const { pool, giver, released } = await loadFixture(deployWithGiver);
    const before = await Promise.all([1, 2, 3].map((epoch) => pool.budgetOf(epoch)));
    await pool.connect(giver).replenish(released);
    expect(await Promise.all([1, 2, 3].map((epoch) => pool.budgetOf(epoch)))).to.deep.equal(before);
    expect(await pool.budgetOf(4)).to.equal(budget(SUPPLY));
    expect(await pool.budgetOf(2n ** 256n - 1n)).to.equal(budget(SUPPLY));
  });

  it("adds up within an epoch and over epochs", async function () {
    const { pool, giver, released, genesis } = await loadFixture(deployWithGiver);
    await pool.connect(giver).replenish(released / 4n);
    await pool.connect(giver).replenish(released / 4n);
    await networkHelpers.time.increaseTo(genesis + 6n * EPOCH);
    await pool.connect(giver).replenish(released / 4n);
    const base = SUPPLY - released;
    expect(await pool.budgetOf(3)).to.equal(budget(base));
    for (const epoch of [4, 5, 6]) expect(await pool.budgetOf(epoch)).to.equal(budget(base + 2n * (released / 4n)));
    expect(await pool.budgetOf(7)).to.equal(budget(base + 3n * (released / 4n)));
  });
});

// MiningPool.remaining
// └── when CXT is sent to the pool directly
//     └── it changes neither the ledger nor any budget
describe("MiningPool.remaining", function () {
  it("ignores direct transfers", async function () {
    const { pool, token, distributor, released } = await loadFixture(deployRunningPool);
    const before = [await pool.remaining(), await pool.budgetOf(3), await pool.budgetOf(9)];
    await token.connect(distributor).transfer(pool, released);
    expect([await pool.remaining(), await pool.budgetOf(3), await pool.budgetOf(9)]).to.deep.equal(before);
    expect(await token.balanceOf(pool)).to.equal(SUPPLY);
  });
});

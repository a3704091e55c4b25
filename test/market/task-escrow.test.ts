import { expect } from "chai";
import { id, ZeroAddress } from "ethers";

import { deploySuite, ethers, loadFixture, networkHelpers, type Suite } from "../support/market/suite.ts";

const TASK = id("task");
const OTHER = id("other task");

/** The escrow as its market, which is impersonated: the rules of the market are tested elsewhere. */
async function asMarket(suite: Suite) {
  const market = await suite.market.getAddress();
  await networkHelpers.impersonateAccount(market);
  await networkHelpers.setBalance(market, 10n ** 18n);
  return suite.escrow.connect(await ethers.getSigner(market));
}

/** Everything the escrow keeps, and the balances around it. */
async function bookOf({ escrow, token, owner, stranger, feeRouter }: Suite) {
  return {
    held: await escrow.heldFor(TASK),
    other: await escrow.heldFor(OTHER),
    ownerOwed: await escrow.owedTo(owner),
    strangerOwed: await escrow.owedTo(stranger),
    routerOwed: await escrow.owedTo(feeRouter),
    recorded: await escrow.recordedTotal(),
    balance: await token.balanceOf(escrow),
    ownerBalance: await token.balanceOf(owner),
    strangerBalance: await token.balanceOf(stranger),
    routerBalance: await token.balanceOf(feeRouter),
  };
}

describe("TaskEscrow", function () {
  it("names its token, market and fee router for ever", async function () {
    const { escrow, token, market, feeRouter } = await loadFixture(deploySuite);
    expect(await escrow.token()).to.equal(await token.getAddress());
    expect(await escrow.market()).to.equal(await market.getAddress());
    expect(await escrow.feeRouter()).to.equal(await feeRouter.getAddress());
  });

  for (const { name, args } of [
    { name: "deposit", args: [TASK, ZeroAddress, 1n] },
    { name: "release", args: [TASK, ZeroAddress, 0n] },
    { name: "pay", args: [TASK, ZeroAddress, 0n, 0n] },
    { name: "payMany", args: [TASK, [], 0n, 0n] },
  ] as const) {
    // TaskEscrow.{deposit,release,pay,payMany}
    // └── when the caller is not the market
    //     └── it reverts with TaskEscrowOnlyMarket(caller), even for the deployer and even for nothing
    describe(`TaskEscrow.${name}`, function () {
      it("reverts with TaskEscrowOnlyMarket(caller) for anyone but the market", async function () {
        const { escrow, admin, owner, stranger } = await loadFixture(deploySuite);
        for (const caller of [admin, owner, stranger]) {
          await expect(escrow.connect(caller).getFunction(name)(...args))
            .to.be.revertedWithCustomError(escrow, "TaskEscrowOnlyMarket")
            .withArgs(caller);
        }
      });
    });
  }

  // TaskEscrow.deposit
  // ├── when the payer has not approved enough
  // │   └── it reverts with the token's error and records nothing
  // ├── when the payer has not enough
  // │   └── it reverts with the token's error and records nothing
  // └── it records, emits Deposited and pulls
  describe("TaskEscrow.deposit", function () {
    it("reverts when the payer has not approved enough", async function () {
      const suite = await loadFixture(deploySuite);
      const { token, owner, escrow, earned } = suite;
      const market = await asMarket(suite);
      await token.connect(owner).approve(escrow, 5n);
      const before = await bookOf(suite);
      await expect(market.deposit(TASK, owner, 6n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(escrow, 5n, 6n);
      await token.connect(owner).approve(escrow, earned + 1n);
      await expect(market.deposit(TASK, owner, earned + 1n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(owner, earned, earned + 1n);
      expect(await bookOf(suite)).to.deep.equal(before);
    });

    it("reverts on overflow of a task's fees", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 1n);
      await expect(market.deposit(TASK, suite.owner, 2n ** 256n - 1n)).to.be.revertedWithPanic(0x11);
    });

    it("records, emits Deposited and pulls", async function () {
      const suite = await loadFixture(deploySuite);
      const { token, owner, escrow } = suite;
      const before = await bookOf(suite);
      const call = (await asMarket(suite)).deposit(TASK, owner, 100n);
      await expect(call).to.emit(escrow, "Deposited").withArgs(TASK, owner, 100n);
      await expect(call).to.emit(token, "Transfer").withArgs(owner, escrow, 100n);
      expect(await bookOf(suite)).to.deep.equal({
        ...before,
        held: 100n,
        recorded: before.recorded + 100n,
        balance: before.balance + 100n,
        ownerBalance: before.ownerBalance - 100n,
      });
    });
  });

  // TaskEscrow.release
  // ├── when more than the task holds would leave
  // │   └── it reverts with TaskEscrowInsufficient(task, amount, held), whatever other tasks hold
  // └── it moves the amount from held to owed and emits Released
  describe("TaskEscrow.release", function () {
    it("reverts with TaskEscrowInsufficient, whatever other tasks hold", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 100n);
      await market.deposit(OTHER, suite.owner, 1_000n);
      for (const amount of [101n, 2n ** 256n - 1n]) {
        await expect(market.release(TASK, suite.stranger, amount))
          .to.be.revertedWithCustomError(suite.escrow, "TaskEscrowInsufficient")
          .withArgs(TASK, amount, 100n);
      }
    });

    it("moves the amount from held to owed and emits Released", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 100n);
      const before = await bookOf(suite);
      await expect(market.release(TASK, suite.stranger, 100n))
        .to.emit(suite.escrow, "Released")
        .withArgs(TASK, suite.stranger, 100n);
      expect(await bookOf(suite)).to.deep.equal({ ...before, held: 0n, strangerOwed: 100n });
    });
  });

  // TaskEscrow.pay
  // ├── when amount and fee exceed what the task holds
  // │   └── it reverts with TaskEscrowInsufficient(task, amount + fee, held)
  // ├── when amount + fee overflows
  // │   └── it panics
  // ├── when the fee is zero
  // │   └── it owes the payee alone and emits one Released
  // └── it owes payee and fee router
  describe("TaskEscrow.pay", function () {
    it("reverts when amount and fee exceed what the task holds", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 100n);
      await expect(market.pay(TASK, suite.stranger, 95n, 6n))
        .to.be.revertedWithCustomError(suite.escrow, "TaskEscrowInsufficient")
        .withArgs(TASK, 101n, 100n);
      await expect(market.pay(TASK, suite.stranger, 2n ** 256n - 1n, 2n)).to.be.revertedWithPanic(0x11);
    });

    it("owes payee and fee router", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 100n);
      const before = await bookOf(suite);
      const call = market.pay(TASK, suite.stranger, 95n, 5n);
      await expect(call).to.emit(suite.escrow, "Released").withArgs(TASK, suite.stranger, 95n);
      await expect(call).to.emit(suite.escrow, "Released").withArgs(TASK, suite.feeRouter, 5n);
      expect(await bookOf(suite)).to.deep.equal({
        ...before,
        held: 0n,
        strangerOwed: 95n,
        routerOwed: before.routerOwed + 5n,
      });
    });

    it("emits nothing for the router when the fee is zero", async function () {
      const suite = await loadFixture(deploySuite);
      const market = await asMarket(suite);
      await market.deposit(TASK, suite.owner, 100n);
      const receipt = await (await market.pay(TASK, suite.stranger, 40n, 0n)).wait();
      expect(receipt?.logs).to.have.lengthOf(1);
      expect(await suite.escrow.heldFor(TASK)).to.equal(60n);
    });
  });

  // TaskEscrow.payMany
  // ├── when the task does not hold as much
  // │   └── it reverts with TaskEscrowInsufficient(task, amount, held), and pays nobody
  // └── it owes each payee its amount, and the fee router the sum of the fees, and emits Released for each
  describe("TaskEscrow.payMany", function () {
    it("pays each, one of them twice, and the fees in one sum; more than is held it does not pay at all", async function () {
      const suite = await loadFixture(deploySuite);
      const { owner, stranger, feeRouter, escrow } = suite;
      const market = await asMarket(suite);
      await market.deposit(TASK, owner, 100n);
      const before = await bookOf(suite);
      const payees = [stranger, owner, stranger];
      await expect(market.payMany(TASK, payees, 33n, 1n))
        .to.be.revertedWithCustomError(escrow, "TaskEscrowInsufficient")
        .withArgs(TASK, 102n, 100n);
      expect(await bookOf(suite)).to.deep.equal(before);
      const call = market.payMany(TASK, payees, 30n, 2n);
      await expect(call).to.emit(escrow, "Released").withArgs(TASK, stranger, 30n);
      await expect(call).to.emit(escrow, "Released").withArgs(TASK, owner, 30n);
      await expect(call).to.emit(escrow, "Released").withArgs(TASK, feeRouter, 6n);
      expect(await bookOf(suite)).to.deep.equal({
        ...before,
        held: 4n,
        ownerOwed: before.ownerOwed + 30n,
        strangerOwed: before.strangerOwed + 60n,
        routerOwed: before.routerOwed + 6n,
      });
      await expect(market.payMany(TASK, [owner], 4n, 0n)).to.not.emit(escrow, "Deposited");
      expect(await escrow.heldFor(TASK)).to.equal(0n);
    });
  });

  // TaskEscrow.withdraw
  // ├── when nothing is owed
  // │   └── it reverts with TaskEscrowNothingOwed(account)
  // ├── when a third party calls
  // │   └── the money goes to the account all the same
  // ├── when called twice
  // │   └── the second reverts
  // └── donations stay out of the books
  describe("TaskEscrow.withdraw", function () {
    it("reverts with TaskEscrowNothingOwed(account)", async function () {
      const { escrow, owner, stranger } = await loadFixture(deploySuite);
      await expect(escrow.connect(owner).withdraw(stranger))
        .to.be.revertedWithCustomError(escrow, "TaskEscrowNothingOwed")
        .withArgs(stranger);
    });

    it("pays the account whoever calls, once", async function () {
      const suite = await loadFixture(deploySuite);
      const { escrow, token, owner, stranger } = suite;
      const market = await asMarket(suite);
      await market.deposit(TASK, owner, 100n);
      await market.release(TASK, stranger, 30n);
      const before = await bookOf(suite);
      expect(await escrow.connect(owner).withdraw.staticCall(stranger)).to.equal(30n);
      const call = escrow.connect(owner).withdraw(stranger);
      await expect(call).to.emit(escrow, "Withdrawn").withArgs(stranger, 30n);
      await expect(call).to.emit(token, "Transfer").withArgs(escrow, stranger, 30n);
      expect(await bookOf(suite)).to.deep.equal({
        ...before,
        strangerOwed: 0n,
        recorded: before.recorded - 30n,
        balance: before.balance - 30n,
        strangerBalance: before.strangerBalance + 30n,
      });
      await expect(escrow.withdraw(stranger)).to.be.revertedWithCustomError(escrow, "TaskEscrowNothingOwed");
    });

    it("keeps donations out of the books: nobody can take them, nothing changes", async function () {
      const suite = await loadFixture(deploySuite);
      const { escrow, token, owner } = suite;
      const before = await bookOf(suite);
      await token.connect(owner).transfer(escrow, 77n);
      expect(await bookOf(suite)).to.deep.equal({
        ...before,
        balance: before.balance + 77n,
        ownerBalance: before.ownerBalance - 77n,
      });
      await expect(escrow.withdraw(owner)).to.be.revertedWithCustomError(escrow, "TaskEscrowNothingOwed");
    });
  });
});

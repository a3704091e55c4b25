import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { BPS, decide, deploySuite, loadFixture, mine, nextPeriod, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

async function published(options: { chains?: number; steps?: number } = {}) {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return {
    ...suite,
    suite,
    task,
    fee: task.terms.feePerFragment,
    cancel: async () => suite.market.connect(suite.owner).cancel(task.terms),
    decided: async () => decide(suite, (await suite.market.cursorOf(task.id, 0)).ticket),
  };
}

// TaskMarket.cancel
// ├── when the caller is not the owner
// │   └── it reverts with MarketNotOwner(caller, owner)
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── given the task is cancelled or completed
// │   └── it reverts with MarketWrongStatus(task, status)
// ├── given no draw is decided
// │   └── it refunds everything unsettled
// ├── given an open fragment was missed or given back
// │   └── its protocol fee is kept
// ├── given a fragment is assigned
// │   └── it keeps its fee until it is settled or missed
// ├── given a draw is decided and nobody called assign
// │   └── it keeps its fee, and the draw can still be taken
// └── given all but the fragments in flight are settled
//     └── it refunds nothing
describe("TaskMarket.cancel", function () {
  it("reverts for everyone but the owner, whatever terms they show", async function () {
    const { market, admin, stranger, owner, task } = await published();
    for (const caller of [admin, stranger]) {
      await expect(market.connect(caller).cancel(task.terms))
        .to.be.revertedWithCustomError(market, "MarketNotOwner")
        .withArgs(caller, owner);
    }
    const forged = { ...task.terms, owner: stranger.address };
    await expect(market.connect(stranger).cancel(forged))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(await market.taskIdOf(forged), 0n);
  });

  it("reverts when called twice, so that nothing is refunded twice", async function () {
    const { suite, market, task, cancel } = await published();
    await cancel();
    const before = await observe(suite, task);
    await expect(cancel()).to.be.revertedWithCustomError(market, "MarketWrongStatus").withArgs(task.id, 2n);
    expect(await observe(suite, task)).to.deep.equal(before);
  });

  it("reverts once the task is completed", async function () {
    const { market, task, cancel } = await published({ chains: 1, steps: 1 });
    await task.complete();
    await expect(cancel()).to.be.revertedWithCustomError(market, "MarketWrongStatus").withArgs(task.id, 3n);
  });

  it("refunds everything while no draw is decided", async function () {
    const { suite, market, escrow, token, owner, task, cancel, earned } = await published();
    const before = await observe(suite, task);
    const call = cancel();
    await expect(call).to.emit(market, "TaskCancelled").withArgs(task.id, task.totalFee, 0n);
    await expect(call).to.emit(escrow, "Released").withArgs(task.id, owner, task.totalFee);
    const block = BigInt(await time.latestBlock());
    const owed = [...before.owed];
    owed[0] = task.totalFee;
    expect(await observe(suite, task)).to.deep.equal({
      ...before,
      state: { ...before.state, status: 2n, cancelHorizon: block },
      held: 0n,
      owed,
    });
    await mine(2);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 2n);
    await escrow.withdraw(owner);
    expect(await token.balanceOf(owner)).to.equal(earned);
  });

  it("keeps the fee of an assigned fragment, and pays it when the node delivers", async function () {
    const { suite, market, escrow, task, fee, cancel } = await published({ chains: 1 });
    const operator = await task.assign(0);
    const submission = await task.submission(0, operator.address);
    await expect(cancel()).to.emit(market, "TaskCancelled").withArgs(task.id, fee, fee);
    expect(await escrow.heldFor(task.id)).to.equal(fee);
    const call = market.connect(operator).submit(task.terms, submission);
    await expect(call).to.emit(market, "FragmentSettled");
    await expect(call).to.not.emit(market, "TaskCompleted");
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    const { state } = await observe(suite, task);
    expect([state["status"], state["assigned"], state["settled"]]).to.deep.equal([2n, 0n, 1n]);
    await mine(2);
    await expect(market.assign(task.terms, 0)).to.be.revertedWithCustomError(market, "MarketWrongStatus");
  });

  it("keeps the fee of a decided draw, which anyone can still take", async function () {
    const { suite, market, escrow, stranger, task, fee, cancel, decided } = await published({ chains: 2, steps: 1 });
    await decided();
    await expect(cancel())
      .to.emit(market, "TaskCancelled")
      .withArgs(task.id, 0n, 2n * fee);
    await market.connect(stranger).assign(task.terms, 0);
    await task.submit(0);
    expect(await escrow.heldFor(task.id)).to.equal(fee);

    // The other draw is never taken: its entropy expires and the owner gets the fee back.
    await nextPeriod(suite);
    const call = market.assign(task.terms, 1);
    await expect(call).to.emit(market, "DrawRenewed");
    await expect(call).to.emit(market, "ReserveRefunded").withArgs(task.id, 1n, fee);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
    await mine(2);
    await expect(market.assign(task.terms, 1)).to.be.revertedWithCustomError(market, "MarketWrongStatus");
  });

  it("refunds a decided draw when nobody is eligible any more", async function () {
    const { market, escrow, owner, task, fee, cancel, decided } = await published({ chains: 1, steps: 1 });
    await decided();
    await cancel();
    await time.increase(3_601);
    await expect(market.assign(task.terms, 0)).to.emit(market, "ReserveRefunded").withArgs(task.id, 0n, fee);
    expect(await escrow.owedTo(owner)).to.equal(fee);
  });

  it("returns every unspent fee to the owner with every other party silent (INV-MKT-2)", async function () {
    const { market, escrow, token, owner, feeRouter, task, fee, cancel, earned } = await published();
    await task.assign(0); // chain 1 stays decided and not assigned
    await cancel();
    const asOwner = market.connect(owner);
    await asOwner.assign(task.terms, 1);
    await time.increase(601);
    await asOwner.reassign(task.terms, 0);
    await asOwner.reassign(task.terms, 1);
    await escrow.connect(owner).withdraw(owner);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    // Two fragments were missed: their protocol fee is spent.
    const spent = 2n * ((fee * 500n) / BPS);
    expect(await token.balanceOf(owner)).to.equal(earned - spent);
    expect(await escrow.owedTo(feeRouter)).to.equal(spent);
    expect(fee * 4n).to.equal(task.totalFee);
  });

  it("keeps the protocol fee of fragments that were given back or missed: publishing again is not free", async function () {
    const { market, escrow, owner, feeRouter, task, fee } = await published();
    const operator = await task.assign(0);
    await market.connect(operator).refuse(task.terms, 0); // chain 1 is decided, chain 0 waits for a new draw
    const kept = (fee * 500n) / BPS;
    const reserved = fee;
    await expect(market.connect(owner).cancel(task.terms))
      .to.emit(market, "TaskCancelled")
      .withArgs(task.id, 4n * fee - reserved - kept, reserved);
    expect(await escrow.owedTo(owner)).to.equal(4n * fee - reserved - kept);
    expect(await escrow.owedTo(feeRouter)).to.equal(kept);
    expect(await escrow.heldFor(task.id)).to.equal(reserved);
  });

  it("refunds the reserve of a fragment that is given back after the cancellation, once", async function () {
    const { market, escrow, owner, task, fee, cancel } = await published({ chains: 1 });
    const operator = await task.assign(0);
    await cancel();
    const before = await escrow.owedTo(owner);
    const call = market.connect(operator).refuse(task.terms, 0);
    await expect(call).to.emit(market, "FragmentRefused");
    const back = fee - (fee * 500n) / BPS;
    await expect(call).to.emit(market, "ReserveRefunded").withArgs(task.id, 0n, back);
    expect(await escrow.owedTo(owner)).to.equal(before + back);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
    await expect(market.connect(operator).refuse(task.terms, 0)).to.be.revertedWithCustomError(
      market,
      "MarketNotAssignee",
    );
    await mine(8);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 2n);
  });

  it("refunds nothing when all but the fragments in flight are settled", async function () {
    const { market, escrow, task, fee, cancel } = await published({ chains: 2, steps: 1 });
    await task.assign(0);
    await task.submit(0);
    await task.assign(1);
    const call = cancel();
    await expect(call).to.emit(market, "TaskCancelled").withArgs(task.id, 0n, fee);
    await expect(call).to.not.emit(escrow, "Released");
    // The last fragment is paid, and the task stays cancelled.
    await expect(task.submit(1)).to.not.emit(market, "TaskCompleted");
    expect((await market.stateOf(task.id)).status).to.equal(2n);
  });

  it("does not count complete chains as in flight", async function () {
    const { suite, market, task, fee, cancel } = await published({ chains: 2, steps: 1 });
    await task.assign(0);
    await task.submit(0);
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await expect(cancel()).to.emit(market, "TaskCancelled").withArgs(task.id, 0n, fee);
    expect((await market.stateOf(task.id)).assigned).to.equal(1n);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "TaskMarketChainComplete")
      .withArgs(0n, 1n);
  });

  it("stops with the fragment in flight: its successor is not drawn", async function () {
    const { market, task, cancel } = await published({ chains: 1, steps: 2 });
    await task.assign(0);
    await cancel();
    await task.submit(0);
    await mine(2);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 2n);
  });
});

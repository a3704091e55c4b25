import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { BPS, CXT, time } from "../support/market/suite.ts";
import { leaveOnly, operatorOf } from "../support/market/stake.ts";
import { deployStakedWork, deployWork, loadFixture } from "../support/work/suite.ts";
import { resultOf, WorkTask, type WorkOptions } from "../support/work/task.ts";

async function delivered(options: Omit<WorkOptions, "owner"> = {}) {
  const suite = await loadFixture(deployStakedWork);
  const task = await WorkTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  const node = await task.work(0);
  const { payout } = await suite.nodeRegistry.get(node);
  const held = await suite.workEscrow.heldFor(task.id);
  return { ...suite, suite, task, node, payout, held, fee: task.terms.feePerFragment };
}

// WorkMarket.accept, reject, payVerifiers, payJackpot, takeBond, giveBond
// └── when the caller does not hold REVIEW
//     └── they revert with AccessManagedUnauthorized(caller)
describe("WorkMarket: what the review alone may call", function () {
  it("reverts for everybody else, the owner and the node included", async function () {
    const { work, task, owner, suite, stranger } = await delivered();
    const operator = await task.assignee(0);
    for (const caller of [owner, operator, stranger, suite.admin]) {
      const market = work.connect(caller);
      for (const call of [
        async () => market.accept(task.terms, 0, BPS),
        async () => market.reject(task.terms, 0, true, caller, CXT, true),
        async () => market.payVerifiers(task.terms, 0, [1], []),
        async () => market.payJackpot(task.terms, 0, [1]),
        async () => market.takeBond(task.id, owner, CXT),
        async () => market.giveBond(task.id, caller, CXT),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(work, "AccessManagedUnauthorized").withArgs(caller);
      }
    }
  });
});

// WorkMarket.accept
// ├── when the quality is above one
// │   └── it reverts with MarketTermOutOfBounds
// ├── given nothing is submitted, or it is final
// │   └── it reverts with WorkMarketNothingSubmitted(task, fragment)
// ├── it pays the node, the protocol and the owner, lets the bond go, records the conduct and credits points
// ├── given it is the last fragment
// │   └── the task is completed, and jackpots that nobody won are the owner's
// └── given somebody missed the fragment before
//     └── it is paid, and not matched
describe("WorkMarket.accept", function () {
  it("reverts above one, without a result, and the second time (INV-WRK-1)", async function () {
    const { work, asReview, task } = await delivered();
    await expect(asReview.accept(task.terms, 0, BPS + 1n))
      .to.be.revertedWithCustomError(work, "MarketTermOutOfBounds")
      .withArgs("0x7175616c69747900000000000000000000000000000000000000000000000000", BPS + 1n, 0n, BPS);
    await expect(asReview.accept(task.terms, 1, BPS))
      .to.be.revertedWithCustomError(work, "WorkMarketNothingSubmitted")
      .withArgs(task.id, 1n);
    await asReview.accept(task.terms, 0, BPS);
    await expect(asReview.accept(task.terms, 0, BPS))
      .to.be.revertedWithCustomError(work, "WorkMarketNothingSubmitted")
      .withArgs(task.id, 0n);
    await expect(asReview.reject(task.terms, 0, true, ZeroAddress, 0, true)).to.be.revertedWithCustomError(
      work,
      "WorkMarketNothingSubmitted",
    );
    await expect(asReview.payVerifiers(task.terms, 0, [1], [])).to.be.revertedWithCustomError(
      work,
      "WorkMarketNothingSubmitted",
    );
  });

  it("pays all shares, lets the bond go and credits points by quality", async function () {
    const { suite, work, asReview, workEscrow, feeRouter, owner, task, node, payout, held, fee, vault } =
      await delivered();
    const owedToOwner = await workEscrow.owedTo(owner);
    const before = (await suite.reputation.conductOf(node)).completed;
    const paid = (fee * 95n) / 100n;
    expect((await vault.stakeDataOf(node)).held).to.equal(fee / 2n);
    const { rating } = await work.deliveryOf(task.id, 0);
    const multiplier = (8_000n * rating) / BPS;
    // 64 work units of 10^6 points each, which the match of 9.5 CXT does not bound.
    const points = (64n * 10n ** 6n * multiplier) / BPS;
    await expect(asReview.accept(task.terms, 0, 8_000n))
      .to.emit(work, "FragmentSettled")
      .withArgs(task.id, 0n, node, resultOf(0), 8_000n, paid, fee - paid, points);
    expect(await workEscrow.owedTo(payout)).to.equal(paid);
    expect(await workEscrow.owedTo(feeRouter)).to.equal(fee - paid);
    expect((await workEscrow.owedTo(owner)) - owedToOwner).to.equal(task.reserve);
    expect(await workEscrow.heldFor(task.id)).to.equal(held - fee - task.reserve);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect((await suite.reputation.conductOf(node)).completed).to.equal(before + 1n);
    const { settled, dropped, status } = await work.stateOf(task.id);
    expect([settled, dropped, status]).to.deep.equal([1n, 0n, 1n]);
    expect([...(await work.resultOf(task.id, 0))]).to.deep.equal([resultOf(0), node, true]);
    expect((await work.deliveryOf(task.id, 0)).node).to.equal(0n);
    expect(await work.verificationLeftOf(task.terms, 0)).to.equal(0n);
    await expect(work.assign(task.terms, 0))
      .to.be.revertedWithCustomError(work, "WorkMarketNotOpen")
      .withArgs(task.id, 0n);
  });

  it("completes the task with its last fragment, and gives back jackpots that nobody won", async function () {
    const { work, asReview, workEscrow, task, owner } = await delivered({ fragments: 1n, plants: 1n, jackpot: CXT });
    await expect(asReview.accept(task.terms, 0, BPS))
      .to.emit(work, "TaskCompleted")
      .withArgs(task.id, CXT);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
    expect(await workEscrow.owedTo(owner)).to.equal(CXT + task.reserve);
    const { status, jackpots } = await work.stateOf(task.id);
    expect([status, jackpots]).to.deep.equal([3n, 0n]);
    await expect(work.connect(owner).cancel(task.terms)).to.be.revertedWithCustomError(work, "MarketWrongStatus");
  });

  it("pays and does not match a fragment that a node missed before", async function () {
    const { suite, asReview, work, task, rewardDistributor } = await delivered();
    await task.assign(1);
    await time.increase(601);
    await work.reassign(task.terms, 1);
    const node = await task.work(1);
    expect((await work.deliveryOf(task.id, 1)).firstDrawn).to.equal(false);
    const before = (await rewardDistributor.accountOf(node)).computePoints;
    await asReview.accept(task.terms, 1, BPS);
    expect((await rewardDistributor.accountOf(node)).computePoints).to.equal(before);
    const { payout } = await suite.nodeRegistry.get(node);
    expect((await suite.workEscrow.owedTo(payout)) > 0n).to.equal(true);
  });
});

// WorkMarket.reject
// ├── given the task runs and the fragment is to be drawn again
// │   └── it is free, without the node; nothing is paid or refunded
// ├── else the fragment is dropped and what is left refunded
// ├── when the node is to be punished
// │   └── 5 % of the stake it had are slashed, and a reporter rewarded
// └── when it is not
//     └── its bond is let go, its conduct stays as it is
describe("WorkMarket.reject", function () {
  it("slashes the stake at the submission, rewards the reporter and draws again without the node", async function () {
    const { suite, work, asReview, workEscrow, task, node, held, vault, slasher, stranger } = await delivered();
    const { stake } = await work.deliveryOf(task.id, 0);
    const loss = stake / 20n;
    await expect(asReview.reject(task.terms, 0, true, stranger, CXT, true))
      .to.emit(work, "ResultRejected")
      .withArgs(task.id, 0n, node, true, true);
    expect(await vault.stakeOf(node)).to.equal(stake - loss);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect(await slasher.owedTo(stranger)).to.equal(loss / 5n < 10n * CXT ? loss / 5n : 10n * CXT);
    expect((await suite.reputation.conductOf(node)).violations).to.equal(1n);
    expect(await workEscrow.heldFor(task.id)).to.equal(held);
    const cursor = await work.cursorOf(task.id, 0);
    expect([cursor.node, cursor.missed, cursor.attempt, cursor.bonded]).to.deep.equal([0n, node, 1n, false]);
    expect([...(await work.resultOf(task.id, 0))]).to.deep.equal([ZeroHash, 0n, false]);
    expect((await work.deliveryOf(task.id, 0)).node).to.equal(0n);
    const next = await task.work(0);
    expect(next).to.not.equal(node);
    await asReview.accept(task.terms, 0, BPS);
    expect((await work.resultOf(task.id, 0)).node).to.equal(next);
  });

  it("drops the fragment when it is not to be drawn again, or the task is cancelled, and refunds what is left", async function () {
    const { work, asReview, workEscrow, task, node, held, fee, owner } = await delivered();
    await asReview.payVerifiers(task.terms, 0, [node], []);
    const left = task.reserve - task.terms.feePerVerifier;
    await expect(asReview.reject(task.terms, 0, false, ZeroAddress, 0, false))
      .to.emit(work, "FragmentDropped")
      .withArgs(task.id, 0n, fee + left);
    expect(await workEscrow.heldFor(task.id)).to.equal(held - fee - task.reserve);
    expect([...(await work.resultOf(task.id, 0))]).to.deep.equal([ZeroHash, 0n, true]);
    await task.work(1);
    await work.connect(owner).cancel(task.terms);
    await expect(asReview.reject(task.terms, 1, false, ZeroAddress, 0, true))
      .to.emit(work, "FragmentDropped")
      .withArgs(task.id, 1n, fee + task.reserve);
    expect((await work.stateOf(task.id)).status).to.equal(2n);
  });

  it("lets the bond of a node go that is not to be punished, and leaves its conduct as it is", async function () {
    const { suite, asReview, task, node, vault } = await delivered();
    const [staked, conduct] = [await vault.stakeOf(node), await suite.reputation.conductOf(node)];
    await asReview.reject(task.terms, 0, false, ZeroAddress, 0, true);
    expect(await vault.stakeOf(node)).to.equal(staked);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect([...(await suite.reputation.conductOf(node))]).to.deep.equal([...conduct]);
  });

  it("punishes a node without stake by its reputation, and never reverts for it", async function () {
    const suite = await loadFixture(deployWork);
    const task = await WorkTask.create(suite, { owner: suite.owner });
    await task.publish();
    const node = await task.work(0);
    const { bond, stake } = await suite.work.deliveryOf(task.id, 0);
    expect([bond, stake]).to.deep.equal([0n, 0n]);
    const before = await suite.reputation.scoreOf(node);
    await suite.asReview.reject(task.terms, 0, true, ZeroAddress, 0, true);
    expect((await suite.reputation.scoreOf(node)) < before).to.equal(true);
  });
});

// WorkMarket.payVerifiers
// ├── when more would be paid than is left
// │   └── it reverts with WorkMarketReserveExceeded(task, fragment, amount, left)
// ├── it owes judges the fee and abstainers a quarter, and credits judges points and conduct
// └── given a network task, it credits points within the network share
describe("WorkMarket.payVerifiers", function () {
  it("pays judges and abstainers from the reserve of the fragment alone", async function () {
    const { suite, work, asReview, workEscrow, task, held, operators, rewardDistributor } = await delivered();
    const fee = task.terms.feePerVerifier;
    const [first, second, third] = operators;
    const points = async (node: bigint) => (await rewardDistributor.accountOf(node)).validatePoints;
    const before = await Promise.all(operators.map(async ({ payout }) => workEscrow.owedTo(payout)));
    const { completed } = await suite.reputation.conductOf(first.node);
    await expect(asReview.payVerifiers(task.terms, 0, [first.node, second.node], [third.node]))
      .to.emit(work, "VerifiersPaid")
      .withArgs(task.id, 0n, 2n, 1n, 2n * fee + fee / 4n);
    const after = await Promise.all(operators.map(async ({ payout }) => workEscrow.owedTo(payout)));
    expect(after.map((owed, index) => owed - (before[index] ?? 0n))).to.deep.equal([fee, fee, fee / 4n]);
    expect(await workEscrow.heldFor(task.id)).to.equal(held - 2n * fee - fee / 4n);
    expect(await work.verificationLeftOf(task.terms, 0)).to.equal(task.reserve - 2n * fee - fee / 4n);
    expect(await work.verificationLeftOf(task.terms, 1)).to.equal(task.reserve);
    // Weight of the tier times boost: 1.1 of the shortest stake, 0.8 to 1.3 of a tier.
    for (const { node } of [first, second]) {
      const { tier, boost } = await suite.scheduler.weightOf(node);
      const weights = [8_000n, 9_000n, 10_000n, 11_500n, 13_000n];
      const multiplier = ((weights[Number(tier)] ?? 0n) * boost) / BPS;
      expect(await points(node)).to.be.closeTo((64n * 10n ** 6n * multiplier) / BPS, 64n * 10n ** 6n);
      expect((await points(node)) > 0n).to.equal(true);
    }
    expect(await points(third.node)).to.equal(0n);
    expect((await suite.reputation.conductOf(first.node)).completed).to.equal(completed + 1n);
  });

  it("reverts when two committees are paid already (INV-WRK-2)", async function () {
    const { work, asReview, task, operators } = await delivered();
    const committee = operators.map(({ node }) => node);
    await asReview.payVerifiers(task.terms, 0, committee, []);
    await asReview.payVerifiers(task.terms, 0, [], committee);
    await asReview.payVerifiers(task.terms, 0, committee.slice(0, 2), []);
    const [fee, left] = [task.terms.feePerVerifier, task.terms.feePerVerifier / 4n];
    await expect(asReview.payVerifiers(task.terms, 0, committee.slice(0, 1), []))
      .to.be.revertedWithCustomError(work, "WorkMarketReserveExceeded")
      .withArgs(task.id, 0n, fee, left);
    await asReview.payVerifiers(task.terms, 0, [], []);
    expect(await work.verificationLeftOf(task.terms, 0)).to.equal(left);
  });

  it("credits verifiers of a network task within the share of such tasks, and pays nothing", async function () {
    const suite = await loadFixture(deployStakedWork);
    const task = await WorkTask.create(suite, { owner: suite.admin, network: true });
    await task.publish();
    const node = await task.work(0);
    const before = (await suite.rewardDistributor.accountOf(node)).validatePoints;
    await suite.asReview.payVerifiers(task.terms, 0, [node], [node]);
    expect((await suite.rewardDistributor.accountOf(node)).validatePoints > before).to.equal(true);
    await expect(suite.asReview.accept(task.terms, 0, BPS)).to.emit(suite.work, "FragmentSettled");
    expect(await suite.workEscrow.recordedTotal()).to.equal(0n);
  });
});

// WorkMarket.payJackpot
// ├── given no jackpot is left, or nobody won
// │   └── nothing is paid, and nothing reverts
// └── it splits one jackpot; what does not divide is the owner's
describe("WorkMarket.payJackpot", function () {
  it("splits one jackpot among the winners, the rest is the owner's", async function () {
    const jackpot = 100n;
    const { work, asReview, workEscrow, task, operators, owner, held } = await delivered({ plants: 1n, jackpot });
    const winners = operators.map(({ node }) => node);
    const before = await Promise.all(operators.map(async ({ payout }) => workEscrow.owedTo(payout)));
    await expect(asReview.payJackpot(task.terms, 0, []))
      .to.emit(work, "JackpotPaid")
      .withArgs(task.id, 0n, 0n, 0n);
    await expect(asReview.payJackpot(task.terms, 0, winners))
      .to.emit(work, "JackpotPaid")
      .withArgs(task.id, 0n, 3n, 33n);
    const after = await Promise.all(operators.map(async ({ payout }) => workEscrow.owedTo(payout)));
    expect(after.map((owed, index) => owed - (before[index] ?? 0n))).to.deep.equal([33n, 33n, 33n]);
    expect(await workEscrow.owedTo(owner)).to.equal(1n);
    expect(await workEscrow.heldFor(task.id)).to.equal(held - jackpot);
    // More plants than jackpots: the second time nobody wins, and nothing stops.
    await expect(asReview.payJackpot(task.terms, 0, winners))
      .to.emit(work, "JackpotPaid")
      .withArgs(task.id, 0n, 0n, 0n);
    expect(await workEscrow.heldFor(task.id)).to.equal(held - jackpot);
    expect((await work.stateOf(task.id)).jackpots).to.equal(0n);
  });
});

// WorkMarket.takeBond, giveBond
// ├── when more would be given than the task holds of bonds
// │   └── it reverts with WorkMarketBondExceeded(task, amount, bonds)
// └── bonds are held beside the fees, and owed to whom the review says
describe("WorkMarket.takeBond and giveBond", function () {
  it("hold bonds beside the fees, which no bond reaches", async function () {
    const { suite, work, asReview, workEscrow, task, held, owner, stranger } = await delivered();
    await suite.token.connect(owner).transfer(stranger, 10n * CXT);
    await suite.token.connect(stranger).approve(workEscrow, 10n * CXT);
    await asReview.takeBond(task.id, stranger, 10n * CXT);
    expect(await workEscrow.heldFor(task.id)).to.equal(held + 10n * CXT);
    await expect(asReview.giveBond(task.id, stranger, 10n * CXT + 1n))
      .to.be.revertedWithCustomError(work, "WorkMarketBondExceeded")
      .withArgs(task.id, 10n * CXT + 1n, 10n * CXT);
    // The owner cancels, while the draws of all fragments are decided: the bond is not its money, and not reserved.
    await expect(work.connect(owner).cancel(task.terms)).to.emit(work, "TaskCancelled").withArgs(task.id, 0n, held);
    expect(await workEscrow.heldFor(task.id)).to.equal(held + 10n * CXT);
    await asReview.giveBond(task.id, stranger, 10n * CXT);
    expect(await workEscrow.owedTo(stranger)).to.equal(10n * CXT);
    await expect(asReview.giveBond(task.id, stranger, 1n)).to.be.revertedWithCustomError(
      work,
      "WorkMarketBondExceeded",
    );
    expect(await workEscrow.heldFor(task.id)).to.equal(held);
  });
});

// A submitted result
// └── given its node leaves the network
//     └── it stays what it was, and is paid where the node says then
describe("WorkMarket: a result whose node leaves", function () {
  it("stays what it was, and is paid where the node says then", async function () {
    const { suite, work, workEscrow, asReview, task, node, stranger } = await delivered();
    const operator = operatorOf(suite, node);
    await leaveOnly(suite, suite.operators.find((other) => other.node !== node) ?? suite.operators[0]);
    await suite.nodeRegistry.connect(operator.signer).setPayout(stranger);
    const delivery = await work.deliveryOf(task.id, 0);
    expect([delivery.node, delivery.result]).to.deep.equal([node, resultOf(0)]);
    await asReview.accept(task.terms, 0, BPS);
    expect(await workEscrow.owedTo(stranger)).to.equal((task.terms.feePerFragment * 95n) / 100n);
  });
});

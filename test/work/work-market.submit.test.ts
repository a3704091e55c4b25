import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { operatorOf, stakeFor, wake } from "../support/market/stake.ts";
import { BPS, CXT, decide, nextPeriod, time } from "../support/market/suite.ts";
import { NO_PROOF } from "../support/work/no-proof.ts";
import { deployStakedWork, deployWork, loadFixture } from "../support/work/suite.ts";
import { Kind, resultOf, Verification, WorkTask, type WorkOptions } from "../support/work/task.ts";

async function published(options: Omit<WorkOptions, "owner"> = {}, deploy = deployStakedWork) {
  const suite = await loadFixture(deploy);
  const task = await WorkTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task, fee: task.terms.feePerFragment };
}

// WorkMarket.assign
// ├── when the task is unknown, or has no such fragment
// │   └── it reverts with MarketWrongStatus, WorkMarketUnknownFragment(fragment, fragments)
// ├── given the entropy is not known, or the fragment is assigned, submitted or final
// │   └── it reverts with FragmentsEntropyPending, FragmentsAssigned, WorkMarketNotOpen
// ├── it assigns the drawn node, counts it and holds its bond
// ├── given nobody can be drawn
// │   └── it requests the draw anew
// └── given the other half of a pair has a node
//     └── neither it nor a node with its operator or payout gets the fragment
describe("WorkMarket.assign", function () {
  it("reverts for unknown tasks and fragments, pending entropy and fragments that somebody has", async function () {
    const { suite, work, task } = await published();
    await expect(work.assign({ ...task.terms, nonce: 9n }, 0))
      .to.be.revertedWithCustomError(work, "MarketWrongStatus")
      .withArgs(await work.taskIdOf({ ...task.terms, nonce: 9n }), 0n);
    await expect(work.assign(task.terms, 4))
      .to.be.revertedWithCustomError(work, "WorkMarketUnknownFragment")
      .withArgs(4n, 4n);
    const { ticket } = await work.cursorOf(task.id, 0);
    await expect(work.assign(task.terms, 0))
      .to.be.revertedWithCustomError(work, "FragmentsEntropyPending")
      .withArgs(ticket);
    await decide(suite, ticket);
    const call = work.assign(task.terms, 0);
    await call;
    const { node, deadline } = await work.cursorOf(task.id, 0);
    await expect(call).to.emit(work, "FragmentAssigned").withArgs(task.id, 0n, node, deadline);
    expect(deadline).to.equal(BigInt(await time.latest()) + 600n);
    await expect(work.assign(task.terms, 0))
      .to.be.revertedWithCustomError(work, "FragmentsAssigned")
      .withArgs(node, deadline);
    await task.submit(0);
    await expect(work.assign(task.terms, 0))
      .to.be.revertedWithCustomError(work, "WorkMarketNotOpen")
      .withArgs(task.id, 0n);
  });

  it("counts the fragment and holds half of the fee of a staked node (INV-WRK-3)", async function () {
    const { work, scheduler, vault, task, fee } = await published();
    await task.assign(0);
    const { node, bonded } = await work.cursorOf(task.id, 0);
    expect(bonded).to.equal(true);
    expect((await scheduler.weightOf(node)).open).to.equal(1n);
    expect((await vault.stakeDataOf(node)).held).to.equal(fee / 2n);
  });

  it("requests the draw anew when its entropy can no longer be used", async function () {
    const { suite, work, task } = await published();
    await nextPeriod(suite);
    const call = work.assign(task.terms, 0);
    await call;
    const { ticket, attempt, node } = await work.cursorOf(task.id, 0);
    await expect(call).to.emit(work, "DrawRenewed").withArgs(task.id, 0n, 1n, ticket);
    expect([attempt, node]).to.deep.equal([1n, 0n]);
  });

  it("never gives both halves of a pair to one node", async function () {
    for (let nonce = 0n; nonce < 6n; nonce++) {
      const { work, task } = await published({ kind: Kind.Labelling, nonce });
      await task.assign(0);
      await task.assign(1);
      const [first, second] = [await work.cursorOf(task.id, 0), await work.cursorOf(task.id, 1)];
      expect(first.node).to.not.equal(second.node);
      // Of another pair it may be the same.
      await task.assign(2);
    }
  });

  it("counts a node of the same people as nobody: its payout, or its operator, is theirs", async function () {
    const { suite, work, nodeRegistry, scheduler, vault, task, operators } = await published({ kind: Kind.Labelling });
    await task.assign(0);
    const { node } = await work.cursorOf(task.id, 0);
    const first = operatorOf(suite, node);
    const others = operators.filter((operator) => operator.node !== node);
    // One shares the payout of the first, the other is paid to its operator: both are its people.
    await nodeRegistry.connect(others[0]?.signer).setPayout(first.payout);
    await nodeRegistry.connect(others[1]?.signer).setPayout(first.signer);
    for (let attempt = 0; attempt < 4; attempt++) {
      await decide(suite, (await work.cursorOf(task.id, 1)).ticket);
      await expect(work.assign(task.terms, 1)).to.emit(work, "DrawRenewed");
    }
    for (const { node: other } of others) {
      expect((await scheduler.weightOf(other)).open).to.equal(0n);
      expect((await vault.stakeDataOf(other)).held).to.equal(0n);
    }
    // Submitted, it binds still.
    await task.submit(0);
    await decide(suite, (await work.cursorOf(task.id, 1)).ticket);
    await expect(work.assign(task.terms, 1)).to.emit(work, "DrawRenewed");
    // The other half is rejected and free: nothing to compare with.
    await suite.asReview.reject(task.terms, 0, false, ZeroAddress, 0, true);
    await task.assign(1);
    expect((await work.cursorOf(task.id, 1)).node).to.not.equal(0n);
  });
});

// WorkMarket.submit
// ├── when the task asks for proofs, or the result is zero
// │   └── it reverts with WorkMarketWrongVerification(verification), WorkMarketEmptyResult
// ├── when the fragment is not the caller's, or late
// │   └── it reverts with MarketNotAssignee(caller, assignee), FragmentsDeadlinePassed(deadline, now)
// ├── given it is submitted already
// │   └── it reverts with WorkMarketNotOpen(task, fragment)
// └── it remembers what the node is judged and paid by, frees its place and keeps its bond
describe("WorkMarket.submit", function () {
  it("reverts for anyone but the assignee, in time, once, with a result (INV-WRK-5)", async function () {
    const { work, task, operators, stranger } = await published();
    await expect(work.connect(operators[0].signer).submit(task.terms, 0, resultOf(0)))
      .to.be.revertedWithCustomError(work, "MarketNotAssignee")
      .withArgs(operators[0].node, 0n);
    const operator = await task.assign(0);
    const { node } = await work.cursorOf(task.id, 0);
    await expect(work.connect(stranger).submit(task.terms, 0, resultOf(0)))
      .to.be.revertedWithCustomError(work, "MarketNotAssignee")
      .withArgs(0n, node);
    const other = operators.find((candidate) => candidate.node !== node) ?? operators[0];
    await expect(work.connect(other.signer).submit(task.terms, 0, resultOf(0)))
      .to.be.revertedWithCustomError(work, "MarketNotAssignee")
      .withArgs(other.node, node);
    const mine = work.connect(operator);
    await expect(mine.submit(task.terms, 0, ZeroHash)).to.be.revertedWithCustomError(work, "WorkMarketEmptyResult");
    await expect(
      mine.submitProved(task.terms, 0, { batch: 0n, loss: 0n, correct: 0n, shardProof: [], proof: NO_PROOF }),
    )
      .to.be.revertedWithCustomError(work, "WorkMarketWrongVerification")
      .withArgs(Verification.Committee);
    await mine.submit(task.terms, 0, resultOf(0));
    await expect(mine.submit(task.terms, 0, resultOf(0)))
      .to.be.revertedWithCustomError(work, "WorkMarketNotOpen")
      .withArgs(task.id, 0n);
    for (const call of [work.reassign, mine.refuse]) {
      await expect(call(task.terms, 0)).to.be.revertedWithCustomError(work, "WorkMarketNotOpen");
    }
    const late = await task.assign(1);
    await time.setNextBlockTimestamp((await work.cursorOf(task.id, 1)).deadline + 1n);
    await expect(work.connect(late).submit(task.terms, 1, resultOf(1))).to.be.revertedWithCustomError(
      work,
      "FragmentsDeadlinePassed",
    );
  });

  it("remembers what the node is judged and paid by, frees its place and keeps its bond (INV-WRK-3)", async function () {
    const { work, scheduler, reputation, vault, task, fee } = await published();
    await task.assign(0);
    const { node, deadline } = await work.cursorOf(task.id, 0);
    // A quarter of the time is left: quality 0.75.
    await time.setNextBlockTimestamp(deadline - 150n);
    const call = task.submit(0);
    await expect(call).to.emit(work, "ResultSubmitted").withArgs(task.id, 0n, node, resultOf(0));
    const { tier, boost, open } = await scheduler.weightOf(node);
    const weights = [8_000n, 9_000n, 10_000n, 11_500n, 13_000n];
    const delivery = await work.deliveryOf(task.id, 0);
    expect([...delivery]).to.deep.equal([
      resultOf(0),
      node,
      deadline - 150n,
      await scheduler.nextTicket(),
      7_500n,
      ((weights[Number(tier)] ?? 0n) * boost) / BPS,
      (await reputation.scoreOf(node)) / 10n ** 14n,
      0n,
      true,
      0n,
      await vault.stakeOf(node),
      fee / 2n,
    ]);
    expect(open).to.equal(0n);
    expect((await vault.stakeDataOf(node)).held).to.equal(fee / 2n);
    expect([...(await work.resultOf(task.id, 0))]).to.deep.equal([resultOf(0), node, false]);
    expect((await work.cursorOf(task.id, 0)).node).to.equal(node);
    // The node works on: it is drawn for others up to its limit while its result is judged.
    await task.work(1);
    await task.work(2);
    await task.work(3);
  });

  it("names the node that gave it back, the tier and no bond of an unstaked node", async function () {
    const { suite, work, task } = await published({}, deployWork);
    const refuser = await task.assign(0);
    await work.connect(refuser).refuse(task.terms, 0);
    const before = await suite.nodeRegistry.nodeOf(refuser);
    await task.work(0);
    const delivery = await work.deliveryOf(task.id, 0);
    expect([delivery.firstDrawn, delivery.refuser, delivery.stake, delivery.bond]).to.deep.equal([
      false,
      before,
      0n,
      0n,
    ]);
    const { refused } = await suite.reputation.conductOf(before);
    await suite.asReview.accept(task.terms, 0, BPS);
    // Another did what it gave back: that counts against it now.
    expect((await suite.reputation.conductOf(before)).refused).to.equal(refused + 1n);
  });

  it("keeps the stake of the submission, whatever is staked later", async function () {
    const { suite, work, vault, task } = await published({}, deployWork);
    const node = await task.work(0);
    await stakeFor(suite, operatorOf(suite, node));
    await wake(suite);
    expect((await work.deliveryOf(task.id, 0)).stake).to.equal(0n);
    await suite.asReview.reject(task.terms, 0, true, ZeroAddress, 0, true);
    expect(await vault.stakeOf(node)).to.equal(1_000n * CXT);
  });
});

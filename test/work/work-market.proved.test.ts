import { expect } from "chai";

import { BPS } from "../support/market/suite.ts";
import { NO_PROOF } from "../support/work/no-proof.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { Kind, resultOf, Verification, WorkTask, type WorkOptions } from "../support/work/task.ts";

async function published(options: Omit<WorkOptions, "owner"> = {}) {
  const suite = await loadFixture(deployStakedWork);
  const task = await WorkTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task, fee: task.terms.feePerFragment };
}

// WorkMarket.submitProved
// ├── when the task has no circuit for it, or the batch is not the input of the fragment
// │   └── it reverts with WorkMarketWrongVerification(verification), MarketShardNotInRoot(index, batch)
// ├── when the proof is another operator's, another fragment's or of another statement
// │   └── it reverts with ProofVerifierInvalidProof(circuit)
// ├── given Proof
// │   └── it is paid at once
// └── given Both
//     └── it waits for the review
describe("WorkMarket.submitProved", function () {
  it("pays at once with Proof, and refunds nothing but what was never reserved", async function () {
    const { suite, work, workEscrow, vault, scheduler, task, fee } = await published({
      verification: Verification.Proof,
      fragments: 2n,
    });
    await task.assign(0);
    const { node } = await work.cursorOf(task.id, 0);
    const claim = await task.claim(0, (await task.assignee(0)).address);
    const result = await work.claimResult(claim.batch, claim.loss, claim.correct);
    const paid = (fee * 95n) / 100n;
    const call = task.submit(0);
    await expect(call)
      .to.emit(work, "ResultProved")
      .withArgs(task.id, 0n, node, claim.batch, claim.loss, claim.correct);
    await expect(call).to.emit(work, "FragmentSettled");
    const { payout } = await suite.nodeRegistry.get(node);
    expect(await workEscrow.owedTo(payout)).to.equal(paid);
    expect(await workEscrow.heldFor(task.id)).to.equal(fee);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect((await scheduler.weightOf(node)).open).to.equal(0n);
    expect([...(await work.resultOf(task.id, 0))]).to.deep.equal([result, node, true]);
    await task.work(1);
    expect((await work.stateOf(task.id)).status).to.equal(3n);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("waits for the review with Both, and can be proved again by its statement alone", async function () {
    const { suite, work, task, stranger } = await published({ verification: Verification.Both });
    const operator = await task.assign(0);
    await task.submit(0);
    const claim = await task.claim(0, operator.address);
    const result = await work.claimResult(claim.batch, claim.loss, claim.correct);
    expect((await work.deliveryOf(task.id, 0)).result).to.equal(result);
    await work.connect(stranger).requireProved(task.terms, 0, claim);
    expect((await work.stateOf(task.id)).settled).to.equal(0n);
    await suite.asReview.accept(task.terms, 0, BPS);
    await expect(work.requireProved(task.terms, 0, claim)).to.be.revertedWithCustomError(
      work,
      "WorkMarketNothingSubmitted",
    );
  });

  it("reverts for another shard, operator, fragment, or statement (INV-PRF-1)", async function () {
    const { work, proofVerifier, task, stranger } = await published({ verification: Verification.Proof });
    const operator = await task.assign(0);
    const mine = work.connect(operator);
    const claim = await task.claim(0, operator.address);
    await expect(mine.submit(task.terms, 0, resultOf(0)))
      .to.be.revertedWithCustomError(work, "WorkMarketWrongVerification")
      .withArgs(Verification.Proof);
    await expect(work.connect(stranger).submitProved(task.terms, 0, claim)).to.be.revertedWithCustomError(
      work,
      "MarketNotAssignee",
    );
    const elsewhere = await task.claim(1, operator.address);
    await expect(mine.submitProved(task.terms, 0, elsewhere))
      .to.be.revertedWithCustomError(work, "MarketShardNotInRoot")
      .withArgs(0n, elsewhere.batch);
    const wrong = [
      { ...claim, loss: claim.loss + 1n },
      { ...claim, correct: claim.correct + 1n },
      { ...claim, proof: elsewhere.proof },
      await task.claim(0, stranger.address),
    ];
    for (const other of wrong) {
      await expect(mine.submitProved(task.terms, 0, other))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(task.terms.circuit);
    }
    await expect(mine.submitProved(task.terms, 0, claim)).to.emit(work, "FragmentSettled");
    await expect(mine.submitProved(task.terms, 0, claim)).to.be.revertedWithCustomError(work, "WorkMarketNotOpen");
  });

  it("proves the input that both halves of a pair share", async function () {
    const { work, task } = await published({ kind: Kind.Labelling, verification: Verification.Both });
    await task.work(0);
    await task.work(1);
    await task.work(3);
    expect((await work.deliveryOf(task.id, 3)).node).to.not.equal(0n);
  });
});

// WorkMarket.requireProved
// ├── given nothing is submitted, the task has no circuit, or the claim is another
// │   └── it reverts with WorkMarketNothingSubmitted, WorkMarketWrongVerification, WorkMarketWrongClaim(given, submitted)
// └── it holds for what the node submitted, proved by its operator
describe("WorkMarket.requireProved", function () {
  it("holds for a committee's task with a circuit when the node proves what it submitted", async function () {
    const { suite, work, proofVerifier, task } = await published({
      circuit: (await loadFixture(deployStakedWork)).circuits.evaluate.id,
    });
    const operator = await task.assign(0);
    const claim = await task.claim(0, operator.address);
    await expect(work.requireProved(task.terms, 0, claim)).to.be.revertedWithCustomError(
      work,
      "WorkMarketNothingSubmitted",
    );
    const result = await work.claimResult(claim.batch, claim.loss, claim.correct);
    await task.submit(0, result);
    await work.requireProved(task.terms, 0, claim);
    const given = await work.claimResult(claim.batch, claim.loss + 1n, claim.correct);
    await expect(work.requireProved(task.terms, 0, { ...claim, loss: claim.loss + 1n }))
      .to.be.revertedWithCustomError(work, "WorkMarketWrongClaim")
      .withArgs(given, result);
    await expect(
      work.requireProved(task.terms, 0, await task.claim(0, suite.stranger.address)),
    ).to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof");
  });

  it("reverts without a circuit", async function () {
    const { work, task } = await published();
    await task.work(0);
    await expect(
      work.requireProved(task.terms, 0, { batch: 1n, loss: 1n, correct: 1n, shardProof: [], proof: NO_PROOF }),
    )
      .to.be.revertedWithCustomError(work, "WorkMarketWrongVerification")
      .withArgs(Verification.Committee);
  });
});

// FM-44: the publisher withdraws the escrow while a result is in flight.
import { expect } from "chai";

import { BPS, ethers } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { resultOf, WorkTask } from "../support/work/task.ts";

describe("FM-44: escrow withdrawn under work in flight", function () {
  it("takes a submission that a cancellation overtook in the same block, and pays it", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, workEscrow, owner, asReview, nodeRegistry } = suite;
    const task = await WorkTask.create(suite, { owner });
    await task.publish();
    const operator = await task.assign(0);
    const { payout } = await nodeRegistry.get(await nodeRegistry.nodeOf(operator));
    await ethers.provider.send("evm_setAutomine", [false]);
    // The owner pays more for its place in the block than the node does.
    await work.connect(owner).cancel(task.terms, { gasPrice: 10n ** 11n, gasLimit: 1_000_000n });
    const call = await work
      .connect(operator)
      .submit(task.terms, 0, resultOf(0), { gasPrice: 10n ** 10n, gasLimit: 2_000_000n });
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    expect((await call.wait())?.index).to.equal(1); // the cancellation was first
    await asReview.accept(task.terms, 0, BPS);
    expect(await workEscrow.owedTo(payout)).to.equal((task.terms.feePerFragment * 95n) / 100n);
  });

  it("leaves the owner nothing of what is reserved for a submitted result and its verifiers", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, workEscrow, owner, operators } = suite;
    const task = await WorkTask.create(suite, { owner, fragments: 1n });
    await task.publish();
    await task.work(0);
    await expect(work.connect(owner).cancel(task.terms))
      .to.emit(work, "TaskCancelled")
      .withArgs(task.id, 0n, task.deposit);
    await expect(workEscrow.withdraw(owner)).to.be.revertedWithCustomError(workEscrow, "TaskEscrowNothingOwed");
    await suite.asReview.payVerifiers(
      task.terms,
      0,
      operators.map(({ node }) => node),
      [],
    );
    await suite.asReview.accept(task.terms, 0, BPS);
    expect(await workEscrow.owedTo(owner)).to.equal(3n * task.terms.feePerVerifier);
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
  });
});

// FM-20: credit for work that is already invalidated (Gonka issue #829).
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { BPS } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { WorkTask } from "../support/work/task.ts";

describe("FM-20: credit for invalidated work", function () {
  it("pays and credits nothing for a result that was rejected, dropped, or already paid", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, workEscrow, asReview, rewardDistributor, reputation, owner, nodeRegistry } = suite;
    const task = await WorkTask.create(suite, { owner });
    await task.publish();
    for (const [fragment, reopen] of [
      [0, true],
      [1, false],
    ] as const) {
      const node = await task.work(fragment);
      const { payout } = await nodeRegistry.get(node);
      const before = [
        await workEscrow.owedTo(payout),
        await rewardDistributor.accountOf(node),
        (await reputation.conductOf(node)).completed,
      ];
      await asReview.reject(task.terms, fragment, true, ZeroAddress, 0, reopen);
      for (const call of [
        async () => asReview.accept(task.terms, fragment, BPS),
        async () => asReview.reject(task.terms, fragment, true, ZeroAddress, 0, true),
        async () => asReview.payVerifiers(task.terms, fragment, [node], []),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(work, "WorkMarketNothingSubmitted")
          .withArgs(task.id, fragment);
      }
      const after = [
        await workEscrow.owedTo(payout),
        await rewardDistributor.accountOf(node),
        (await reputation.conductOf(node)).completed,
      ];
      expect(after).to.deep.equal(before);
    }
  });
});

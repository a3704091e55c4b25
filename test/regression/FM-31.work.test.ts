// FM-31: a callback siphons gas or enters again during settlement (The Graph, issues 63 and 64).
import { expect } from "chai";

import { BPS, CXT, ethers } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { WorkTask } from "../support/work/task.ts";

describe("FM-31: callbacks during settlement", function () {
  it("calls no account that it pays: contracts as payouts and as owner's receivers cost and change nothing", async function () {
    const gas: bigint[] = [];
    for (const hostile of [false, true]) {
      const suite = await loadFixture(deployStakedWork);
      const { asReview, nodeRegistry, operators, owner, workEscrow } = suite;
      const receiver = hostile
        ? await (await ethers.deployContract("HostileDouble")).getAddress()
        : suite.stranger.address;
      if (!hostile) await ethers.deployContract("HostileDouble"); // the same blocks either way
      for (const { signer } of operators) await nodeRegistry.connect(signer).setPayout(receiver);
      const task = await WorkTask.create(suite, { owner, fragments: 1n, plants: 1n, jackpot: CXT });
      await task.publish();
      await task.work(0);
      const winners = operators.map(({ node }) => node);
      const calls = [
        await asReview.payVerifiers(task.terms, 0, winners, []),
        await asReview.payJackpot(task.terms, 0, winners),
        await asReview.accept(task.terms, 0, BPS),
      ];
      const receipts = await Promise.all(calls.map(async (call) => call.wait()));
      gas.push(receipts.reduce((sum, receipt) => sum + (receipt?.gasUsed ?? 0n), 0n));
      expect(await workEscrow.heldFor(task.id)).to.equal(0n);
    }
    // Only bytes of addresses differ in calldata and words.
    expect(gas[0]).to.be.closeTo(gas[1] ?? 0n, 3_000n);
  });
});

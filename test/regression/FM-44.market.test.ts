// FM-44: the publisher withdraws the escrow while a result is in flight.
import { expect } from "chai";

import { provenStep } from "../support/market/proven.ts";
import { decide, ethers } from "../support/market/suite.ts";

describe("FM-44: escrow withdrawn under a result in flight", function () {
  it("pays a submission that a cancellation overtook in the same block", async function () {
    const { market, escrow, nodeRegistry, owner, operator, task, submission } = await provenStep();
    const { payout } = await nodeRegistry.get(await nodeRegistry.nodeOf(operator));
    await ethers.provider.send("evm_setAutomine", [false]);
    // The owner pays more for its place in the block than the node does.
    await market.connect(owner).cancel(task.terms, { gasPrice: 10n ** 11n, gasLimit: 1_000_000n });
    const call = await market
      .connect(operator)
      .submit(task.terms, submission, { gasPrice: 10n ** 10n, gasLimit: 2_000_000n });
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    const receipt = await call.wait();
    expect(receipt?.index).to.equal(1); // the cancellation was first
    expect(await escrow.owedTo(payout)).to.equal((task.terms.feePerFragment * 95n) / 100n);
  });

  it("refunds the owner everything else, and nothing of what is in flight", async function () {
    const { suite, market, escrow, owner, task } = await provenStep();
    await decide(suite, (await market.cursorOf(task.id, 1)).ticket); // the draw of the other chain is decided by now, and nobody took it
    await market.connect(owner).cancel(task.terms);
    const inFlight = 2n * task.terms.feePerFragment;
    expect(await escrow.heldFor(task.id)).to.equal(inFlight);
    expect(await escrow.owedTo(owner)).to.equal(task.totalFee - inFlight);
    await escrow.withdraw(owner);
    await task.submit(0);
    await market.assign(task.terms, 1);
    await task.submit(1);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
  });
});

// FM-30: one receiver that reverts blocks everybody (push payments; corpus-io issue #422).
import { expect } from "chai";

import { ethers, deploySuite, loadFixture } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

describe("FM-30: reverting receiver", function () {
  it("does not stop the settlement: money is owed, and pulled by whoever wants it", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, token, nodeRegistry, operators, owner, stranger } = suite;
    // Every node is paid to a contract that refuses every call.
    const hostile = await ethers.deployContract("HostileDouble");
    for (const { signer } of operators) await nodeRegistry.connect(signer).setPayout(hostile);
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    await task.complete();
    expect((await market.stateOf(task.id)).status).to.equal(3n);
    const owed = (task.totalFee * 95n) / 100n;
    expect(await escrow.owedTo(hostile)).to.equal(owed);
    // CXT calls nobody: even this receiver gets its money, through anyone.
    await escrow.connect(stranger).withdraw(hostile);
    expect(await token.balanceOf(hostile)).to.equal(owed);
  });

  it("leaves the withdrawals of others alone", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, feeRouter, owner, operators } = suite;
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    await task.assign(0);
    await task.submit(0);
    await market.connect(owner).cancel(task.terms);
    const paid = await Promise.all(operators.map(async ({ payout }) => escrow.owedTo(payout)));
    for (const account of [owner, feeRouter]) await escrow.withdraw(account);
    for (const [index, { payout }] of operators.entries()) expect(await escrow.owedTo(payout)).to.equal(paid[index]);
  });
});

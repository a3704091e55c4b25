// FM-30: one receiver that reverts blocks everybody (push payments; corpus-io issue #422).
import { expect } from "chai";

import { BPS, CXT, ethers } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { WorkTask } from "../support/work/task.ts";

describe("FM-30: reverting receiver of fees, verdicts and jackpots", function () {
  it("stops nothing: money is owed, and pulled by whoever wants it", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, workEscrow, asReview, token, nodeRegistry, operators, owner, stranger } = suite;
    const hostile = await ethers.deployContract("HostileDouble");
    for (const { signer } of operators) await nodeRegistry.connect(signer).setPayout(hostile);
    const task = await WorkTask.create(suite, { owner, fragments: 1n, plants: 1n, jackpot: 3n * CXT });
    await task.publish();
    await task.work(0);
    const verifiers = operators.map(({ node }) => node);
    await asReview.payVerifiers(task.terms, 0, verifiers, []);
    await asReview.payJackpot(task.terms, 0, verifiers);
    await asReview.accept(task.terms, 0, BPS);
    expect((await work.stateOf(task.id)).status).to.equal(3n);
    const owed = (task.terms.feePerFragment * 95n) / 100n + 3n * task.terms.feePerVerifier + 3n * CXT;
    expect(await workEscrow.owedTo(hostile)).to.equal(owed);
    await workEscrow.connect(stranger).withdraw(hostile);
    expect(await token.balanceOf(hostile)).to.equal(owed);
  });
});

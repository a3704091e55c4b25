import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { leaveOnly } from "../support/market/stake.ts";
import { BPS, decide } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { Verification, WorkTask } from "../support/work/task.ts";
import { gasOf } from "../support/gas.ts";

/** What the moves of a fragment may cost. */
const BOUNDS = {
  publish: 215_000n,
  assign: 185_000n,
  submit: 160_000n,
  accept: 250_000n,
  reject: 420_000n,
  payVerifiers: 320_000n,
  proved: 540_000n,
  cancel: 550_000n,
} as const;
// Gas of whole transactions of work. COREX_GAS=1 prints every figure.
describe("Gas of work", function () {
  it("publishes, draws, submits and judges within bounds", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, asReview, owner, operators } = suite;
    await leaveOnly(suite, operators[0]);
    const first = await WorkTask.create(suite, { owner, fragments: 1n });
    await first.publish(); // the very first deposit also opens two slots of the escrow, once for all
    const task = await WorkTask.create(suite, { owner, fragments: 64n, nonce: 1n });
    expect(await gasOf("publish, 64 fragments", task.publish())).to.be.below(BOUNDS.publish);
    for (const [fragment, round] of ["first", "warm"].entries()) {
      await decide(suite, (await work.cursorOf(task.id, fragment)).ticket);
      const assign = await gasOf(`assign, ${round}`, work.assign(task.terms, fragment));
      const submit = await gasOf(`submit, ${round}`, task.submit(fragment));
      const verifiers = operators.map(({ node }) => node);
      const pay = await gasOf(`payVerifiers, 3, ${round}`, asReview.payVerifiers(task.terms, fragment, verifiers, []));
      const accept = await gasOf(`accept, ${round}`, asReview.accept(task.terms, fragment, BPS));
      if (round === "first") continue;
      expect(assign).to.be.below(BOUNDS.assign);
      expect(submit).to.be.below(BOUNDS.submit);
      expect(pay).to.be.below(BOUNDS.payVerifiers);
      expect(accept).to.be.below(BOUNDS.accept);
    }
    await task.work(2);
    const reject = asReview.reject(task.terms, 2, true, ZeroAddress, 0, true);
    expect(await gasOf("reject, punished", reject)).to.be.below(BOUNDS.reject);
    expect(await gasOf("cancel, 64 fragments", work.connect(owner).cancel(task.terms))).to.be.below(BOUNDS.cancel);
  });

  it("pays a proved fragment within its bound", async function () {
    const suite = await loadFixture(deployStakedWork);
    await leaveOnly(suite, suite.operators[0]);
    const task = await WorkTask.create(suite, { owner: suite.owner, verification: Verification.Proof });
    await task.publish();
    await task.work(0);
    await task.assign(1);
    expect(await gasOf("submitProved", task.submit(1))).to.be.below(BOUNDS.proved);
  });
});

// FM-36: parameters change under a running agreement (iExec PoCo issue #25, Kleros issue #2209).
import { expect } from "chai";
import { id } from "ethers";

import { register } from "../data/support/datasets.ts";
import { BPS } from "../support/market/suite.ts";
import { deployStakedWork, loadFixture } from "../support/work/suite.ts";
import { Verification, WorkTask } from "../support/work/task.ts";

describe("FM-36: parameters changed under a running task of work", function () {
  it("keeps the protocol fee of the publication, whatever it becomes later", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, workEscrow, asReview, feeRouter, owner } = suite;
    const task = await WorkTask.create(suite, { owner });
    await task.publish();
    await work.setProtocolFee(1_000);
    await task.work(0);
    await asReview.accept(task.terms, 0, BPS);
    expect((await work.stateOf(task.id)).protocolFeeBps).to.equal(500n);
    expect(await workEscrow.owedTo(feeRouter)).to.equal(task.terms.feePerFragment / 20n);
  });

  it("lets a running task finish after its circuit was retired and its dataset was taken away", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, circuitRegistry, datasets, circuits, owner, stranger } = suite;
    const dataset = await register({ datasets, owner: stranger }, { price: 0n });
    const task = await WorkTask.create(suite, { owner, verification: Verification.Proof, fragments: 1n, dataset });
    await task.publish();
    await circuitRegistry.retire(circuits.evaluate.id);
    await datasets.connect(stranger).setPrice(dataset, 1n);
    expect(await datasets.hasAccess(dataset, owner)).to.equal(false);
    await task.work(0);
    expect((await work.stateOf(task.id)).status).to.equal(3n);
  });

  it("knows a task by its terms alone: no term can be shown differently later", async function () {
    const suite = await loadFixture(deployStakedWork);
    const { work, owner } = suite;
    const task = await WorkTask.create(suite, { owner });
    await task.publish();
    await task.work(0);
    const changes = {
      feePerFragment: 1n,
      feePerVerifier: 50n * 10n ** 18n,
      verifiers: 15n,
      fragments: 64n,
      plantRoot: id("other plants"),
      acceptScore: 1n,
      challengeDuration: 3_601n,
    };
    for (const [term, value] of Object.entries(changes)) {
      const terms = { ...task.terms, [term]: value };
      await expect(suite.asReview.accept(terms, 0, BPS))
        .to.be.revertedWithCustomError(work, "MarketWrongStatus")
        .withArgs(await work.taskIdOf(terms), 0n);
    }
  });
});

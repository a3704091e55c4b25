// FM-36: parameters change under a running agreement (iExec PoCo issue #25, Kleros issue #2209).
import { expect } from "chai";

import { deploySuite, loadFixture } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

describe("FM-36: parameters changed under a running task", function () {
  it("keeps the protocol fee of the publication, whatever it becomes later", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, feeRouter, owner } = suite;
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 2 });
    await task.publish();
    await market.setProtocolFee(1_000);
    await task.assign(0);
    await task.submit(0);
    await market.setProtocolFee(0);
    await task.assign(0);
    await task.submit(0);
    expect((await market.stateOf(task.id)).protocolFeeBps).to.equal(500n);
    expect(await escrow.owedTo(feeRouter)).to.equal((task.totalFee * 5n) / 100n);

    const later = await LinearTask.create(suite, { owner, nonce: 1n });
    await later.publish();
    expect((await market.stateOf(later.id)).protocolFeeBps).to.equal(0n);
  });

  it("lets a running task finish after its circuit was retired", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, circuitRegistry, circuit, owner } = suite;
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1 });
    await task.publish();
    await circuitRegistry.retire(circuit);
    await task.complete();
    expect((await market.stateOf(task.id)).status).to.equal(3n);
    expect((await market.stateOf(task.id)).workUnits).to.equal(512n);
  });

  it("knows a task by its terms alone: no term can be shown differently later", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, owner } = suite;
    const task = await LinearTask.create(suite, { owner });
    await task.publish();
    const changes = {
      feePerFragment: task.terms.feePerFragment * 2n,
      fragmentDuration: 10,
      steps: 1,
      chains: 1,
      device: 1,
      minTier: 1,
      shardsPerChain: 1,
      shardRoot: task.terms.manifest,
      nonce: 1n,
    };
    for (const [term, value] of Object.entries(changes)) {
      const terms = { ...task.terms, [term]: value };
      await expect(market.connect(owner).cancel(terms))
        .to.be.revertedWithCustomError(market, "MarketWrongStatus")
        .withArgs(await market.taskIdOf(terms), 0n);
    }
  });
});

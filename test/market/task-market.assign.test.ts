import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { expectedNode, lastTicket } from "../support/market/draw.ts";
import {
  DAY,
  decide,
  deployBare,
  deploySuite,
  joinNode,
  loadFixture,
  mine,
  nextPeriod,
  time,
} from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

async function published(options: { chains?: number; steps?: number } = {}) {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task };
}

// TaskMarket.assign
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── when the chain is not one of the task's
// │   └── it reverts with TaskMarketUnknownChain(chain, chains)
// ├── given the task is completed
// │   └── it reverts with MarketWrongStatus(task, Completed)
// ├── given the chain is complete
// │   └── it reverts with TaskMarketChainComplete(chain, steps)
// ├── given the fragment is assigned
// │   └── it reverts with FragmentsAssigned(node, deadline)
// ├── given the entropy of the ticket is not known
// │   └── it reverts with FragmentsEntropyPending(ticket)
// ├── given the period of the ticket is over
// │   └── it renews the draw, whoever calls
// ├── given nobody is eligible
// │   └── it renews the draw
// └── it assigns the fragment to the drawn node
describe("TaskMarket.assign", function () {
  it("reverts for terms that were never published, however little they differ", async function () {
    const { market, task } = await published();
    const terms = { ...task.terms, feePerFragment: task.terms.feePerFragment - 1n };
    await expect(market.assign(terms, 0))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(await market.taskIdOf(terms), 0n);
  });

  it("reverts for a chain beyond the last", async function () {
    const { market, task } = await published();
    for (const chain of [2, 65_535]) {
      await expect(market.assign(task.terms, chain))
        .to.be.revertedWithCustomError(market, "TaskMarketUnknownChain")
        .withArgs(chain, 2n);
    }
  });

  it("reverts once the chain, and once the task is complete", async function () {
    const { market, task } = await published({ chains: 2, steps: 1 });
    await task.assign(0);
    await task.submit(0);
    await mine();
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "TaskMarketChainComplete")
      .withArgs(0n, 1n);
    await task.assign(1);
    await task.submit(1);
    await mine();
    await expect(market.assign(task.terms, 1))
      .to.be.revertedWithCustomError(market, "MarketWrongStatus")
      .withArgs(task.id, 3n);
  });

  it("reverts while the fragment is assigned, and draws it only once", async function () {
    const { suite, market, task } = await published();
    await task.assign(0);
    const { node, deadline } = await market.cursorOf(task.id, 0);
    const before = await observe(suite, task);
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsAssigned")
      .withArgs(node, deadline);
    expect(await observe(suite, task)).to.deep.equal(before);
  });

  it("reverts until the entropy of the ticket is known", async function () {
    const { market, task } = await published();
    const { ticket } = await market.cursorOf(task.id, 0);
    expect(ticket).to.equal(await lastTicket());
    await mine(Number(ticket) - 1 - (await time.latestBlock()));
    // The call itself would be mined in the block of the ticket.
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsEntropyPending")
      .withArgs(ticket);
  });

  it("assigns to the node that the entropy points at, whoever calls", async function () {
    const { suite, market, stranger, task } = await published();
    await decide(suite, (await market.cursorOf(task.id, 1)).ticket);
    await mine();
    const expected = await expectedNode(suite, task, 1);

    const before = await observe(suite, task);
    expect(await market.connect(stranger).assign.staticCall(task.terms, 1)).to.equal(expected);
    const call = market.connect(stranger).assign(task.terms, 1);
    await call;
    const deadline = BigInt(await time.latest()) + 600n;
    await expect(call).to.emit(market, "FragmentAssigned").withArgs(task.id, 1n, 0n, expected, deadline);
    expect(await observe(suite, task)).to.deep.equal({
      ...before,
      state: { ...before.state, assigned: 1n },
      cursors: [before.cursors[0], { ...before.cursors[1], node: expected, deadline }],
      load: before.load.with(Number(expected) - 1, 1n),
    });
  });

  it("assigns each of many fragments to the node that the entropy points at", async function () {
    const { suite, market, task } = await published({ chains: 12, steps: 1 });
    const nodes = new Set<bigint>();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    for (let chain = 0; chain < 12; chain++) {
      // The weights fall to nothing as nodes reach their limit: four of tier 1.
      const expected = await expectedNode(suite, task, chain);
      await market.assign(task.terms, chain);
      const { node } = await market.cursorOf(task.id, chain);
      expect(node, `chain ${chain}`).to.equal(expected);
      nodes.add(node);
    }
    expect(nodes.size > 1).to.equal(true);
  });

  it("renews the draw when the period of its ticket is over: the caller gets no choice", async function () {
    const { suite, market, stranger, task } = await published();
    await nextPeriod(suite);
    const before = await observe(suite, task);
    const call = market.connect(stranger).assign(task.terms, 0);
    await call;
    const [at, ticket] = [BigInt(await time.latest()), await lastTicket()];
    await expect(call).to.emit(market, "DrawRenewed").withArgs(task.id, 0n, 0n, 1n, ticket);
    const waited = at - BigInt(before.cursors[0]?.["requestedAt"] as bigint);
    expect(await observe(suite, task)).to.deep.equal({
      ...before,
      cursors: [{ ...before.cursors[0], requestedAt: at, ticket, attempt: 1n, waited }, before.cursors[1]],
    });
    await task.assign(0);
  });

  it("still draws in the last block of the period, with the same outcome as in the first", async function () {
    const { suite, market, entropy, task } = await published();
    const { ticket } = await market.cursorOf(task.id, 0);
    await decide(suite, ticket);
    await mine();
    const drawn = await market.assign.staticCall(task.terms, 0);
    const period = await entropy.periodBlocks();
    const last = (ticket / period + 1n) * period - 1n;
    await mine(Number(last) - 1 - (await time.latestBlock()));
    await expect(market.assign(task.terms, 0)).to.emit(market, "FragmentAssigned");
    expect(BigInt(await time.latestBlock())).to.equal(last);
    expect((await market.cursorOf(task.id, 0)).node).to.equal(drawn);
  });

  it("renews the draw while nobody is eligible, and assigns once somebody is", async function () {
    const { suite, market, nodeRegistry, scheduler, operators, task } = await published();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await time.increase(3_601); // every node fell silent
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
    const [, { signer, node }] = operators;
    await nodeRegistry.connect(signer).heartbeat();
    // The draw took the silent nodes that it met out: it counts from the next period on.
    await scheduler.poke(node);
    await nextPeriod(suite);
    await market.assign(task.terms, 0);
    await task.assign(0);
    expect((await market.cursorOf(task.id, 0)).node).to.equal(node);
  });

  it("renews the draw when nobody had a weight at the start of the period", async function () {
    const bare = await loadFixture(deployBare);
    const task = await LinearTask.create(bare, { owner: bare.admin, network: true });
    await nextPeriod(bare);
    await task.publish();
    await joinNode(bare, bare.admin, bare.signer(2), bare.signer(5)); // after the start of the period: not in this draw
    await decide(bare, (await bare.market.cursorOf(task.id, 0)).ticket);
    await expect(bare.market.assign(task.terms, 0)).to.emit(bare.market, "DrawRenewed");
    await nextPeriod(bare);
    await expect(bare.market.assign(task.terms, 0)).to.emit(bare.market, "DrawRenewed"); // its ticket expired
    await decide(bare, (await bare.market.cursorOf(task.id, 0)).ticket);
    await expect(bare.market.assign(task.terms, 0)).to.emit(bare.market, "FragmentAssigned");
  });

  it("passes over a node whose benchmark expired before the draw", async function () {
    const { suite, market, nodeRegistry, operators, task } = await published();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await time.increase(61 * DAY);
    for (const { signer } of operators) await nodeRegistry.connect(signer).heartbeat();
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
    for (const { node } of operators) expect(await nodeRegistry.isEligible(node)).to.equal(false);
  });

  it("never draws a node that was suspended, removed or left after the start of the period", async function () {
    const { suite, market, nodeRegistry, operators, task } = await published({ chains: 8, steps: 1 });
    const [suspended, removed, staying] = operators;
    await nodeRegistry.suspend(suspended.node);
    await nodeRegistry.remove(removed.node);
    for (let chain = 0; chain < 4; chain++) {
      await task.assign(chain);
      expect((await market.cursorOf(task.id, chain)).node, `chain ${chain}`).to.equal(staying.node);
    }
    await nodeRegistry.connect(staying.signer).exit();
    await decide(suite, (await market.cursorOf(task.id, 4)).ticket);
    await expect(market.assign(task.terms, 4)).to.emit(market, "DrawRenewed");
  });
});

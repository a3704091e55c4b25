import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { drawIndex, seedHash } from "../support/market/hashes.ts";
import { DAY, deployBare, deploySuite, ethers, joinNode, loadFixture, mine, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

async function published(options: { chains?: number; steps?: number } = {}) {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task };
}

// TaskMarket.assign
// ├── when the terms were never published
// │   └── it reverts with TaskMarketWrongStatus(task, None)
// ├── when the chain is not one of the task's
// │   └── it reverts with TaskMarketUnknownChain(chain, chains)
// ├── given the task is completed
// │   └── it reverts with TaskMarketWrongStatus(task, Completed)
// ├── given the chain is complete
// │   └── it reverts with TaskMarketChainComplete(chain, steps)
// ├── given the fragment is assigned
// │   └── it reverts with FragmentsAssigned(node, deadline)
// ├── given the entropy block is not past
// │   └── it reverts with FragmentsEntropyPending(entropyBlock, blockNumber)
// ├── given the entropy expired
// │   └── it renews the draw, whoever calls
// ├── given nobody is eligible
// │   └── it renews the draw
// └── it assigns the fragment to the drawn node
describe("TaskMarket.assign", function () {
  it("reverts for terms that were never published, however little they differ", async function () {
    const { market, task } = await published();
    const terms = { ...task.terms, feePerFragment: task.terms.feePerFragment - 1n };
    await expect(market.assign(terms, 0))
      .to.be.revertedWithCustomError(market, "TaskMarketWrongStatus")
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
      .to.be.revertedWithCustomError(market, "TaskMarketWrongStatus")
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

  it("reverts until the entropy block is past", async function () {
    const { market, task } = await published();
    const block = BigInt(await time.latestBlock());
    // The call itself would be mined in the entropy block.
    await expect(market.assign(task.terms, 0))
      .to.be.revertedWithCustomError(market, "FragmentsEntropyPending")
      .withArgs(block + 1n, block + 1n);
  });

  it("assigns to the node that the entropy points at, whoever calls", async function () {
    const { suite, market, nodeRegistry, stranger, task } = await published();
    await mine(2);
    const { requestedAt, entropyBlock } = await market.cursorOf(task.id, 1);
    const entropy = (await ethers.provider.getBlock(Number(entropyBlock)))?.hash ?? "";
    const size = await nodeRegistry.activeCountAt(requestedAt - 1n);
    const index = drawIndex(seedHash(entropy, task.id, 1, 0n, entropyBlock), 0, Number(size));
    const expected = await nodeRegistry.activeNodeAt(index, requestedAt - 1n);

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
    });
  });

  it("renews the draw when its entropy expired: the caller gets no choice", async function () {
    const { suite, market, stranger, task } = await published();
    const { entropyBlock } = await market.cursorOf(task.id, 0);
    await mine(Number(entropyBlock) + 256 - (await time.latestBlock()));
    const before = await observe(suite, task);
    // Mined in block entropyBlock + 257: its hash is gone.
    const call = market.connect(stranger).assign(task.terms, 0);
    await call;
    const block = BigInt(await time.latestBlock());
    expect(block).to.equal(entropyBlock + 257n);
    const at = BigInt(await time.latest());
    await expect(call)
      .to.emit(market, "DrawRenewed")
      .withArgs(task.id, 0n, 0n, 1n, block + 1n);
    expect(await observe(suite, task)).to.deep.equal({
      ...before,
      cursors: [{ ...before.cursors[0], requestedAt: at, entropyBlock: block + 1n, attempt: 1n }, before.cursors[1]],
    });
    await task.assign(0);
  });

  it("still draws with entropy of 256 blocks ago", async function () {
    const { market, task } = await published();
    const { entropyBlock } = await market.cursorOf(task.id, 0);
    await mine(Number(entropyBlock) + 255 - (await time.latestBlock()));
    await expect(market.assign(task.terms, 0)).to.emit(market, "FragmentAssigned");
    expect(BigInt(await time.latestBlock())).to.equal(entropyBlock + 256n);
  });

  it("renews the draw while nobody is eligible, and assigns once somebody is", async function () {
    const { market, nodeRegistry, operators, task } = await published();
    await time.increase(3_601); // every node fell silent
    await mine();
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
    expect((await market.stateOf(task.id)).assigned).to.equal(0n);
    await nodeRegistry.connect(operators[1].signer).heartbeat();
    const { node } = operators[1];
    // The set of the draw still holds the silent nodes; each call looks at 16 candidates.
    await mine();
    await expect(market.assign(task.terms, 0)).to.emit(market, "FragmentAssigned");
    expect((await market.cursorOf(task.id, 0)).node).to.equal(node);
  });

  it("renews the draw when the set was empty at its snapshot", async function () {
    const bare = await loadFixture(deployBare);
    const task = await LinearTask.create(bare, { owner: bare.admin, network: true });
    await task.publish();
    await joinNode(bare, bare.admin, bare.signer(2), bare.signer(5)); // after the request: not in this draw
    await mine();
    await expect(bare.market.assign(task.terms, 0)).to.emit(bare.market, "DrawRenewed");
    await mine();
    await expect(bare.market.assign(task.terms, 0)).to.emit(bare.market, "FragmentAssigned");
  });

  it("passes over a node whose benchmark expired before the draw", async function () {
    const { market, nodeRegistry, operators, task } = await published();
    await time.increase(61 * DAY);
    for (const { signer } of operators) await nodeRegistry.connect(signer).heartbeat();
    await mine();
    await expect(market.assign(task.terms, 0)).to.emit(market, "DrawRenewed");
    for (const { node } of operators) expect(await nodeRegistry.isEligible(node)).to.equal(false);
  });
});

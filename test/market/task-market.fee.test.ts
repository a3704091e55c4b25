import { expect } from "chai";
import { encodeBytes32String } from "ethers";

import { deploySuite, ethers, loadFixture } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

// TaskMarket.setProtocolFee
// ├── when the caller lacks the operations role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the fee is above the hard cap
// │   └── it reverts with MarketTermOutOfBounds(protocolFeeBps, fee, 0, cap)
// └── it sets the fee of later tasks and emits ProtocolFeeUpdated
describe("TaskMarket.setProtocolFee", function () {
  it("reverts when the caller lacks the role", async function () {
    const { market, owner } = await loadFixture(deploySuite);
    await expect(market.connect(owner).setProtocolFee(0))
      .to.be.revertedWithCustomError(market, "AccessManagedUnauthorized")
      .withArgs(owner);
    expect(await market.protocolFeeBps()).to.equal(500n);
  });

  it("reverts above the hard cap, also for the operations role", async function () {
    const { market } = await loadFixture(deploySuite);
    for (const fee of [1_001n, 10_000n, 2n ** 16n, 2n ** 256n - 1n]) {
      await expect(market.setProtocolFee(fee))
        .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String("protocolFeeBps"), fee, 0n, 1_000n);
    }
    expect(await market.protocolFeeBps()).to.equal(500n);
  });

  it("sets the fee of later tasks and emits ProtocolFeeUpdated", async function () {
    const { market } = await loadFixture(deploySuite);
    await expect(market.setProtocolFee(1_000)).to.emit(market, "ProtocolFeeUpdated").withArgs(500n, 1_000n);
    expect(await market.protocolFeeBps()).to.equal(1_000n);
    await expect(market.setProtocolFee(0)).to.emit(market, "ProtocolFeeUpdated").withArgs(1_000n, 0n);
    expect(await market.protocolFeeBps()).to.equal(0n);
  });

  it("leaves nothing to the protocol at zero", async function () {
    const suite = await loadFixture(deploySuite);
    const { market, escrow, feeRouter, owner } = suite;
    await market.setProtocolFee(0);
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1 });
    await task.publish();
    await task.complete();
    expect(await escrow.owedTo(feeRouter)).to.equal(0n);
    expect(await escrow.recordedTotal()).to.equal(task.totalFee);
  });
});

// TaskMarket views
describe("TaskMarket.contextOf", function () {
  it("differs in every value that it binds", async function () {
    const { market, circuit, owner, stranger } = await loadFixture(deploySuite);
    const [task, other] = [ethers.id("task"), ethers.id("other")];
    const contexts = await Promise.all([
      market.contextOf(circuit, task, 0, 0, owner),
      market.contextOf(other, task, 0, 0, owner),
      market.contextOf(circuit, other, 0, 0, owner),
      market.contextOf(circuit, task, 1, 0, owner),
      market.contextOf(circuit, task, 0, 1, owner),
      market.contextOf(circuit, task, 0, 0, stranger),
    ]);
    expect(new Set(contexts)).to.have.lengthOf(contexts.length);
  });
});

describe("TaskMarket views of an unknown task", function () {
  it("returns nothing, and reverts for nothing", async function () {
    const { market } = await loadFixture(deploySuite);
    const unknown = ethers.id("unknown");
    expect((await market.stateOf(unknown)).status).to.equal(0n);
    expect(await market.headOf(unknown, 0)).to.equal(0n);
    expect(await market.transcriptOf(unknown, 0)).to.equal(ethers.ZeroHash);
    expect((await market.cursorOf(unknown, 0)).node).to.equal(0n);
  });
});

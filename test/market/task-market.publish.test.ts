import { expect } from "chai";
import { encodeBytes32String, id, ZeroHash } from "ethers";

import { taskHash } from "../support/market/hashes.ts";
import {
  CXT,
  deploySuite,
  ethers,
  linearCircuit,
  loadFixture,
  mine,
  STEP_SCHEMA,
  time,
  type Suite,
} from "../support/market/suite.ts";
import { lastTicket } from "../support/market/draw.ts";
import { LinearTask, type Terms } from "../support/market/task.ts";

/** A third of the 3,000 CXT that a draw of the local deployment may be worth. */
const MAX_FEE = 1_000n * CXT;
const Status = { None: 0n, Active: 1n, Cancelled: 2n, Completed: 3n } as const;

async function published() {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner });
  return { ...suite, suite, task };
}

async function expectNothing(suite: Suite, task: string) {
  const { market, escrow, token, owner, earned } = suite;
  expect((await market.stateOf(task)).status).to.equal(Status.None);
  expect(await escrow.heldFor(task)).to.equal(0n);
  expect(await token.balanceOf(owner)).to.equal(earned);
}

/** Terms that both `publish` and `publishNetwork` refuse. */
const REFUSED: readonly { term: keyof Terms; value: string | number }[] = [
  { term: "chains", value: 0 },
  { term: "chains", value: 65 },
  { term: "steps", value: 0 },
  { term: "steps", value: 1_000_001 },
  { term: "shardsPerChain", value: 0 },
  { term: "shardsPerChain", value: 1_000_001 },
  { term: "fragmentDuration", value: 59 },
  { term: "fragmentDuration", value: 604_801 },
  { term: "device", value: 5 },
  { term: "device", value: 255 },
  { term: "minTier", value: 5 },
  { term: "minTier", value: 255 },
  { term: "shardRoot", value: ZeroHash },
  { term: "initialWeights", value: ZeroHash },
  { term: "manifest", value: ZeroHash },
];

// TaskMarket.publish, TaskMarket.publishNetwork (what they share)
// ├── when the circuit is unknown
// │   └── it reverts with CircuitRegistryUnknownCircuit(circuit)
// ├── given the circuit was retired
// │   └── it reverts with CircuitRegistryCircuitRetired(circuit)
// ├── given the circuit proves something else than a step
// │   └── it reverts with MarketWrongSchema(circuit, schema)
// ├── when the terms name another owner than the caller
// │   └── it reverts with MarketNotOwner(caller, owner)
// ├── when a count or duration is out of bounds, or a hash is zero
// │   └── it reverts with MarketTermOutOfBounds or MarketEmptyTerm
// └── given the very same task exists
//     └── it reverts with TaskMarketTaskExists(task)
for (const network of [false, true]) {
  const name = network ? "publishNetwork" : "publish";
  describe(`TaskMarket.${name}: terms`, function () {
    async function prepared() {
      const suite = await loadFixture(deploySuite);
      const caller = network ? suite.admin : suite.owner;
      const task = await LinearTask.create(suite, { owner: caller, network });
      return { ...suite, suite, caller, task, publish: suite.market.connect(caller)[name] };
    }

    it("reverts when the circuit is unknown", async function () {
      const { circuitRegistry, task, publish } = await prepared();
      await expect(publish({ ...task.terms, circuit: id("unknown") }))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
        .withArgs(id("unknown"));
    });

    it("reverts when the circuit was retired", async function () {
      const { circuitRegistry, circuit, task, publish } = await prepared();
      await circuitRegistry.retire(circuit);
      await expect(publish(task.terms))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryCircuitRetired")
        .withArgs(circuit);
    });

    it("reverts when the circuit proves something else than a step", async function () {
      const { circuitRegistry, market, task, publish } = await prepared();
      const { name: circuitName, terms, key } = linearCircuit();
      const other = { ...circuitName, name: "Other" };
      await circuitRegistry.register(other, { ...terms, schema: id("other") }, key);
      const circuit = await circuitRegistry.idOf(other);
      await expect(publish({ ...task.terms, circuit }))
        .to.be.revertedWithCustomError(market, "MarketWrongSchema")
        .withArgs(circuit, id("other"));
    });

    it("reverts when the terms name another owner", async function () {
      const { suite, market, stranger, caller, task, publish } = await prepared();
      await expect(publish({ ...task.terms, owner: stranger.address }))
        .to.be.revertedWithCustomError(market, "MarketNotOwner")
        .withArgs(caller, stranger);
      await expectNothing(suite, task.id);
    });

    for (const { term, value } of REFUSED) {
      it(`reverts when ${term} is ${value === ZeroHash ? "empty" : value}`, async function () {
        const { market, task, publish } = await prepared();
        const terms = { ...task.terms, [term]: value };
        const call = publish(terms);
        if (value === ZeroHash) {
          await expect(call)
            .to.be.revertedWithCustomError(market, "MarketEmptyTerm")
            .withArgs(encodeBytes32String(term));
        } else {
          await expect(call).to.be.revertedWithCustomError(market, "MarketTermOutOfBounds");
        }
        expect((await market.stateOf(await market.taskIdOf(terms))).status).to.equal(Status.None);
      });
    }

    it("reverts when the very same task exists, also after its cancellation", async function () {
      const { market, caller, task, publish } = await prepared();
      await publish(task.terms);
      await expect(publish(task.terms)).to.be.revertedWithCustomError(market, "TaskMarketTaskExists").withArgs(task.id);
      await market.connect(caller).cancel(task.terms);
      await expect(publish(task.terms)).to.be.revertedWithCustomError(market, "TaskMarketTaskExists").withArgs(task.id);
    });
  });
}

// TaskMarket.publish
// ├── when the fee is zero, below the worth of the work, or above a third of what a draw may be worth
// │   └── it reverts with MarketTermOutOfBounds(feePerFragment, fee, minimum, maximum)
// ├── when the owner did not approve the fees, or has not enough
// │   └── it reverts with the token's error and publishes nothing
// └── it takes the fees and emits TaskPublished
describe("TaskMarket.publish", function () {
  for (const fee of [0n, 512n * 10n ** 12n - 1n, MAX_FEE + 1n, 2n ** 256n - 1n]) {
    it(`reverts when the fee per fragment is ${fee}`, async function () {
      const { suite, market, owner, task } = await published();
      await expect(market.connect(owner).publish({ ...task.terms, feePerFragment: fee }))
        .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String("feePerFragment"), fee, 512n * 10n ** 12n, MAX_FEE);
      await expectNothing(suite, task.id);
    });
  }

  it("reverts when the fees of all fragments are more than the owner has, without overflow", async function () {
    const { suite, market, token, escrow, owner, earned, task } = await published();
    const terms = { ...task.terms, feePerFragment: MAX_FEE, chains: 64, steps: 1_000_000 };
    const total = 64_000_000n * MAX_FEE;
    await expect(market.connect(owner).publish(terms))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(escrow, earned, total);
    await token.connect(owner).approve(escrow, total);
    await expect(market.connect(owner).publish(terms))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(owner, earned, total);
    await expectNothing(suite, await market.taskIdOf(terms));
  });

  it("takes the fees and emits TaskPublished", async function () {
    const { market, escrow, token, owner, task, earned } = await published();
    expect(await market.connect(owner).publish.staticCall(task.terms)).to.equal(task.id);
    const call = task.publish();
    await expect(call)
      .to.emit(market, "TaskPublished")
      .withArgs(task.id, owner, false, Object.values(task.terms), 500n);
    await expect(call).to.emit(escrow, "Deposited").withArgs(task.id, owner, task.totalFee);
    expect(task.totalFee).to.equal(4n * 10n ** 16n);
    expect(await token.balanceOf(owner)).to.equal(earned - task.totalFee);
    expect(await token.balanceOf(escrow)).to.equal(task.totalFee);
    expect(await escrow.heldFor(task.id)).to.equal(task.totalFee);
    expect(await escrow.recordedTotal()).to.equal(task.totalFee);

    const [at, ticket] = [BigInt(await time.latest()), await lastTicket()];
    expect(await market.stateOf(task.id)).to.deep.equal([Status.Active, false, 500n, 0n, at, ticket, 0n, 0n, 512n]);
    for (const chain of [0, 1]) {
      expect(await market.cursorOf(task.id, chain)).to.deep.equal([0n, 0n, 0n, ticket, at, 0n, 0n, 0n, false, false]);
      expect(await market.headOf(task.id, chain)).to.equal(0n);
      expect(await market.transcriptOf(task.id, chain)).to.equal(ZeroHash);
    }
  });

  it("names tasks by the hash of chain, market and terms", async function () {
    const { market, task } = await published();
    const { chainId } = await ethers.provider.getNetwork();
    expect(task.id).to.equal(taskHash(chainId, await market.getAddress(), task.terms));
    expect(await market.taskIdOf({ ...task.terms, nonce: 1n })).to.not.equal(task.id);
  });

  it("keeps two tasks apart that differ by the nonce alone", async function () {
    const { suite, escrow, task } = await published();
    const twin = await LinearTask.create(suite, { owner: suite.owner, nonce: 1n });
    await task.publish();
    await twin.publish();
    expect(await escrow.heldFor(task.id)).to.equal(task.totalFee);
    expect(await escrow.heldFor(twin.id)).to.equal(twin.totalFee);
    expect(await escrow.recordedTotal()).to.equal(task.totalFee + twin.totalFee);
  });

  it("bounds the fee by a third of what a draw may be worth: the fee and twice as much from the pool", async function () {
    const { market, entropy } = await published();
    expect(await market.maxFee()).to.equal(MAX_FEE);
    expect((await entropy.maxDrawValue()) / 3n).to.equal(MAX_FEE);
  });

  it("takes the ticket of the next period when the present one is about to end", async function () {
    const { market, entropy, task } = await published();
    const period = Number(await entropy.periodBlocks());
    const tail = Number(await entropy.tailBlocks());
    const untilTail = period - 2 - tail - ((await time.latestBlock()) % period);
    await mine(untilTail + (untilTail < 0 ? period : 0));
    await task.publish(); // in the last block whose successor is in the tail
    const { publishTicket } = await market.stateOf(task.id);
    expect(Number(publishTicket) % period).to.equal(0);
    expect(Number(publishTicket) - (await time.latestBlock())).to.equal(tail + 1);
    await task.assign(0);
  });

  it("asks for the schema that the circuit manifest names", async function () {
    const { market } = await published();
    expect(await market.STEP_SCHEMA()).to.equal(STEP_SCHEMA);
    expect(await market.MAX_PROTOCOL_FEE_BPS()).to.equal(1_000n);
  });
});

// TaskMarket.publishNetwork
// ├── when the caller lacks the operations role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the terms name a fee
// │   └── it reverts with MarketTermOutOfBounds(feePerFragment, fee, 0, 0)
// └── it publishes without money and emits TaskPublished with a protocol fee of zero
describe("TaskMarket.publishNetwork", function () {
  it("reverts when the caller lacks the role, also for its own terms", async function () {
    const { suite, market, owner } = await published();
    const task = await LinearTask.create(suite, { owner, network: true });
    await expect(task.publish()).to.be.revertedWithCustomError(market, "AccessManagedUnauthorized").withArgs(owner);
  });

  it("reverts when the terms name a fee", async function () {
    const { suite, market, admin } = await published();
    const task = await LinearTask.create(suite, { owner: admin, network: true });
    await expect(market.publishNetwork({ ...task.terms, feePerFragment: 1n }))
      .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
      .withArgs(encodeBytes32String("feePerFragment"), 1n, 0n, 0n);
  });

  it("publishes without money", async function () {
    const { suite, market, escrow, admin } = await published();
    const task = await LinearTask.create(suite, { owner: admin, network: true });
    expect(await market.publishNetwork.staticCall(task.terms)).to.equal(task.id);
    await expect(task.publish())
      .to.emit(market, "TaskPublished")
      .withArgs(task.id, admin, true, Object.values(task.terms), 0n);
    expect(await escrow.heldFor(task.id)).to.equal(0n);
    const state = await market.stateOf(task.id);
    expect([state.status, state.network, state.protocolFeeBps]).to.deep.equal([Status.Active, true, 0n]);
  });
});

import { expect } from "chai";
import { AbiCoder, encodeBytes32String, id, keccak256, ZeroHash } from "ethers";

import { roundTaskId } from "../../packages/sdk/src/task/round-task-id.ts";
import { ROUND_TERMS_TYPE, type RoundTerms } from "../../packages/sdk/src/task/round-terms.ts";
import { CXT, ethers, time } from "../support/market/suite.ts";
import { lastTicket } from "../support/market/draw.ts";
import { applyCircuit, deployRounds, deployStakedRounds, loadFixture } from "../support/rounds/suite.ts";
import { RoundTask } from "../support/rounds/task.ts";

/** A third of the 3,000 CXT that a draw of the local deployment may be worth. */
const MAX_FEE = 1_000n * CXT;

/** Terms that both `publish` and `publishNetwork` refuse, of a task of two lanes. */
const REFUSED: readonly { term: keyof RoundTerms; value: bigint | string }[] = [
  { term: "lanes", value: 0n },
  { term: "lanes", value: 17n },
  { term: "quorum", value: 0n },
  { term: "quorum", value: 3n },
  { term: "rounds", value: 0n },
  { term: "rounds", value: 1_000_001n },
  { term: "shards", value: 0n },
  { term: "shards", value: 1_000_001n },
  { term: "fragmentDuration", value: 59n },
  { term: "fragmentDuration", value: 604_801n },
  { term: "roundDuration", value: 599n },
  { term: "roundDuration", value: 2_592_001n },
  { term: "heldOut", value: 0n },
  { term: "heldOut", value: 17n },
  { term: "device", value: 5n },
  { term: "minTier", value: 5n },
  { term: "shardRoot", value: ZeroHash },
  { term: "heldOutRoot", value: ZeroHash },
  { term: "initialWeights", value: 0n },
  { term: "manifest", value: ZeroHash },
];

/** What a task without evaluation must not name. */
const WITHOUT_EVALUATION: readonly { term: keyof RoundTerms; value: bigint | string }[] = [
  { term: "heldOut", value: 1n },
  { term: "heldOutRoot", value: id("root") },
  { term: "feePerEvaluation", value: 1n },
];

// RoundMarket.publish, RoundMarket.publishNetwork (what they share)
// ├── when the terms name another owner than the caller
// │   └── it reverts with MarketNotOwner(caller, owner)
// ├── when a count or duration is out of bounds, or a hash is zero
// │   └── it reverts with MarketTermOutOfBounds or MarketEmptyTerm
// ├── when there is no evaluation but something of one
// │   └── it reverts with MarketTermOutOfBounds
// ├── when a circuit is unknown or retired
// │   └── it reverts with the registry's error
// ├── when a circuit proves something else than its part, or another number of lanes
// │   └── it reverts with MarketWrongSchema(circuit, schema)
// └── given the very same task exists
//     └── it reverts with RoundMarketTaskExists(task)
for (const network of [false, true]) {
  const name = network ? "publishNetwork" : "publish";
  describe(`RoundMarket.${name}: terms`, function () {
    async function prepared(options: Partial<RoundTerms> = {}) {
      const suite = await loadFixture(deployRounds);
      const caller = network ? suite.admin : suite.owner;
      const task = await RoundTask.create(suite, { network, ...options, owner: caller });
      return { ...suite, suite, caller, task, publish: suite.rounds.connect(caller)[name] };
    }

    it("reverts when the terms name another owner", async function () {
      const { rounds, stranger, caller, task, publish } = await prepared();
      await expect(publish({ ...task.terms, owner: stranger.address }))
        .to.be.revertedWithCustomError(rounds, "MarketNotOwner")
        .withArgs(caller, stranger);
    });

    for (const { term, value } of REFUSED) {
      const empty = value === ZeroHash || term === "initialWeights";
      it(`reverts when ${term} is ${empty ? "empty" : value}`, async function () {
        const { rounds, task, publish } = await prepared();
        const terms = { ...task.terms, [term]: value };
        const call = publish(terms);
        if (empty) {
          await expect(call)
            .to.be.revertedWithCustomError(rounds, "MarketEmptyTerm")
            .withArgs(encodeBytes32String(term));
        } else {
          await expect(call)
            .to.be.revertedWithCustomError(rounds, "MarketTermOutOfBounds")
            .withArgs(encodeBytes32String(term), value, isAny, isAny);
        }
        expect((await rounds.stateOf(await rounds.taskIdOf(terms))).status).to.equal(0n);
      });
    }

    for (const { term, value } of WITHOUT_EVALUATION) {
      it(`reverts when there is no evaluation but ${term} is set`, async function () {
        const { rounds, task, publish } = await prepared({ heldOut: 0n });
        await expect(publish({ ...task.terms, [term]: value }))
          .to.be.revertedWithCustomError(rounds, "MarketTermOutOfBounds")
          .withArgs(encodeBytes32String(term), BigInt(value), 0n, 0n);
      });
    }

    for (const part of ["gradientCircuit", "applyCircuit", "evaluateCircuit"] as const) {
      it(`reverts when the ${part} is unknown, retired, or proves something else`, async function () {
        const { rounds, circuitRegistry, admin, task, publish } = await prepared();
        await expect(publish({ ...task.terms, [part]: id("unknown") }))
          .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
          .withArgs(id("unknown"));
        const other = part === "gradientCircuit" ? task.terms.evaluateCircuit : task.terms.gradientCircuit;
        const { schema } = await circuitRegistry.get(other);
        await expect(publish({ ...task.terms, [part]: other }))
          .to.be.revertedWithCustomError(rounds, "MarketWrongSchema")
          .withArgs(other, schema);
        await circuitRegistry.connect(admin).retire(task.terms[part]);
        await expect(publish(task.terms))
          .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryCircuitRetired")
          .withArgs(task.terms[part]);
      });
    }

    it("reverts when the step is over another number of lanes", async function () {
      const { rounds, task, publish } = await prepared({ lanes: 3n });
      const other = applyCircuit(2);
      await expect(publish({ ...task.terms, applyCircuit: other.id }))
        .to.be.revertedWithCustomError(rounds, "MarketWrongSchema")
        .withArgs(other.id, id(other.schema));
      await publish(task.terms);
    });

    it("reverts when the very same task exists, also after its cancellation", async function () {
      const { rounds, caller, task, publish } = await prepared();
      await publish(task.terms);
      const exists = async () =>
        expect(publish(task.terms)).to.be.revertedWithCustomError(rounds, "RoundMarketTaskExists").withArgs(task.id);
      await exists();
      await rounds.connect(caller).cancel(task.terms);
      await exists();
    });
  });
}

// RoundMarket.publish
// ├── when a fee is zero, below the worth of its work, or above a third of what a draw may be worth
// │   └── it reverts with MarketTermOutOfBounds(term, fee, minimum, maximum)
// ├── when the owner did not approve the fees
// │   └── it reverts with the token's error and publishes nothing
// ├── it takes the fees, opens the first lanes, and writes two slots whatever the number of fragments
// └── task and context are the hashes that the specification says
describe("RoundMarket.publish", function () {
  const FEES = [
    { term: "feePerGradient", minimum: 64n * 10n ** 12n },
    { term: "feePerApply", minimum: 32n * 10n ** 12n },
    { term: "feePerEvaluation", minimum: 32n * 10n ** 12n },
  ] as const;
  for (const { term, minimum } of FEES) {
    it(`reverts when ${term} is worth less than its work, or more than a draw may be`, async function () {
      const suite = await loadFixture(deployRounds);
      const { rounds, owner, admin } = suite;
      const task = await RoundTask.create(suite, { owner });
      for (const fee of [0n, minimum - 1n, MAX_FEE + 1n, 2n ** 256n - 1n]) {
        await expect(rounds.connect(owner).publish({ ...task.terms, [term]: fee }))
          .to.be.revertedWithCustomError(rounds, "MarketTermOutOfBounds")
          .withArgs(encodeBytes32String(term), fee, minimum, MAX_FEE);
      }
      const free = await RoundTask.create(suite, { owner: admin, network: true });
      await expect(rounds.connect(admin).publishNetwork({ ...free.terms, [term]: 1n }))
        .to.be.revertedWithCustomError(rounds, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String(term), 1n, 0n, 0n);
    });
  }

  it("takes the least and the largest fees", async function () {
    const suite = await loadFixture(deployStakedRounds);
    const least = { feePerGradient: FEES[0].minimum, feePerApply: FEES[1].minimum, feePerEvaluation: FEES[2].minimum };
    await (await RoundTask.create(suite, { owner: suite.owner, ...least })).publish();
    const most = { feePerGradient: MAX_FEE, lanes: 1n, rounds: 1n };
    const task = await RoundTask.create(suite, { owner: suite.owner, ...most });
    await task.publish();
    expect(await suite.roundEscrow.heldFor(task.id)).to.equal(task.totalFee);
  });

  it("reverts when the fees of all fragments are more than the owner has, without overflow", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, token, owner, earned } = suite;
    const big = { feePerGradient: MAX_FEE, feePerApply: MAX_FEE, feePerEvaluation: MAX_FEE, lanes: 16n, heldOut: 16n };
    const task = await RoundTask.create(suite, { owner, ...big, rounds: 1_000_000n });
    await expect(task.publish())
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(owner, earned, (17_000_000n + 16n) * MAX_FEE);
    await token.connect(owner).approve(roundEscrow, 0n);
    const small = await RoundTask.create(suite, { owner });
    await expect(small.publish())
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(roundEscrow, 0n, small.totalFee);
    expect((await rounds.stateOf(small.id)).status).to.equal(0n);
  });

  it("takes the fees and opens the first lanes", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, token, owner, earned } = suite;
    const task = await RoundTask.create(suite, { owner });
    expect(await rounds.connect(owner).publish.staticCall(task.terms)).to.equal(task.id);
    const call = task.publish();
    await expect(call).to.emit(roundEscrow, "Deposited").withArgs(task.id, owner, task.totalFee);
    const [at, ticket] = [BigInt(await time.latest()), await lastTicket()];
    await expect(call).to.emit(rounds, "PhaseOpened").withArgs(task.id, 0n, 0n, ticket);
    expect(await token.balanceOf(owner)).to.equal(earned - task.totalFee);
    expect(await rounds.stateOf(task.id)).to.deep.equal([1n, false, 0n, 500n, 0n, 0n, 0n, at, ticket, 64n]);
    for (const lane of [0, 1]) {
      expect(await rounds.cursorOf(task.id, lane)).to.deep.equal([0n, 0n, 0n, ticket, at, 0n, 0n, 0n, false, false]);
    }
    expect(await rounds.headOf(task.id)).to.equal(0n);
    expect(await rounds.transcriptOf(task.id)).to.equal(ZeroHash);
  });

  it("names tasks and contexts by the hashes of the specification", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, owner, stranger } = suite;
    const task = await RoundTask.create(suite, { owner });
    const { chainId } = await ethers.provider.getNetwork();
    const at = await rounds.getAddress();
    const abi = AbiCoder.defaultAbiCoder();
    const expected = keccak256(abi.encode(["uint256", "address", ROUND_TERMS_TYPE], [chainId, at, task.terms]));
    expect(task.id).to.equal(expected);
    expect(roundTaskId(chainId, at, task.terms)).to.equal(expected);
    const circuit = task.terms.gradientCircuit;
    const types = ["uint256", "address", "bytes32", "bytes32", "uint256", "uint256", "address"];
    const context = BigInt(keccak256(abi.encode(types, [chainId, at, circuit, task.id, 3, 9, stranger.address]))) >> 8n;
    expect(await rounds.contextOf(circuit, task.id, 3, 9, stranger)).to.equal(context);
  });
});

function isAny(): boolean {
  return true;
}

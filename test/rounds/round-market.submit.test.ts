import { expect } from "chai";

import { mine, time } from "../support/market/suite.ts";
import { deployRounds, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, RoundTask, type RoundOptions } from "../support/rounds/task.ts";

async function published(options: Omit<RoundOptions, "owner"> = {}) {
  const suite = await loadFixture(deployRounds);
  const task = await RoundTask.create(suite, { owner: suite.owner, ...options });
  await task.publish();
  return { ...suite, suite, task };
}

// RoundMarket.assign
// ├── when the terms were never published
// │   └── it reverts with MarketWrongStatus(task, None)
// ├── when the task has no such fragment
// │   └── it reverts with RoundMarketUnknownFragment(fragment)
// ├── given the fragment is settled, or of another phase
// │   └── it reverts with RoundMarketNotOpen(fragment, round, phase)
// ├── given the fragment is assigned
// │   └── it reverts with FragmentsAssigned(node, deadline)
// ├── given the entropy is not known
// │   └── it reverts with FragmentsEntropyPending(ticket)
// ├── given the entropy expired, or nobody is eligible
// │   └── it requests the draw anew
// └── it assigns the fragment
describe("RoundMarket.assign", function () {
  it("reverts for terms that were never published, and for fragments that the task has not", async function () {
    const { rounds, task } = await published();
    const other = { ...task.terms, nonce: 9n };
    await expect(rounds.assign(other, 0))
      .to.be.revertedWithCustomError(rounds, "MarketWrongStatus")
      .withArgs(await rounds.taskIdOf(other), 0n);
    for (const fragment of [2, 15, 19, 40, 65_535]) {
      await expect(rounds.assign(task.terms, fragment))
        .to.be.revertedWithCustomError(rounds, "RoundMarketUnknownFragment")
        .withArgs(fragment);
    }
  });

  it("reverts for what is not open, whatever is called", async function () {
    const { rounds, task, operators } = await published();
    for (const fragment of [APPLY_FRAGMENT, FIRST_EVALUATION]) {
      await expect(rounds.assign(task.terms, fragment))
        .to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen")
        .withArgs(fragment, 0n, 0n);
    }
    await task.work(0);
    const asNode = rounds.connect(operators[0].signer);
    for (const call of [rounds.assign, rounds.reassign, asNode.refuse]) {
      await expect(call(task.terms, 0)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen").withArgs(0, 0n, 0n);
    }
    await task.work(1);
    await expect(rounds.assign(task.terms, 1))
      .to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen")
      .withArgs(1, 0n, 1n);
  });

  it("waits for the entropy, draws once, and renews what expired", async function () {
    const { rounds, task, stranger, nodeRegistry } = await published();
    const { ticket } = await rounds.cursorOf(task.id, 0);
    await expect(rounds.assign(task.terms, 0))
      .to.be.revertedWithCustomError(rounds, "FragmentsEntropyPending")
      .withArgs(ticket);
    await mine(40);
    await expect(rounds.connect(stranger).assign(task.terms, 0)).to.emit(rounds, "DrawRenewed");
    const renewed = await rounds.cursorOf(task.id, 0);
    expect([renewed.attempt, renewed.step, renewed.missed, renewed.ticket > ticket]).to.deep.equal([1n, 0n, 0n, true]);
    const operator = await task.assign(0);
    const { node, deadline } = await rounds.cursorOf(task.id, 0);
    expect(node).to.equal(await nodeRegistry.nodeOf(operator));
    expect(deadline).to.equal(BigInt(await time.latest()) + task.terms.fragmentDuration);
    await expect(rounds.assign(task.terms, 0))
      .to.be.revertedWithCustomError(rounds, "FragmentsAssigned")
      .withArgs(node, deadline);
    // The other lane has a draw of its own.
    expect((await rounds.cursorOf(task.id, 1)).node).to.equal(0n);
  });

  it("requests the draw anew while nobody is eligible", async function () {
    const { rounds, task } = await published();
    await mine(6);
    await time.increase(3_601);
    await expect(rounds.assign(task.terms, 0)).to.emit(rounds, "DrawRenewed");
    expect((await rounds.cursorOf(task.id, 0)).node).to.equal(0n);
  });
});

// RoundMarket.submitGradient
// ├── when the lane is not assigned, assigned to another, or late
// │   └── it reverts with FragmentsNotAssigned, MarketNotAssignee or FragmentsDeadlinePassed
// ├── when the number is that of a step or beyond the lanes
// │   └── it reverts with RoundMarketUnknownFragment(lane) or RoundMarketNotOpen
// ├── when the round is another
// │   └── it reverts with RoundMarketWrongRound(round, openRound)
// ├── when the shard is another
// │   └── it reverts with MarketShardNotInRoot(index, batch)
// ├── when any public value, the operator, the lane or the circuit is another than the proved one
// │   └── it reverts with ProofVerifierInvalidProof
// └── it counts once
describe("RoundMarket.submitGradient", function () {
  it("reverts for everyone but the assignee, and once it is late", async function () {
    const { rounds, task, operators } = await published();
    const claim = await task.gradient(0, operators[0].address);
    await expect(rounds.connect(operators[0].signer).submitGradient(task.terms, claim))
      .to.be.revertedWithCustomError(rounds, "FragmentsNotAssigned")
      .withArgs(0n);
    const operator = await task.assign(0);
    const other = operators.find(({ address }) => address !== operator.address);
    const { node, deadline } = await rounds.cursorOf(task.id, 0);
    await expect(rounds.connect(other?.signer).submitGradient(task.terms, claim))
      .to.be.revertedWithCustomError(rounds, "MarketNotAssignee")
      .withArgs(other?.node, node);
    const late = await task.gradient(0, operator.address);
    await time.increaseTo(deadline + 1n);
    await expect(rounds.connect(operator).submitGradient(task.terms, late)).to.be.revertedWithCustomError(
      rounds,
      "FragmentsDeadlinePassed",
    );
  });

  it("reverts for a lane that is none", async function () {
    const { rounds, task } = await published();
    const operator = await task.assign(0);
    const claim = await task.gradient(0, operator.address);
    const submit = rounds.connect(operator).submitGradient;
    for (const lane of [2, 33, 65_535]) {
      await expect(submit(task.terms, { ...claim, lane }))
        .to.be.revertedWithCustomError(rounds, "RoundMarketUnknownFragment")
        .withArgs(lane);
    }
    await expect(submit(task.terms, { ...claim, lane: APPLY_FRAGMENT })).to.be.revertedWithCustomError(
      rounds,
      "RoundMarketNotOpen",
    );
  });

  it("takes no step, and no evaluation, for a gradient", async function () {
    const { rounds, task } = await published({ rounds: 1n });
    await task.workLanes();
    const operator = await task.assign(APPLY_FRAGMENT);
    const claim = { ...(await task.gradient(0, operator.address)), lane: APPLY_FRAGMENT };
    await expect(rounds.connect(operator).submitGradient(task.terms, claim))
      .to.be.revertedWithCustomError(rounds, "RoundMarketUnknownFragment")
      .withArgs(APPLY_FRAGMENT);
    await task.submit(APPLY_FRAGMENT);
    const evaluator = await task.assign(FIRST_EVALUATION);
    await expect(rounds.connect(evaluator).submitGradient(task.terms, { ...claim, round: 1n, lane: FIRST_EVALUATION }))
      .to.be.revertedWithCustomError(rounds, "RoundMarketUnknownFragment")
      .withArgs(FIRST_EVALUATION);
  });

  it("reverts for another round, and for another shard", async function () {
    const { rounds, task } = await published();
    const operator = await task.assign(1);
    const claim = await task.gradient(1, operator.address);
    const submit = rounds.connect(operator).submitGradient;
    await expect(submit(task.terms, { ...claim, round: 1n }))
      .to.be.revertedWithCustomError(rounds, "RoundMarketWrongRound")
      .withArgs(1n, 0n);
    const wrong = await task.gradient(0, operator.address);
    await expect(submit(task.terms, { ...claim, batch: wrong.batch, shardProof: wrong.shardProof }))
      .to.be.revertedWithCustomError(rounds, "MarketShardNotInRoot")
      .withArgs(1n, wrong.batch);
  });

  it("walks the shards in a circle: lane l of round r trains on shard (r * lanes + l) mod shards", async function () {
    const { rounds, task } = await published({ rounds: 2n, heldOut: 0n });
    await task.workLanes();
    await task.work(APPLY_FRAGMENT);
    // Round 1 of two lanes over three shards: shards 2 and 0.
    const operator = await task.assign(1);
    const claim = await task.gradient(1, operator.address);
    expect(claim.batch).to.equal(1_000n);
    await expect(rounds.connect(operator).submitGradient(task.terms, { ...claim, batch: 1_001n }))
      .to.be.revertedWithCustomError(rounds, "MarketShardNotInRoot")
      .withArgs(0n, 1_001n);
    await task.submit(1);
  });

  it("is worth nothing for any other value, lane, operator or task", async function () {
    const { suite, rounds, proofVerifier, task, operators, owner } = await published();
    const operator = await task.assign(0);
    const submit = rounds.connect(operator).submitGradient;
    const claim = await task.gradient(0, operator.address);
    const other = operators.find(({ address }) => address !== operator.address)?.address ?? "";
    const foreign = await RoundTask.create(suite, { owner, nonce: 1n });
    await foreign.publish();
    const flawed = [
      { ...claim, gradient: claim.gradient + 1n },
      { ...claim, loss: claim.loss + 1n },
      { ...claim, proof: (await task.gradient(1, operator.address)).proof },
      { ...claim, proof: (await task.gradient(0, other)).proof },
      { ...claim, proof: (await foreign.gradient(0, operator.address)).proof },
    ];
    for (const submission of flawed) {
      await expect(submit(task.terms, submission))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(task.terms.gradientCircuit);
    }
    await submit(task.terms, claim);
    await expect(submit(task.terms, claim)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen");
  });
});

// RoundMarket.submitApply
// ├── given the round is not settled
// │   └── it reverts with RoundMarketNotOpen
// ├── when the proof is over other gradients, other shares or from another head
// │   └── it reverts with ProofVerifierInvalidProof
// └── it moves the head over exactly the gradients of the round (INV-RND-3)
describe("RoundMarket.submitApply", function () {
  it("reverts before the lanes are settled, and for another round", async function () {
    const { rounds, task, operators } = await published();
    const claim = await task.step(operators[0].address);
    await expect(rounds.connect(operators[0].signer).submitApply(task.terms, claim))
      .to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen")
      .withArgs(APPLY_FRAGMENT, 0n, 0n);
    await task.workLanes();
    const operator = await task.assign(APPLY_FRAGMENT);
    const step = await task.step(operator.address);
    await expect(rounds.connect(operator).submitApply(task.terms, { ...step, round: 1n }))
      .to.be.revertedWithCustomError(rounds, "RoundMarketWrongRound")
      .withArgs(1n, 0n);
  });

  it("takes no proof over other gradients or of other weights (INV-RND-3)", async function () {
    const { rounds, proofVerifier, task } = await published({ lanes: 3n });
    await task.workLanes();
    const operator = await task.assign(APPLY_FRAGMENT);
    const submit = rounds.connect(operator).submitApply;
    const claim = await task.step(operator.address);
    const flawed = [
      await task.step(operator.address, [0, 1]),
      await task.step(operator.address, [2]),
      { ...claim, newWeights: claim.newWeights + 1n },
    ];
    for (const submission of flawed) {
      await expect(submit(task.terms, submission))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(task.terms.applyCircuit);
    }
    await submit(task.terms, claim);
    expect(await rounds.headOf(task.id)).to.equal(claim.newWeights);
    await expect(submit(task.terms, claim)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen");
  });

  it("shares 256 parts: 86, 85 and 85 of three lanes", async function () {
    const { rounds, task } = await published({ lanes: 3n });
    await task.workLanes();
    const { shares } = await rounds.gradientsOf(task.id);
    expect(shares.slice(0, 4)).to.deep.equal([86n, 85n, 85n, 0n]);
    await task.work(APPLY_FRAGMENT);
  });

  it("works with sixteen lanes", async function () {
    const { rounds, task } = await published({ lanes: 16n, rounds: 1n, heldOut: 0n, shards: 5n });
    await task.complete();
    expect((await rounds.stateOf(task.id)).status).to.equal(3n);
  });
});

// RoundMarket.submitEvaluation
// ├── given rounds are left
// │   └── it reverts with RoundMarketNotOpen
// ├── when the shard is not held out, is another, or its values are others than the proved ones
// │   └── it reverts
// └── it adds up what is proved
describe("RoundMarket.submitEvaluation", function () {
  it("takes every held-out shard once, and nothing else", async function () {
    const { rounds, proofVerifier, task, operators } = await published({ rounds: 1n });
    const early = await task.evaluation(0, operators[0].address);
    await expect(rounds.connect(operators[0].signer).submitEvaluation(task.terms, early))
      .to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen")
      .withArgs(FIRST_EVALUATION, 0n, 0n);
    await task.workLanes();
    await task.work(APPLY_FRAGMENT);
    const operator = await task.assign(FIRST_EVALUATION);
    const submit = rounds.connect(operator).submitEvaluation;
    const claim = await task.evaluation(0, operator.address);
    await expect(submit(task.terms, { ...claim, shard: 2 }))
      .to.be.revertedWithCustomError(rounds, "RoundMarketUnknownFragment")
      .withArgs(FIRST_EVALUATION + 2);
    await expect(submit(task.terms, { ...claim, shard: 65_535 })).to.be.revertedWithCustomError(
      rounds,
      "RoundMarketUnknownFragment",
    );
    await expect(submit(task.terms, { ...claim, batch: 2_001n }))
      .to.be.revertedWithCustomError(rounds, "MarketShardNotInRoot")
      .withArgs(0n, 2_001n);
    for (const flawed of [
      { ...claim, correct: claim.correct + 1n },
      { ...claim, loss: claim.loss - 1n },
    ]) {
      await expect(submit(task.terms, flawed))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(task.terms.evaluateCircuit);
    }
    await submit(task.terms, claim);
    expect(await rounds.evaluationOf(task.id)).to.deep.equal([40n, 5n, 1n]);
    await expect(submit(task.terms, claim)).to.be.revertedWithCustomError(rounds, "RoundMarketNotOpen");
    await task.work(FIRST_EVALUATION + 1);
    expect(await rounds.evaluationOf(task.id)).to.deep.equal([81n, 11n, 2n]);
  });
});

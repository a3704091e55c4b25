import { expect } from "chai";
import { ZeroHash, type Result } from "ethers";

import { BPS } from "../support/market/suite.ts";
import { ARTIFACT, deployRounds, extendRoundTranscript, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, RoundTask } from "../support/rounds/task.ts";

// RoundMarket, from publication to completion
// ├── lanes settle in any order; the last opens the step
// ├── the step moves the head over exactly the gradients of the round, and opens the next round
// ├── the last step opens the held-out shards, the last of which completes the task
// ├── without held-out shards the last step completes the task
// └── a network task pays points alone
describe("RoundMarket from publication to completion", function () {
  it("trains two rounds of two lanes and evaluates two shards; every fee is paid once", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, owner, operators, feeRouter } = suite;
    const task = await RoundTask.create(suite, { owner });
    await expect(task.publish())
      .to.emit(rounds, "TaskPublished")
      .withArgs(task.id, owner, false, Object.values(task.terms), 500n);
    expect(await roundEscrow.heldFor(task.id)).to.equal(task.totalFee);
    expect((await rounds.stateOf(task.id)).gradientWork).to.equal(64n);

    let transcript = ZeroHash;
    const records: object[] = [];
    for (let round = 0n; round < 2n; round++) {
      // Any order.
      for (const lane of [1, 0]) {
        const operator = await task.assign(lane);
        const submission = await task.gradient(lane, operator.address);
        const node = await suite.nodeRegistry.nodeOf(operator);
        const call = rounds.connect(operator).submitGradient(task.terms, submission);
        const { gradient, batch, loss } = submission;
        const record = { round: Number(round), fragment: lane, node, output: gradient, batch, loss, correct: 0n };
        const fee = task.terms.feePerGradient / 20n;
        await expect(call)
          .to.emit(rounds, "FragmentSettled")
          .withArgs(
            task.id,
            lane,
            round,
            node,
            [round, BigInt(lane), node, gradient, batch, loss, 0n],
            ARTIFACT,
            task.terms.feePerGradient - fee,
            fee,
            (points: bigint) => points > 0n,
          );
        transcript = extendRoundTranscript(transcript, record);
        records.push(record);
        expect(await rounds.transcriptOf(task.id)).to.equal(transcript);
      }
      const state = await rounds.stateOf(task.id);
      expect([state.phase, state.round, state.settled]).to.deep.equal([1n, round, 3n]);
      const given = await rounds.gradientsOf(task.id);
      expect(given.present).to.equal(3n);
      expect(given.gradients.slice(0, 3)).to.deep.equal([10_000n + 100n * round, 10_001n + 100n * round, 0n]);
      expect(given.shares.slice(0, 3)).to.deep.equal([128n, 128n, 0n]);
      expect(given.gradients.length).to.equal(16);

      const operator = await task.assign(APPLY_FRAGMENT);
      const node = await suite.nodeRegistry.nodeOf(operator);
      await expect(task.submit(APPLY_FRAGMENT)).to.emit(rounds, "PhaseOpened");
      const output = 90_000n + round;
      const record = { round: Number(round), fragment: 16, node, output, batch: 0n, loss: 0n, correct: 0n };
      transcript = extendRoundTranscript(transcript, record);
      records.push(record);
      expect(await rounds.headOf(task.id)).to.equal(output);
      expect((await rounds.gradientsOf(task.id)).present).to.equal(0n);
    }
    expect((await rounds.stateOf(task.id)).phase).to.equal(2n);
    for (const shard of [1, 0]) {
      const operator = await task.assign(FIRST_EVALUATION + shard);
      const node = await suite.nodeRegistry.nodeOf(operator);
      const call = task.submit(FIRST_EVALUATION + shard);
      if (shard === 0) await expect(call).to.emit(rounds, "TaskCompleted").withArgs(task.id);
      else await expect(call).to.not.emit(rounds, "TaskCompleted");
      const [batch, loss, correct] = [2_000n + BigInt(shard), 40n + BigInt(shard), 5n + BigInt(shard)];
      const record = { round: 2, fragment: 17 + shard, node, output: 0n, batch, loss, correct };
      transcript = extendRoundTranscript(transcript, record);
      records.push(record);
    }
    expect(await rounds.transcriptOf(task.id)).to.equal(transcript);
    expect(await rounds.evaluationOf(task.id)).to.deep.equal([81n, 11n, 2n]);
    expect((await rounds.stateOf(task.id)).status).to.equal(3n);
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
    const payouts = await Promise.all(operators.map(async ({ payout }) => roundEscrow.owedTo(payout)));
    const fees = await roundEscrow.owedTo(feeRouter);
    expect(fees).to.equal((task.totalFee * 500n) / BPS);
    expect(payouts.reduce((sum, owed) => sum + owed, fees)).to.equal(task.totalFee);
    for (const { node } of operators) expect((await suite.scheduler.weightOf(node)).open).to.equal(0n);
  });

  it("starts every round afresh: an old cursor counts as never touched", async function () {
    const suite = await loadFixture(deployRounds);
    const task = await RoundTask.create(suite, { owner: suite.owner, rounds: 2n, heldOut: 0n });
    await task.publish();
    await task.workLanes();
    await task.work(APPLY_FRAGMENT);
    const { openedAt, openTicket } = await suite.rounds.stateOf(task.id);
    for (const lane of [0, 1]) {
      const cursor = await suite.rounds.cursorOf(task.id, lane);
      expect((cursor as unknown as Result).toArray()).to.deep.equal([
        1n,
        0n,
        0n,
        openTicket,
        openedAt,
        0n,
        0n,
        0n,
        false,
        false,
      ]);
    }
    // What is not open has nothing but its round.
    for (const fragment of [APPLY_FRAGMENT, FIRST_EVALUATION, 60]) {
      const cursor = await suite.rounds.cursorOf(task.id, fragment);
      expect((cursor as unknown as Result).toArray()).to.deep.equal([1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, false, false]);
    }
  });

  it("completes with the last step when nothing is held out", async function () {
    const suite = await loadFixture(deployRounds);
    const task = await RoundTask.create(suite, { owner: suite.owner, rounds: 1n, heldOut: 0n, lanes: 1n });
    await task.publish();
    await task.work(0);
    await expect(task.work(APPLY_FRAGMENT)).to.emit(suite.rounds, "TaskCompleted").withArgs(task.id);
    expect(await suite.rounds.evaluationOf(task.id)).to.deep.equal([0n, 0n, 0n]);
    for (const fragment of [0, APPLY_FRAGMENT]) {
      await expect(suite.rounds.assign(task.terms, fragment))
        .to.be.revertedWithCustomError(suite.rounds, "MarketWrongStatus")
        .withArgs(task.id, 3n);
    }
  });

  it("earns points alone as a network task, which only OPERATIONS publishes", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, admin, stranger } = suite;
    const task = await RoundTask.create(suite, { owner: admin, network: true, rounds: 1n });
    await expect(rounds.connect(stranger).publishNetwork({ ...task.terms, owner: stranger.address }))
      .to.be.revertedWithCustomError(rounds, "AccessManagedUnauthorized")
      .withArgs(stranger);
    await task.publish();
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
    await task.complete();
    expect((await rounds.stateOf(task.id)).status).to.equal(3n);
    expect(await roundEscrow.recordedTotal()).to.equal(0n);
    const credited = await Promise.all(
      suite.operators.map(async ({ node }) => (await suite.rewardDistributor.accountOf(node)) as unknown as Result),
    );
    expect(credited.some((account) => account.toArray().some((value) => BigInt(value as bigint) > 10n ** 6n))).to.equal(
      true,
    );
  });
});

// FM-45 in rounds: owner and node are one, and the owner decides which lanes a round goes on without.
//
// Guard: a lane whose first draw is decided is waited for; one that somebody missed or gave back keeps its protocol fee when it is
// dropped, and earns no match when it is not. So hiding data and closing early brings what ADR 0013 allows and no more:
// with share w of the draws, w * match * F * (1 - p) in matches for p * F of protocol fee for every lane.
import { expect } from "chai";

import { decide, mine, time } from "../support/market/suite.ts";
import { deployRounds, loadFixture, type RoundSuite } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, RoundTask } from "../support/rounds/task.ts";

const ROUNDS = 6;
const LANES = 3;

/** Draws a fragment until the owner's node has it; every other node gives it back, because it cannot have the data. */
async function hidden(task: RoundTask, fragment: number, own: string): Promise<boolean> {
  for (let draws = 1; ; draws++) {
    const operator = await task.assign(fragment);
    if (operator.address === own) return draws === 1;
    await task.suite.rounds.connect(operator).refuse(task.terms, fragment);
  }
}

async function beat({ operators, nodeRegistry }: RoundSuite): Promise<void> {
  for (const { signer } of operators) await nodeRegistry.connect(signer).heartbeat();
}

describe("FM-45: self-dealing in rounds", function () {
  it("pays the protocol fee of every lane, and matches first draws alone, however rounds are closed", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, rewardDistributor, feeRouter, owner, operators } = suite;
    const [own, ...others] = operators;
    const task = await RoundTask.create(suite, {
      owner,
      lanes: BigInt(LANES),
      quorum: 1n,
      rounds: BigInt(ROUNDS),
      heldOut: 0n,
      fragmentDuration: 600n,
      roundDuration: 600n,
    });
    await task.publish();
    const { feePerGradient, feePerApply } = task.terms;
    const [before, { maxRewardPerPoint }] = [
      (await rewardDistributor.accountOf(own.node)).computePoints,
      await rewardDistributor.terms(),
    ];
    let firstLanes = 0n;
    let firstSteps = 0n;
    let dropped = 0n;
    for (let round = 0; round < ROUNDS; round++) {
      let settled = 0;
      for (let lane = 0; lane < LANES; lane++) {
        const operator = await task.assign(lane);
        if (operator.address === own.address) {
          await task.submit(lane);
          firstLanes += 1n;
          settled += 1;
        } else {
          await rounds.connect(operator).refuse(task.terms, lane);
        }
      }
      if (settled === 0) {
        await hidden(task, 0, own.address);
        await task.submit(0);
        settled = 1;
      }
      if (settled < LANES) {
        await time.increase(601);
        await beat(suite);
        await expect(rounds.connect(owner).closeRound(task.terms)).to.emit(rounds, "RoundClosed");
        dropped += BigInt(LANES - settled);
      }
      if (await hidden(task, APPLY_FRAGMENT, own.address)) firstSteps += 1n;
      await task.submit(APPLY_FRAGMENT);
    }
    expect((await rounds.stateOf(task.id)).status).to.equal(3n);
    expect(dropped > 0n && firstLanes > 0n).to.equal(true);

    // Every lane cost its protocol fee, done or dropped.
    const lanes = BigInt(ROUNDS * LANES);
    const fees = lanes * (feePerGradient / 20n) + BigInt(ROUNDS) * (feePerApply / 20n);
    expect(await roundEscrow.owedTo(feeRouter)).to.equal(fees);
    // The pool adds to first draws of its own node, and to nothing else.
    const points = (await rewardDistributor.accountOf(own.node)).computePoints - before;
    const matchable = firstLanes * ((feePerGradient * 19n) / 20n) + firstSteps * ((feePerApply * 19n) / 20n);
    expect(points * maxRewardPerPoint <= matchable).to.equal(true);
    expect(points > 0n).to.equal(true);
    for (const { payout } of others) expect(await roundEscrow.owedTo(payout)).to.equal(0n);
    // The rest of what it put in came back: fees of its own work, and of the lanes that were dropped.
    expect((await roundEscrow.owedTo(owner)) + (await roundEscrow.owedTo(own.payout))).to.equal(task.totalFee - fees);
    expect(await roundEscrow.owedTo(owner)).to.equal(dropped * (feePerGradient - feePerGradient / 20n));
  });

  it("cannot drop what others won: an owner that reads the draws closes nothing and cancels nothing", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, roundEscrow, owner } = suite;
    const task = await RoundTask.create(suite, {
      owner,
      lanes: 3n,
      quorum: 1n,
      heldOut: 0n,
      fragmentDuration: 60n,
      roundDuration: 60n,
    });
    await task.publish();
    await task.work(0); // its own, say
    await time.increase(61);
    await decide(suite, (await rounds.cursorOf(task.id, 2)).ticket);
    await expect(rounds.connect(owner).closeRound(task.terms)).to.be.revertedWithCustomError(
      rounds,
      "RoundMarketLaneBinding",
    );
    const held = await roundEscrow.heldFor(task.id);
    await rounds.connect(owner).cancel(task.terms);
    // Both other lanes keep their fee, and are still done by whom they were drawn to.
    expect(await roundEscrow.heldFor(task.id)).to.equal(2n * task.terms.feePerGradient);
    expect(held > 2n * task.terms.feePerGradient).to.equal(true);
    for (const lane of [1, 2]) {
      await rounds.assign(task.terms, lane);
      expect((await rounds.cursorOf(task.id, lane)).node).to.not.equal(0n);
      await task.submit(lane);
    }
    expect(await roundEscrow.heldFor(task.id)).to.equal(0n);
  });

  it("cannot choose the draw of the step: whoever closes a round does not know it yet", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, scheduler, owner } = suite;
    const task = await RoundTask.create(suite, { owner, lanes: 2n, heldOut: 0n, rounds: 1n });
    await task.publish();
    await task.work(0);
    const operator = await task.assign(1);
    await rounds.connect(operator).refuse(task.terms, 1);
    await time.increase(1_801);
    await beat(suite);
    await mine(1);
    await rounds.connect(owner).closeRound(task.terms);
    const { openTicket } = await rounds.stateOf(task.id);
    expect(openTicket >= (await scheduler.horizon())).to.equal(true);
    await expect(rounds.assign.staticCall(task.terms, APPLY_FRAGMENT)).to.be.revertedWithCustomError(
      rounds,
      "FragmentsEntropyPending",
    );
  });

  it("earns at most the match of a trivial fee with trivial work", async function () {
    const suite = await loadFixture(deployRounds);
    const { rewardDistributor, roundEscrow, feeRouter, owner, operators } = suite;
    const least = {
      feePerGradient: 64n * 10n ** 12n,
      feePerApply: 32n * 10n ** 12n,
      feePerEvaluation: 32n * 10n ** 12n,
    };
    const task = await RoundTask.create(suite, { owner, ...least, rounds: 1n, heldOut: 2n });
    const total = async () => {
      const accounts = await Promise.all(operators.map(async ({ node }) => rewardDistributor.accountOf(node)));
      return accounts.reduce((sum, { computePoints }) => sum + computePoints, 0n);
    };
    const before = await total();
    await task.publish();
    await task.complete();
    const { maxRewardPerPoint } = await rewardDistributor.terms();
    const fees = await roundEscrow.owedTo(feeRouter);
    expect(fees).to.equal(task.totalFee / 20n);
    expect(((await total()) - before) * maxRewardPerPoint <= task.totalFee - fees).to.equal(true);
  });
});

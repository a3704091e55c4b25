import { expect } from "chai";

import { NodeStatus, ethers, loadFixture, networkHelpers, payoutOf } from "../support/fixtures.ts";
import { Offence } from "../reputation/support/reputation.ts";
import {
  BOND,
  Outcome,
  SIZE,
  STAKE,
  Status,
  attestationOf,
  conclude,
  deployChallenged,
  deployRegistered,
  deployScored,
  measure,
  sign,
  unitsOf,
} from "./support/bench.ts";

const { time } = networkHelpers;
const DAY = 86_400n;

/** The verdict on node 1 that `deployChallenged` leads to. */
function expectVerdict(verdicts: unknown, challenger: string): void {
  expect(verdicts).to.deep.equal([[1n, Offence.FakeBenchmark, STAKE, challenger, BOND]]);
}

// BenchmarkRegistry.challenge
// ├── when the node has no score here, is not eligible or has a challenge open it reverts with NotChallengeable
// ├── when the bond does not come it reverts
// ├── it takes the bond and emits BenchmarkChallenged
// └── it sets aside whatever measurement runs, answered or not
describe("BenchmarkRegistry.challenge", function () {
  it("reverts for a node without a score, that is silent or out, and while one is open", async function () {
    const registered = await loadFixture(deployRegistered);
    for (const node of [0n, 1n, 2n]) {
      await expect(registered.bench.connect(registered.challenger).challenge(node))
        .to.be.revertedWithCustomError(registered.bench, "BenchmarkRegistryNotChallengeable")
        .withArgs(node, 0n);
    }
    const suite = await loadFixture(deployScored);
    const { bench, challenger, registry, security, operator } = suite;
    const snapshot = await networkHelpers.takeSnapshot();
    await registry.connect(security).suspend(1);
    await expect(bench.connect(challenger).challenge(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotChallengeable")
      .withArgs(1n, 0n);
    await snapshot.restore();
    await time.increase(3_601n);
    await expect(bench.connect(challenger).challenge(1)).to.be.revertedWithCustomError(
      bench,
      "BenchmarkRegistryNotChallengeable",
    );
    await registry.connect(operator).heartbeat();
    await bench.connect(challenger).challenge(1);
    const openedAt = BigInt(await time.latest());
    await expect(bench.connect(challenger).challenge(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotChallengeable")
      .withArgs(1n, openedAt + DAY);
  });

  it("reverts when the bond does not come", async function () {
    const { bench, stranger, token } = await loadFixture(deployScored);
    await token.connect(stranger).approve(bench, BOND);
    await expect(bench.connect(stranger).challenge(1))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(stranger, 0n, BOND);
    expect((await bench.challengeOf(1)).challenger).to.equal(ethers.ZeroAddress);
  });

  it("takes the bond and emits BenchmarkChallenged", async function () {
    const { bench, challenger, token, vault } = await loadFixture(deployScored);
    const call = bench.connect(challenger).challenge(1);
    await expect(call).to.changeTokenBalances(ethers, token, [challenger, bench], [-BOND, BOND]);
    const now = BigInt(await time.latest());
    await expect(call)
      .to.emit(bench, "BenchmarkChallenged")
      .withArgs(1n, challenger, BOND, now + 3_600n);
    expect([...(await bench.challengeOf(1))]).to.deep.equal([challenger.address, BOND, now, STAKE, STAKE]);
    // Nothing leaves until it is known whether it is slashed.
    expect(await vault.getFunction("heldOf")(1)).to.equal(STAKE);
    expect((await bench.scoreOf(1)).challengedAt).to.equal(now);
  });

  it("sets aside whatever measurement runs, so that none stands in for that of the challenge", async function () {
    for (const answered of [false, true]) {
      const suite = await loadFixture(deployScored);
      const { bench, challenger, operator } = suite;
      if (answered) await measure(suite, 1);
      else await bench.connect(operator).begin(SIZE);
      await expect(bench.connect(challenger).challenge(1))
        .to.emit(bench, "MeasurementDiscarded")
        .withArgs(1n, 2n, false);
      await expect(conclude(suite, 1))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
        .withArgs(1n, Status.None);
      await measure(suite, 1);
      await conclude(suite, 1);
      expect(await bench.owedTo(payoutOf(1))).to.equal(BOND);
    }
  });
});

// A challenge
// ├── upheld: the bond is owed to the node's payout, the new score counts, and the next may come at once
// ├── exposed, because it is wrong: the node is punished and loses its score, the bond goes back
// ├── exposed by the clock: not begun within an hour, or not answered in time
// ├── inconclusive: nobody attested the answer for a day: the bond goes back, the score is gone, nobody is punished
// ├── inconclusive: slower but in time: the bond goes back, the new score counts
// ├── inconclusive: no seed for a day: the bond goes back, the score stays, the next challenge at once
// └── of a node that left goes on
describe("BenchmarkRegistry: challenges", function () {
  it("upheld: owes the bond to the node, takes the new score, and lets the next come at once", async function () {
    for (const [elapsed, size] of [
      [121n, SIZE],
      [10n, SIZE],
      [243n, 2n * SIZE],
    ] as const) {
      const suite = await loadFixture(deployChallenged);
      const { bench, challenger, registry, slasherDouble } = suite;
      await measure(suite, 1, size, elapsed);
      await expect(conclude(suite, 1)).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Upheld);
      expect(await bench.owedTo(payoutOf(1))).to.equal(BOND);
      expect(await bench.owedTo(challenger)).to.equal(0n);
      expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf(size, elapsed));
      expect(await slasherDouble.getFunction("verdicts")()).to.deep.equal([]);
      expect((await bench.challengeOf(1)).challenger).to.equal(ethers.ZeroAddress);
      await bench.connect(challenger).challenge(1);
    }
  });

  it("makes a node wait a day after a wrong answer, unless it is challenged", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, challenger, operator, registry } = suite;
    await measure(suite, 1);
    await conclude(suite, 1, false);
    const { retryFrom } = await bench.measurementOf(1);
    expect(retryFrom).to.equal(BigInt(await time.latest()) + DAY);
    expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf()); // the old score stays
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(retryFrom - 1n);
    await expect(bench.connect(operator).begin(SIZE))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryTooSoon")
      .withArgs(1n, retryFrom, retryFrom - 1n);
    await time.setNextBlockTimestamp(retryFrom);
    await bench.connect(operator).begin(SIZE);
    await snapshot.restore();
    await bench.connect(challenger).challenge(1);
    await bench.connect(operator).begin(SIZE);
  });

  it("inconclusive: a node that is slower but in time keeps what it showed, and nobody is punished", async function () {
    const suite = await loadFixture(deployChallenged);
    const { bench, challenger, registry, slasherDouble, vault } = suite;
    await measure(suite, 1, SIZE, 122n);
    const call = conclude(suite, 1);
    await expect(call).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Inconclusive);
    expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf(SIZE, 122n));
    expect(await bench.owedTo(challenger)).to.equal(BOND);
    expect(await bench.owedTo(payoutOf(1))).to.equal(0n);
    expect(await slasherDouble.getFunction("verdicts")()).to.deep.equal([]);
    expect(await vault.getFunction("heldOf")(1)).to.equal(0n);
  });

  it("exposed: punishes a node that is wrong, takes its score, and gives the bond back", async function () {
    for (const [elapsed, valid] of [
      [60n, false],
      [122n, false],
    ] as const) {
      const suite = await loadFixture(deployChallenged);
      const { bench, challenger, registry, slasherDouble, scheduler, token } = suite;
      await measure(suite, 1, SIZE, elapsed);
      const call = conclude(suite, 1, valid);
      await expect(call).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Exposed);
      await expect(call).to.emit(bench, "MeasurementDiscarded").withArgs(1n, 2n, !valid);
      expectVerdict(await slasherDouble.getFunction("verdicts")(), challenger.address);
      expect([...(await bench.scoreOf(1))]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect((await registry.get(1)).status).to.equal(NodeStatus.Removed);
      expect((await registry.get(1)).dailyWorkUnits).to.equal(0n);
      expect(await scheduler.getFunction("weightOf")(1)).to.equal(0n);
      expect(await bench.owedTo(challenger)).to.equal(BOND);
      const taken = bench.connect(challenger).withdraw();
      await expect(taken).to.emit(bench, "BondWithdrawn").withArgs(challenger, BOND);
      await expect(taken).to.changeTokenBalances(ethers, token, [bench, challenger], [-BOND, BOND]);
      await expect(bench.connect(challenger).withdraw()).to.not.emit(bench, "BondWithdrawn");
    }
  });

  it("exposed by the clock: not begun within an hour, whatever it begins later", async function () {
    const { bench, operator, stranger, challenger, slasherDouble } = await loadFixture(deployChallenged);
    const { openedAt } = await bench.challengeOf(1);
    await time.setNextBlockTimestamp(openedAt + 3_600n);
    await expect(bench.connect(stranger).expire(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver")
      .withArgs(1n, openedAt + 3_600n, openedAt + 3_600n);
    await time.setNextBlockTimestamp(openedAt + 3_601n);
    await expect(bench.connect(operator).begin(SIZE))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryTooLate")
      .withArgs(1n, openedAt + 3_600n, openedAt + 3_601n);
    await bench.connect(stranger).expire(1);
    expectVerdict(await slasherDouble.getFunction("verdicts")(), challenger.address);
  });

  it("exposed by the clock: begun at the end of the window and not answered in time", async function () {
    const { bench, operator, stranger, challenger, entropy, slasherDouble } = await loadFixture(deployChallenged);
    const { openedAt } = await bench.challengeOf(1);
    // A second measurement within the window is no way to gain time beyond it.
    for (const wait of [100n, 500n, 3_600n]) {
      await time.setNextBlockTimestamp(openedAt + wait);
      await bench.connect(operator).begin(SIZE);
    }
    await entropy.getFunction("reveal")(ethers.id("x"));
    const deadline = openedAt + 3_600n + 152n;
    await time.setNextBlockTimestamp(deadline);
    await expect(bench.expire(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver")
      .withArgs(1n, deadline, deadline);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(bench.connect(operator).answer(ethers.id("late")))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryTooLate")
      .withArgs(1n, deadline, deadline + 1n);
    const call = bench.connect(stranger).expire(1);
    await expect(call).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Exposed);
    await expect(call).to.emit(bench, "MeasurementDiscarded").withArgs(1n, 4n, false);
    expectVerdict(await slasherDouble.getFunction("verdicts")(), challenger.address);
  });

  it("is not over at the deadline of a measurement while the node can begin again", async function () {
    const suite = await loadFixture(deployChallenged);
    const { bench, operator } = suite;
    const { openedAt } = await bench.challengeOf(1);
    await bench.connect(operator).begin(SIZE);
    await time.setNextBlockTimestamp(openedAt + 800n);
    const { beganAt } = await bench.measurementOf(1);
    await expect(bench.expire(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver")
      .withArgs(1n, beganAt + DAY, openedAt + 800n);
    await measure(suite, 1);
    await conclude(suite, 1);
    expect(await bench.owedTo(payoutOf(1))).to.equal(BOND);
    expect(await suite.vault.getFunction("heldOf")(1)).to.equal(0n);
  });

  it("asks for at least the size of the score", async function () {
    const { bench, operator } = await loadFixture(deployChallenged);
    await expect(bench.connect(operator).begin(SIZE - 1n))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistrySizeOutOfBounds")
      .withArgs(SIZE - 1n, SIZE, 65_535n);
  });

  it("inconclusive: an answer nobody attested for a day costs the score and nothing else", async function () {
    const suite = await loadFixture(deployChallenged);
    const { bench, challenger, registry, operator, slasherDouble } = suite;
    await measure(suite, 1);
    const { answeredAt } = await bench.measurementOf(1);
    await time.setNextBlockTimestamp(answeredAt + DAY);
    await expect(bench.expire(1)).to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver");
    await time.setNextBlockTimestamp(answeredAt + DAY + 1n);
    await expect(bench.expire(1)).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Inconclusive);
    expect(await bench.owedTo(challenger)).to.equal(BOND);
    expect(await bench.owedTo(payoutOf(1))).to.equal(0n);
    expect(await registry.dailyCapacityOf(1)).to.equal(0n);
    expect([...(await bench.scoreOf(1))]).to.deep.equal([0n, 0n, 0n, 0n]);
    expect(await slasherDouble.getFunction("verdicts")()).to.deep.equal([]);
    // Nothing to challenge until it is measured again.
    await registry.connect(operator).heartbeat();
    await expect(bench.connect(challenger).challenge(1)).to.be.revertedWithCustomError(
      bench,
      "BenchmarkRegistryNotChallengeable",
    );
    await measure(suite, 1);
    await conclude(suite, 1);
    expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf());
  });

  it("inconclusive: no seed for a day; one that comes late is no excuse, and the next challenge comes at once", async function () {
    const { bench, operator, challenger, slasherDouble, registry, entropy } = await loadFixture(deployChallenged);
    await bench.connect(operator).begin(SIZE);
    await time.increase(3_601n);
    await expect(bench.expire(1)).to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver");
    const late = await networkHelpers.takeSnapshot();
    await entropy.getFunction("reveal")(ethers.id("late"));
    await expect(bench.expire(1)).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Exposed);
    await late.restore();
    await time.increase(DAY);
    await expect(bench.expire(1)).to.emit(bench, "ChallengeConcluded").withArgs(1n, challenger, Outcome.Inconclusive);
    expect(await slasherDouble.getFunction("verdicts")()).to.deep.equal([]);
    await registry.connect(operator).heartbeat();
    await bench.connect(challenger).challenge(1);
  });

  it("goes on when the node is suspended, exits or is removed: it can answer, and is punished if it does not", async function () {
    for (const out of ["suspend", "remove", "exit"] as const) {
      for (const answers of [true, false]) {
        const suite = await loadFixture(deployChallenged);
        const { bench, registry, security, operator, challenger, slasherDouble, vault } = suite;
        if (out === "exit") await registry.connect(operator).exit();
        else await registry.connect(security)[out](1);
        const { status, dailyWorkUnits } = await registry.get(1);
        if (answers) {
          await measure(suite, 1);
          await conclude(suite, 1);
          expect(await bench.owedTo(payoutOf(1))).to.equal(BOND);
          expect((await registry.get(1)).status).to.equal(status);
          expect((await registry.get(1)).dailyWorkUnits).to.equal(dailyWorkUnits);
        } else {
          await time.increase(3_601n);
          await bench.expire(1);
          expectVerdict(await slasherDouble.getFunction("verdicts")(), challenger.address);
          expect(await vault.getFunction("stakeOf")(1)).to.equal((STAKE * 7n) / 10n);
          expect(await bench.owedTo(challenger)).to.equal(BOND);
          expect((await registry.get(1)).dailyWorkUnits).to.equal(0n);
          expect((await registry.get(1)).status).to.equal(out === "exit" ? NodeStatus.Exited : NodeStatus.Removed);
        }
      }
    }
  });

  it("does not count the challenger as an attestor", async function () {
    const suite = await loadFixture(deployChallenged);
    const { bench, manager, attestors, challenger } = suite;
    await manager.grantRole!(3n, challenger, 0);
    await measure(suite, 1);
    const attestation = await attestationOf(suite, 1, { valid: false });
    await expect(bench.conclude(attestation, await sign(suite, attestation, [attestors[0], challenger])))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryInvalidAttestor")
      .withArgs(challenger.address);
  });
});

import { expect } from "chai";

import { NodeStatus, loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  DAY,
  HALF,
  Offence,
  Reason,
  WAD,
  activeNode,
  deployMeasured,
  deployReputation,
  fall,
} from "./support/reputation.ts";

const { time } = networkHelpers;

// Reputation.recordMeasured
// ├── when the caller is not the benchmark registry it reverts with AccessManagedUnauthorized(caller)
// ├── the first time it sets one half, tells the scheduler and emits ScoreUpdated
// └── later it does nothing
describe("Reputation.recordMeasured", function () {
  it("reverts with AccessManagedUnauthorized(caller) for everybody else, as every recorder does", async function () {
    const { reputation, benchmark, market, slasher, stranger } = await loadFixture(deployMeasured);
    for (const caller of [stranger, market, slasher]) {
      await expect(reputation.connect(caller).recordMeasured(1))
        .to.be.revertedWithCustomError(reputation, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
    for (const caller of [stranger, benchmark, slasher]) {
      await expect(reputation.connect(caller).recordCompleted(1, WAD))
        .to.be.revertedWithCustomError(reputation, "AccessManagedUnauthorized")
        .withArgs(caller);
      await expect(reputation.connect(caller).recordRefused(1))
        .to.be.revertedWithCustomError(reputation, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
    for (const caller of [stranger, benchmark, market]) {
      await expect(reputation.connect(caller).recordOffence(1, Offence.MissedDeadline))
        .to.be.revertedWithCustomError(reputation, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("sets one half, tells the scheduler and emits ScoreUpdated", async function () {
    const suite = await loadFixture(deployReputation);
    const { reputation, scheduler, benchmark } = suite;
    await activeNode(suite, 1);
    expect(await reputation.scoreOf(1)).to.equal(0n);
    await expect(reputation.connect(benchmark).recordMeasured(1))
      .to.emit(reputation, "ScoreUpdated")
      .withArgs(1n, Reason.Measured, 0n, HALF, 0n);
    const now = BigInt(await time.latest());
    expect([...(await reputation.conductOf(1))]).to.deep.equal([HALF, now, 0n, 0n, 0n, 5_000n, 0n, 0n, 0n]);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(5_000n);
    await time.increase(1_000n * DAY);
    expect(await reputation.scoreOf(1)).to.equal(HALF);
  });

  it("does nothing later", async function () {
    const { reputation, benchmark, slasher, scheduler } = await loadFixture(deployMeasured);
    await reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
    const before = await reputation.conductOf(1);
    const reports = (await scheduler.getFunction("reports")(1)) as bigint;
    await expect(reputation.connect(benchmark).recordMeasured(1)).to.not.emit(reputation, "ScoreUpdated");
    expect(await reputation.conductOf(1)).to.deep.equal(before);
    expect(await scheduler.getFunction("reports")(1)).to.equal(reports);
  });
});

// Reputation.recordCompletedMany
// ├── when there are not as many qualities as nodes it reverts with ReputationLengthMismatch(nodes, qualities)
// ├── when any quality is above one it reverts with ReputationQualityAboveOne(quality), and records nothing
// └── it records each as recordCompleted does, one node several times too
describe("Reputation.recordCompletedMany", function () {
  it("reverts with ReputationLengthMismatch(nodes, qualities), and for a quality above one", async function () {
    const { reputation, market } = await loadFixture(deployMeasured);
    await expect(reputation.connect(market).recordCompletedMany([1, 1], [WAD]))
      .to.be.revertedWithCustomError(reputation, "ReputationLengthMismatch")
      .withArgs(2n, 1n);
    await expect(reputation.connect(market).recordCompletedMany([1, 1], [WAD, WAD + 1n]))
      .to.be.revertedWithCustomError(reputation, "ReputationQualityAboveOne")
      .withArgs(WAD + 1n);
    expect((await reputation.conductOf(1)).completed).to.equal(0n);
  });

  it("records each in turn", async function () {
    const { reputation, market } = await loadFixture(deployMeasured);
    const { updatedAt } = await reputation.conductOf(1);
    await time.setNextBlockTimestamp(updatedAt + 100n);
    const call = reputation.connect(market).recordCompletedMany([1, 1, 1], [WAD, HALF, 0n]);
    await expect(call).to.emit(reputation, "ScoreUpdated");
    let score = HALF;
    for (const quality of [WAD, HALF, 0n]) score += ((WAD - score) * 2n * quality) / (100n * WAD);
    const after = await reputation.conductOf(1);
    expect(after.completed).to.equal(3n);
    expect(after.score <= score && score - after.score < 10n ** 13n).to.equal(true);
  });
});

// Reputation.recordCompleted
// ├── when the quality is above one it reverts with ReputationQualityAboveOne(quality)
// ├── it raises the score by 2 % of the rest times the quality, and counts
// ├── it decays the score first
// ├── it tells the scheduler of a rise in steps of 500 basis points, and of decay at once
// └── of a node never measured it counts, and leaves the score zero
describe("Reputation.recordCompleted", function () {
  it("reverts with ReputationQualityAboveOne(quality)", async function () {
    const { reputation, market } = await loadFixture(deployMeasured);
    for (const quality of [WAD + 1n, 2n ** 256n - 1n]) {
      await expect(reputation.connect(market).recordCompleted(1, quality))
        .to.be.revertedWithCustomError(reputation, "ReputationQualityAboveOne")
        .withArgs(quality);
    }
  });

  it("raises the score by 2 % of the rest times the quality, and counts", async function () {
    const { reputation, market } = await loadFixture(deployMeasured);
    let score = HALF;
    for (const quality of [WAD, HALF, 0n]) {
      const next = score + ((WAD - score) * 2n * quality) / (100n * WAD);
      const before = await reputation.conductOf(1);
      const call = reputation.connect(market).recordCompleted(1, quality);
      await expect(call).to.emit(reputation, "ScoreUpdated");
      const after = await reputation.conductOf(1);
      // A second of decay is less than a billionth.
      expect(after.score <= next && next - after.score < 10n ** 12n).to.equal(true);
      expect(after.completed).to.equal(before.completed + 1n);
      score = after.score;
    }
  });

  it("decays the score first", async function () {
    const { reputation, market } = await loadFixture(deployMeasured);
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    const { score, updatedAt } = await reputation.conductOf(1);
    await time.setNextBlockTimestamp(updatedAt + 90n * DAY);
    const decayed = HALF + (score - HALF) / 2n;
    await expect(reputation.connect(market).recordCompleted(1, WAD))
      .to.emit(reputation, "ScoreUpdated")
      .withArgs(1n, Reason.Completed, decayed, decayed + ((WAD - decayed) * 2n) / 100n, WAD);
  });

  it("tells the scheduler of a rise in steps, and of decay at once", async function () {
    const { reputation, market, scheduler } = await loadFixture(deployMeasured);
    const told = async () => (await scheduler.getFunction("scoreBps")(1)) as bigint;
    const pushes: bigint[] = [];
    for (let i = 0; i < 25; i++) {
      const before = await told();
      await reputation.connect(market).recordCompleted(1, WAD);
      const { score, pushedBps } = await reputation.conductOf(1);
      const bps = score / 10n ** 14n;
      expect(pushedBps).to.equal(await told());
      if (bps >= before + 500n) expect(pushedBps).to.equal(bps);
      else expect(pushedBps).to.equal(before);
      if (pushedBps !== before) pushes.push(pushedBps);
    }
    expect(pushes.length).to.equal(3);
    await time.increase(30n * DAY);
    await reputation.connect(market).recordCompleted(1, 0);
    const { score, pushedBps } = await reputation.conductOf(1);
    expect(pushedBps).to.equal(score / 10n ** 14n);
    expect(pushedBps < (pushes.at(-1) ?? 0n)).to.equal(true);
  });

  it("counts the work of a node never measured, and leaves its score zero", async function () {
    const suite = await loadFixture(deployReputation);
    await activeNode(suite, 1);
    await suite.reputation.connect(suite.market).recordCompleted(1, WAD);
    await suite.reputation.connect(suite.slasher).recordOffence(1, Offence.MissedDeadline);
    const conduct = await suite.reputation.conductOf(1);
    expect([conduct.score, conduct.updatedAt, conduct.completed, conduct.missed]).to.deep.equal([0n, 0n, 1n, 1n]);
    expect((await suite.registry.get(1)).status).to.equal(NodeStatus.Active);
    expect(await suite.reputation.scoreOf(1)).to.equal(0n);
  });
});

// Reputation.recordRefused
// └── it lowers the score by 1 %, counts, and tells the scheduler at once
describe("Reputation.recordRefused", function () {
  it("lowers the score by 1 %, counts, and tells the scheduler at once", async function () {
    const { reputation, market, scheduler } = await loadFixture(deployMeasured);
    const next = fall(HALF, 1n);
    await expect(reputation.connect(market).recordRefused(1))
      .to.emit(reputation, "ScoreUpdated")
      .withArgs(1n, Reason.Refused, HALF, next, 0n);
    const { score, refused, missed } = await reputation.conductOf(1);
    expect([score, refused, missed]).to.deep.equal([next, 1n, 0n]);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(4_950n);
  });
});

// Reputation.recordOffence
// ├── when there is none it reverts with ReputationNoOffence(node)
// ├── it lowers the score by what the offence costs, counts and tells the scheduler
// ├── below 0.2 it suspends the node, which the scheduler hears as zero
// ├── the third violation within 180 days removes the node, not a third one later
// ├── a fake benchmark removes it at once
// └── it never reverts for a node that is out
describe("Reputation.recordOffence", function () {
  it("reverts with ReputationNoOffence(node)", async function () {
    const { reputation, slasher } = await loadFixture(deployMeasured);
    await expect(reputation.connect(slasher).recordOffence(1, Offence.None))
      .to.be.revertedWithCustomError(reputation, "ReputationNoOffence")
      .withArgs(1n);
  });

  it("lowers the score by what the offence costs, counts and tells the scheduler", async function () {
    for (const [offence, reason, percent, missed, violations] of [
      [Offence.MissedDeadline, Reason.Missed, 5n, 1n, 0n],
      [Offence.UnrevealedVote, Reason.Missed, 5n, 1n, 0n],
      [Offence.IncoherentVote, Reason.Incoherent, 1n, 0n, 0n],
      [Offence.InvalidResult, Reason.Violated, 30n, 0n, 1n],
      [Offence.DuplicateSubmission, Reason.Violated, 30n, 0n, 1n],
      [Offence.ApprovedPlant, Reason.Violated, 30n, 0n, 1n],
    ] as const) {
      const { reputation, slasher, scheduler, registry } = await loadFixture(deployMeasured);
      const next = fall(HALF, percent);
      await expect(reputation.connect(slasher).recordOffence(1, offence))
        .to.emit(reputation, "ScoreUpdated")
        .withArgs(1n, reason, HALF, next, offence);
      const conduct = await reputation.conductOf(1);
      expect([conduct.score, conduct.missed, conduct.violations]).to.deep.equal([next, missed, violations]);
      expect(conduct.lastViolationAt).to.equal(violations === 0n ? 0n : BigInt(await time.latest()));
      expect(await scheduler.getFunction("scoreBps")(1)).to.equal(next / 10n ** 14n);
      expect((await registry.get(1)).status).to.equal(NodeStatus.Active);
    }
  });

  it("suspends below 0.2, and the scheduler hears zero", async function () {
    const { reputation, slasher, scheduler, registry } = await loadFixture(deployMeasured);
    let misses = 0;
    while ((await registry.get(1)).status === NodeStatus.Active) {
      expect((await reputation.conductOf(1)).score >= WAD / 5n).to.equal(true);
      const call = reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
      await call;
      misses += 1;
      const { score } = await reputation.conductOf(1);
      if (score < WAD / 5n) {
        await expect(call).to.emit(reputation, "StandingChanged").withArgs(1n, Reason.Suspended, score, 0n);
      } else await expect(call).to.not.emit(reputation, "StandingChanged");
    }
    // 0.5 x 0.95^n < 0.2 from n = 18 on.
    expect(misses).to.equal(18);
    expect((await registry.get(1)).suspendedBy).to.equal(await reputation.getAddress());
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(0n);
    await reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
    expect((await reputation.conductOf(1)).missed).to.equal(19n);
  });

  it("removes at the third violation within 180 days, not at a third one later", async function () {
    for (const [age, removed] of [
      [180n * DAY, true],
      [180n * DAY + 1n, false],
    ] as const) {
      const { reputation, slasher, registry, market } = await loadFixture(deployMeasured);
      for (let i = 0; i < 200; i++) await reputation.connect(market).recordCompleted(1, WAD);
      await reputation.connect(slasher).recordOffence(1, Offence.InvalidResult);
      const first = BigInt(await time.latest());
      await time.increase(10n * DAY);
      await reputation.connect(slasher).recordOffence(1, Offence.ApprovedPlant);
      await time.setNextBlockTimestamp(first + age);
      const third = reputation.connect(slasher).recordOffence(1, Offence.DuplicateSubmission);
      await third;
      const { score, violations } = await reputation.conductOf(1);
      expect(violations).to.equal(3n);
      if (removed) {
        await expect(third).to.emit(reputation, "StandingChanged").withArgs(1n, Reason.Removed, score, 3n);
        expect((await registry.get(1)).status).to.equal(NodeStatus.Removed);
      } else {
        expect((await registry.get(1)).status).to.equal(NodeStatus.Active);
        // One more soon after: the second, third and fourth are within the window.
        await reputation.connect(slasher).recordOffence(1, Offence.InvalidResult);
        expect((await registry.get(1)).status).to.equal(NodeStatus.Removed);
      }
    }
  });

  it("removes a fake benchmark at once", async function () {
    const { reputation, slasher, registry, scheduler } = await loadFixture(deployMeasured);
    await expect(reputation.connect(slasher).recordOffence(1, Offence.FakeBenchmark))
      .to.emit(reputation, "StandingChanged")
      .withArgs(1n, Reason.Removed, fall(HALF, 30n), 1n);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Removed);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(0n);
  });

  it("never reverts for a node that is out", async function () {
    for (const out of ["suspend", "remove", "exit"] as const) {
      const { reputation, slasher, registry, security, operator } = await loadFixture(deployMeasured);
      if (out === "exit") await registry.connect(operator).exit();
      else await registry.connect(security)[out](1);
      const { status } = await registry.get(1);
      for (const offence of [Offence.MissedDeadline, Offence.InvalidResult, Offence.FakeBenchmark]) {
        await reputation.connect(slasher).recordOffence(1, offence);
      }
      const expected = out === "suspend" ? NodeStatus.Removed : status;
      expect((await registry.get(1)).status).to.equal(expected);
      expect((await reputation.conductOf(1)).violations).to.equal(2n);
    }
  });
});

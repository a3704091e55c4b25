import { expect } from "chai";

import { NodeStatus, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { DAY, HALF, Offence, Reason, WAD, deployMeasured } from "./support/reputation.ts";

const { time } = networkHelpers;

/** Node 1, suspended by 18 misses. */
async function deploySuspended() {
  const suite = await deployMeasured();
  for (let i = 0; i < 18; i++) await suite.reputation.connect(suite.slasher).recordOffence(1, Offence.MissedDeadline);
  return suite;
}

// Reputation.rehabilitate
// ├── when the node is not suspended it reverts with ReputationNotRehabilitable
// ├── when it has not recovered it reverts with ReputationNotRehabilitable
// ├── when the committee suspended it, also after a suspension made here, it reverts with ReputationNotRehabilitable
// └── it lets the node in again, records what it recovered to and tells the scheduler, whoever calls
describe("Reputation.rehabilitate", function () {
  it("reverts for a node that is not suspended, unknown, exited or removed", async function () {
    const { reputation, registry, operator, stranger } = await loadFixture(deployMeasured);
    await expect(reputation.rehabilitate(1)).to.be.revertedWithCustomError(reputation, "ReputationNotRehabilitable");
    await expect(reputation.rehabilitate(2))
      .to.be.revertedWithCustomError(registry, "NodeRegistryUnknownNode")
      .withArgs(2n);
    await registry.connect(operator).exit();
    await expect(reputation.connect(stranger).rehabilitate(1)).to.be.revertedWithCustomError(
      reputation,
      "ReputationNotRehabilitable",
    );
  });

  it("reverts until the score has recovered, then lets the node in, whoever calls", async function () {
    const { reputation, registry, scheduler, stranger, operator } = await loadFixture(deploySuspended);
    const { score, updatedAt, violations } = await reputation.conductOf(1);
    // 0.5 - gap / 2^(t / 90 days) = 0.3
    const gap = Number(HALF - score) / 1e18;
    const days = 90 * Math.log2(gap / 0.2);
    const recovers = updatedAt + BigInt(Math.ceil(days * 86_400));
    await time.increaseTo(recovers - 60n);
    const early = await reputation.scoreOf(1);
    expect(early < (3n * WAD) / 10n).to.equal(true);
    await expect(reputation.rehabilitate(1))
      .to.be.revertedWithCustomError(reputation, "ReputationNotRehabilitable")
      .withArgs(1n, true, (value: bigint) => value < (3n * WAD) / 10n, (3n * WAD) / 10n);
    await time.increaseTo(recovers + 60n);
    const call = reputation.connect(stranger).rehabilitate(1);
    await call;
    const after = await reputation.conductOf(1);
    expect(after.score >= (3n * WAD) / 10n && after.score < (3_001n * WAD) / 10_000n).to.equal(true);
    expect(after.updatedAt).to.equal(BigInt(await time.latest()));
    await expect(call)
      .to.emit(reputation, "StandingChanged")
      .withArgs(1n, Reason.Rehabilitated, after.score, violations);
    await expect(call)
      .to.emit(reputation, "ScoreUpdated")
      .withArgs(1n, Reason.Rehabilitated, after.score, after.score, 0n);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Registered);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(3_000n);
    await expect(reputation.rehabilitate(1)).to.be.revertedWithCustomError(reputation, "ReputationNotRehabilitable");
    await registry.connect(operator).heartbeat();
  });

  it("cannot end a suspension by the committee, also after one that was made here", async function () {
    const { reputation, registry, security } = await loadFixture(deploySuspended);
    await registry.connect(security).reinstate(1);
    await registry.connect(security).suspend(1);
    await time.increase(1_000n * DAY);
    await expect(reputation.rehabilitate(1))
      .to.be.revertedWithCustomError(reputation, "ReputationNotRehabilitable")
      .withArgs(1n, false, (value: bigint) => value > (49n * WAD) / 100n, (3n * WAD) / 10n);
  });
});

// Reputation.sync
// ├── it tells the scheduler the decayed score of a good node, the recorded one of a bad node
// ├── it tells zero while a node is out, whoever took it out
// └── it reverts with ReputationUnknownNode(node) for an unknown node
describe("Reputation.sync", function () {
  it("tells the lower of the decayed and the recorded score", async function () {
    const { reputation, scheduler, market, slasher, stranger } = await loadFixture(deployMeasured);
    for (let i = 0; i < 4; i++) await reputation.connect(market).recordCompleted(1, WAD);
    const high = (await reputation.conductOf(1)).score / 10n ** 14n;
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(5_000n);
    await reputation.connect(stranger).sync(1);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(high);
    await time.increase(90n * DAY);
    await reputation.connect(stranger).sync(1);
    const decayed = (await scheduler.getFunction("scoreBps")(1)) as bigint;
    expect(decayed).to.equal((await reputation.scoreOf(1)) / 10n ** 14n);
    expect(decayed < high).to.equal(true);

    await reputation.connect(slasher).recordOffence(1, Offence.InvalidResult);
    const low = (await reputation.conductOf(1)).score / 10n ** 14n;
    await time.increase(900n * DAY);
    expect((await reputation.scoreOf(1)) / 10n ** 14n > low).to.equal(true);
    await reputation.sync(1);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(low);
  });

  it("tells zero while a node is out, and its score again once it is back", async function () {
    const { reputation, registry, scheduler, security, market } = await loadFixture(deployMeasured);
    await registry.connect(security).suspend(1);
    await reputation.connect(market).recordCompleted(1, WAD);
    await reputation.sync(1);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(0n);
    await reputation.connect(market).recordCompleted(1, WAD);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(0n);
    await registry.connect(security).reinstate(1);
    await reputation.connect(market).recordCompleted(1, WAD);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal((await reputation.conductOf(1)).score / 10n ** 14n);
    await registry.connect(security).remove(1);
    await reputation.sync(1);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(0n);
  });

  it("reverts with ReputationUnknownNode(node) for an unknown node", async function () {
    const { reputation } = await loadFixture(deployMeasured);
    await expect(reputation.sync(2)).to.be.revertedWithCustomError(reputation, "ReputationUnknownNode").withArgs(2n);
  });

  it("tells the record: uptime, reliability and history", async function () {
    const { reputation, registry, scheduler, market, operator } = await loadFixture(deployMeasured);
    for (let i = 0; i < 15; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await reputation.sync(1);
    // Uptime nearly zero, reliability one, history log2(16) / 10.
    expect(await scheduler.getFunction("recordBps")(1)).to.equal((10_000n + 2n * 4_000n) / 4n);
    const { onlineSince } = await registry.get(1);
    for (let hour = 1n; hour <= 24n; hour++) {
      await time.setNextBlockTimestamp(onlineSince + hour * 3_600n);
      await registry.connect(operator).heartbeat();
    }
    // One of 30 days.
    expect(await reputation.recordOf(1)).to.equal((333n + 10_000n + 8_000n) / 4n);
    await time.increase(3_601n);
    expect(await reputation.recordOf(1)).to.equal((10_000n + 8_000n) / 4n);
  });
});

// Reputation.scoreAt
// ├── when the time is not past it reverts with ReputationFutureLookup(timestamp, current)
// ├── it is zero before the first day with a score is over
// └── it is the score at the end of the last day that was over, undecayed, and stays so
describe("Reputation.scoreAt", function () {
  it("reverts with ReputationFutureLookup(timestamp, current)", async function () {
    const { reputation } = await loadFixture(deployMeasured);
    const now = BigInt(await time.latest());
    for (const timestamp of [now, now + 1n, 2n ** 256n - 1n]) {
      await expect(reputation.scoreAt(1, timestamp))
        .to.be.revertedWithCustomError(reputation, "ReputationFutureLookup")
        .withArgs(timestamp, now);
    }
    expect(await reputation.scoreAt(1, 0)).to.equal(0n);
    expect(await reputation.scoreAt(1, DAY)).to.equal(0n);
  });

  it("is the score at the end of the last day that was over, undecayed, and stays so", async function () {
    const { reputation, market, slasher } = await loadFixture(deployMeasured);
    const today = (BigInt(await time.latest()) / DAY) * DAY;
    await reputation.connect(market).recordCompleted(1, WAD);
    const first = (await reputation.conductOf(1)).score;
    await time.increaseTo(today + DAY + 10n);
    expect(await reputation.scoreAt(1, today + DAY - 1n)).to.equal(0n);
    expect(await reputation.scoreAt(1, today + DAY)).to.equal(first);
    for (let i = 0; i < 3; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
    const second = (await reputation.conductOf(1)).score;
    expect(await reputation.scoreAt(1, today + DAY)).to.equal(first);
    await time.increaseTo(today + 40n * DAY);
    await reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
    expect(await reputation.scoreAt(1, today + DAY - 1n)).to.equal(0n);
    expect(await reputation.scoreAt(1, today + 2n * DAY - 1n)).to.equal(first);
    expect(await reputation.scoreAt(1, today + 2n * DAY)).to.equal(second);
    expect(await reputation.scoreAt(1, today + 40n * DAY)).to.equal(second);
  });
});

import { expect } from "chai";

import { NodeStatus, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { DAY, HALF, Offence, Reason, WAD, activeNode, deployMeasured, selectorsOf } from "./support/reputation.ts";

const { time } = networkHelpers;
const ARBITER = 15n;

/** The suite with node 1 measured, and an arbiter. */
async function deployWithArbiter() {
  const suite = await deployMeasured();
  const { manager, reputation, signers } = suite;
  const arbiter = signers[14]!;
  await manager.setTargetFunctionRole!(reputation, selectorsOf(reputation, ["annul"]), ARBITER);
  await manager.grantRole!(ARBITER, arbiter, 0);
  return { ...suite, arbiter };
}

const today = async () => BigInt(await time.latest()) / DAY;

/** Goes to noon of the day after `days` more days. */
async function toNoon(days = 1n): Promise<void> {
  await time.increaseTo(((await today()) + days) * DAY + DAY / 2n);
}

// Reputation.annul
// ├── when the caller is not the arbitration it reverts with AccessManagedUnauthorized(caller)
// ├── when the day is to come it reverts with ReputationFutureLookup, when there is no node with ReputationUnknownNode
// ├── it takes back what was gained since the begin of the day, tells the scheduler and emits ScoreUpdated
// ├── it never raises a score, and leaves the past as it was (INV-REP-2)
// ├── of a node that was measured later it leaves one half
// └── it suspends a node whose score is too low then
describe("Reputation.annul", function () {
  it("reverts with AccessManagedUnauthorized(caller) for every other recorder", async function () {
    const { reputation, stranger, market, benchmark, slasher } = await loadFixture(deployWithArbiter);
    for (const caller of [stranger, market, benchmark, slasher]) {
      await expect(reputation.connect(caller).annul(1, await today()))
        .to.be.revertedWithCustomError(reputation, "AccessManagedUnauthorized")
        .withArgs(caller);
    }
  });

  it("reverts for a day that is to come, and for no node", async function () {
    const { reputation, arbiter } = await loadFixture(deployWithArbiter);
    await toNoon();
    const day = await today();
    await expect(reputation.connect(arbiter).annul(1, day + 1n)).to.be.revertedWithCustomError(
      reputation,
      "ReputationFutureLookup",
    );
    await expect(reputation.connect(arbiter).annul(9, day))
      .to.be.revertedWithCustomError(reputation, "ReputationUnknownNode")
      .withArgs(9n);
  });

  it("takes back what was gained since the begin of the day, and tells the scheduler", async function () {
    const { reputation, arbiter, market, scheduler } = await loadFixture(deployWithArbiter);
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await toNoon();
    const before = (await reputation.conductOf(1)).score;
    const day = await today();
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await toNoon();
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    const { score, completed } = await reputation.conductOf(1);
    expect(score > before).to.equal(true);
    const call = reputation.connect(arbiter).annul(1, day);
    await expect(call).to.emit(reputation, "ScoreUpdated");
    const [event] = await reputation.queryFilter(reputation.filters.ScoreUpdated(1, Reason.Annulled));
    expect([event?.args.newScore, event?.args.detail]).to.deep.equal([before, day]);
    const after = await reputation.conductOf(1);
    expect([after.score, after.completed]).to.deep.equal([before, completed]);
    expect(await scheduler.getFunction("scoreBps")(1)).to.equal(before / 10n ** 14n);
  });

  it("never raises a score, and leaves the past as it was", async function () {
    const { reputation, arbiter, market, slasher } = await loadFixture(deployWithArbiter);
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await toNoon();
    const day = await today();
    await reputation.connect(slasher).recordOffence(1, Offence.InvalidResult);
    await toNoon();
    const past = await reputation.scoreAt(1, (day + 1n) * DAY);
    const low = await reputation.scoreOf(1);
    await reputation.connect(arbiter).annul(1, day);
    const { score } = await reputation.conductOf(1);
    expect(score >= low && score < low + 10n ** 15n).to.equal(true);
    expect(score < (await reputation.scoreAt(1, day * DAY))).to.equal(true);
    expect(await reputation.scoreAt(1, (day + 1n) * DAY)).to.equal(past);
  });

  it("leaves one half to a node that was measured later, and nothing to one that never was", async function () {
    const suite = await loadFixture(deployWithArbiter);
    const { reputation, arbiter, market } = suite;
    for (let i = 0; i < 10; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await toNoon();
    await reputation.connect(arbiter).annul(1, (await today()) - 100n);
    expect((await reputation.conductOf(1)).score).to.equal(HALF);
    await activeNode(suite, 2);
    await reputation.connect(market).recordCompleted(2, WAD);
    await reputation.connect(arbiter).annul(2, await today());
    expect((await reputation.conductOf(2)).score).to.equal(0n);
  });

  it("suspends a node whose score is too low then", async function () {
    const { reputation, arbiter, market, slasher, registry, security } = await loadFixture(deployWithArbiter);
    for (let i = 0; i < 20; i++) await reputation.connect(slasher).recordOffence(1, Offence.MissedDeadline);
    expect(await registry.statusOf(1)).to.equal(NodeStatus.Suspended);
    await registry.connect(security).reinstate(1);
    await toNoon();
    const day = await today();
    for (let i = 0; i < 40; i++) await reputation.connect(market).recordCompleted(1, WAD);
    await reputation.connect(arbiter).annul(1, day);
    expect((await reputation.conductOf(1)).score < WAD / 5n).to.equal(true);
    expect(await registry.statusOf(1)).to.equal(NodeStatus.Suspended);
  });
});

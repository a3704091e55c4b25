// Who gains by calling what at the worst moment, in combinations that no single function shows.
import { anyUint } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";

import {
  CXT,
  DAY,
  deployReview,
  Kind,
  loadFixture,
  nextPeriod,
  RIGHT,
  Stage,
  STAKE,
  time,
  Truth,
  Verdict,
  workerOf,
  WRONG,
  type ReviewSuite,
  type Worker,
} from "../support/review/suite.ts";
import { strangerEnds } from "../support/review/stranger.ts";
import { abstains, accepts, plantOf, rejects, split, Work, type Voter } from "../support/review/work.ts";

const PLANT = plantOf(0);
const OTHER = { ...plantOf(0), result: WRONG };
const BOND = 10n * CXT;

/** What escrow holds for a task, and nothing that is held of any node beside. */
async function expectOver(suite: ReviewSuite, work: Work): Promise<void> {
  expect(await suite.workEscrow.heldFor(work.id)).to.equal(0n);
  for (const { node } of suite.workers) expect((await suite.vault.stakeDataOf(node)).held).to.equal(0n);
}

/** Cancels a task of two fragments; the second, whose draw was decided and expired meanwhile, is dropped. */
async function cancelAndDrop(suite: ReviewSuite, work: Work): Promise<void> {
  await suite.work.connect(suite.owner).cancel(work.terms);
  await nextPeriod(suite);
  if (!(await suite.work.resultOf(work.id, 1))[2]) await suite.work.assign(work.terms, 1);
  expect((await suite.work.resultOf(work.id, 1))[2]).to.equal(true);
}

/** A spared result that is challenged, judged as `voter` says, and revealed as a plant. */
async function challengedPlant(voter: Voter) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
  const worker = await work.spared(0, PLANT.result);
  await suite.review.connect(suite.challenger).challenge(work.terms, 0);
  await expect(work.reveal(PLANT)).to.be.revertedWithCustomError(suite.review, "WorkReviewWrongStage");
  await suite.review.audit(work.terms, 0);
  await work.sit(voter);
  await suite.review.decide(work.terms, 0);
  await work.reveal(PLANT);
  return { suite, work, worker, court: suite.review.connect(suite.arbiter) };
}

// Combinations
// ├── a spared result that is challenged, then revealed as a plant, then disputed
// │   ├── given the court says that it is right: the challenger was wrong, its bond is the node's
// │   └── given the court says that it is wrong: the challenger gets its bond back
// ├── a plant that verifiers rejected, whose node would rather not have it revealed
// │   ├── given it concedes: too early, as long as plants are hidden
// │   └── given it goes to the court: the owner reveals it there, and the court rules on it
// ├── two plants of one fragment: one jackpot, the other goes back to the owner
// ├── a task that is cancelled while a result is at any stage: what is reserved pays what is due, nothing stays behind
// ├── a fragment that is reopened after the task was cancelled: it is dropped
// ├── a node that was rejected submits again: it cannot, and is not drawn again
// ├── a node that leaves with its stake after it submitted: it answers for the stake at the submission
// ├── one of a pair whose other half was dropped: it is judged
// ├── an owner with a node that verifies: it has no seat
// ├── a verifier whose stake is all held: it has no further seat, others sit
// └── a node or verifiers who left, or were removed, before the end: the review ends, and pays or punishes them
describe("WorkReview: combinations", function () {
  it("owes the bond of a challenger to the node when its plant turns out to be right", async function () {
    const { suite, work, worker, court } = await challengedPlant(accepts);
    const [seat] = await suite.committee.seatsOf(1n);
    await court.contest(work.terms, 0, workerOf(suite, seat?.verifier ?? 0n).signer);
    await court.rule(work.terms, 0, true);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(19n * CXT + BOND);
    expect(await suite.workEscrow.owedTo(suite.challenger)).to.equal(0n);
    await expectOver(suite, work);
  });

  it("gives the bond of a challenger back when the plant stays one, whoever disputes it", async function () {
    const { suite, work, worker, court } = await challengedPlant(split(2, accepts, rejects));
    const [seat] = await suite.committee.seatsOf(1n);
    await court.contest(work.terms, 0, workerOf(suite, seat?.verifier ?? 0n).signer);
    await court.rule(work.terms, 0, false);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(19n * CXT);
    expect(await suite.workEscrow.owedTo(suite.challenger)).to.equal(BOND);
    await expectOver(suite, work);
  });

  it("keeps a node from conceding a plant before its owner can reveal it", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
    const worker = await work.judged(split(1, accepts, rejects), 0, PLANT.result);
    const seats = await suite.committee.seatsOf(1n);
    const { verdict, contestUntil } = await work.review();
    expect(verdict).to.equal(Verdict.Rejected);
    await expect(suite.review.connect(worker.signer).concede(work.terms, 0))
      .to.be.revertedWithCustomError(suite.review, "WorkReviewTooEarly")
      .withArgs(contestUntil, anyUint);
    await work.reveal(PLANT);
    await work.finalise();
    const costs = await Promise.all(seats.map(async ({ verifier }) => suite.vault.stakeDataOf(verifier)));
    expect(costs.map(({ slashed }) => slashed)).to.deep.equal([STAKE / 10n, 0n, 0n]);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(19n * CXT);
    await expectOver(suite, work);
  });

  it("lets a node concede once no plant is hidden", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [PLANT] });
    await work.judged(rejects, 0, PLANT.result);
    await work.reveal(PLANT);
    const worker = await work.judged(rejects, 1, WRONG);
    await suite.review.connect(worker.signer).concede(work.terms, 1);
    expect((await suite.vault.stakeDataOf(worker.node)).slashed).to.equal(STAKE / 20n);
  });

  for (const right of [false, true]) {
    it(`reveals a plant that its node took to the court, which rules that it is ${right ? "right" : "wrong"}`, async function () {
      const suite = await loadFixture(deployReview);
      const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
      const worker = await work.judged(split(1, accepts, rejects), 0, PLANT.result);
      const seats = await suite.committee.seatsOf(1n);
      const court = suite.review.connect(suite.arbiter);
      await court.contest(work.terms, 0, worker.signer);
      const { contestUntil } = await work.review();
      await expect(work.reveal(PLANT)).to.emit(suite.review, "PlantRevealed").withArgs(work.id, 0n, contestUntil);
      expect(await work.review()).to.include({ stage: Stage.Disputed, before: Stage.Planted, contestUntil });
      await expect(work.reveal(PLANT))
        .to.be.revertedWithCustomError(suite.review, "WorkReviewWrongStage")
        .withArgs(work.id, 0n, Stage.Disputed);
      await court.rule(work.terms, 0, right);
      const costs = await Promise.all(seats.map(async ({ verifier }) => suite.vault.stakeDataOf(verifier)));
      const [accepter, ...others] = right ? [0n, STAKE / 50n, STAKE / 50n] : [STAKE / 10n, 0n, 0n];
      expect(costs.map(({ slashed }) => slashed)).to.deep.equal([accepter, ...others]);
      expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(19n * CXT);
      const winner = workerOf(suite, seats[1]?.verifier ?? 0n);
      expect(await suite.workEscrow.owedTo(winner.payout)).to.equal((right ? 4n : 19n) * CXT);
      await expectOver(suite, work);
    });
  }

  it("pays one jackpot for a fragment with two plants, and the owner gets the other back", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [PLANT, OTHER], fragments: 2n });
    await work.judged(rejects, 0, PLANT.result);
    await work.reveal(PLANT);
    await expect(work.reveal(OTHER)).to.be.revertedWithCustomError(suite.review, "WorkReviewWrongStage");
    await work.finalise();
    await expect(work.reveal(OTHER)).to.be.revertedWithCustomError(suite.work, "WorkMarketNothingSubmitted");
    expect((await suite.work.stateOf(work.id)).jackpots).to.equal(1n);
    const before = await suite.workEscrow.owedTo(suite.owner);
    await cancelAndDrop(suite, work);
    // The second fragment: its fee, two sittings of three, and the jackpot that nobody won.
    expect((await suite.workEscrow.owedTo(suite.owner)) - before).to.equal((20n + 24n + 30n) * CXT);
    await expectOver(suite, work);
  });

  for (const [name, stage, to] of [
    ["submitted", Stage.None, async (work: Work) => work.deliver()],
    ["voting", Stage.Voting, async (work: Work) => work.audited()],
    ["accepted", Stage.Decided, async (work: Work) => work.judged(accepts)],
    ["rejected", Stage.Decided, async (work: Work) => work.judged(rejects)],
    [
      "planted",
      Stage.Planted,
      async (work: Work) => {
        await work.judged(split(1, accepts, rejects), 0, PLANT.result);
        await work.reveal(PLANT);
      },
    ],
  ] as const) {
    it(`leaves nothing behind of a task that is cancelled while its result is ${name}`, async function () {
      const suite = await loadFixture(deployReview);
      const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
      await to(work);
      expect((await work.review()).stage).to.equal(stage);
      await suite.work.connect(suite.owner).cancel(work.terms);
      await strangerEnds(work);
      expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
      await expectOver(suite, work);
      await expect(suite.work.assign(work.terms, 0)).to.be.revertedWithCustomError(suite.work, "WorkMarketNotOpen");
    });
  }

  it("takes no second result of a node that was rejected, which is not drawn for it again", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite);
    const worker = await work.judged(rejects, 0, WRONG);
    const again = suite.work.connect(worker.signer).submit(work.terms, 0, RIGHT);
    await expect(again).to.be.revertedWithCustomError(suite.work, "WorkMarketNotOpen");
    await work.finalise();
    await expect(suite.work.connect(worker.signer).submit(work.terms, 0, RIGHT)).to.be.revertedWithCustomError(
      suite.work,
      "MarketNotAssignee",
    );
    expect((await suite.work.cursorOf(work.id, 0)).missed).to.equal(worker.node);
    expect((await work.assign()).node).to.not.equal(worker.node);
  });

  it("slashes by the stake of the submission, though the node asked to leave before the verdict", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { challengeDuration: BigInt(DAY) });
    const worker = await work.audited(0, WRONG);
    await suite.vault.connect(worker.signer).startLeaving(worker.node, 0);
    await work.sit(rejects);
    await suite.review.decide(work.terms, 0);
    await work.finalise();
    expect((await suite.vault.stakeDataOf(worker.node)).slashed).to.equal(STAKE / 20n);
    await time.increase(14 * DAY);
    const before = await suite.token.balanceOf(worker.signer);
    await suite.vault.connect(worker.signer).withdraw(worker.node, 0);
    expect((await suite.token.balanceOf(worker.signer)) - before).to.equal((STAKE * 95n) / 100n);
  });

  it("judges one of a pair whose other half was dropped", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { kind: Kind.Labelling });
    await work.deliver();
    await expect(suite.review.audit(work.terms, 0)).to.be.revertedWithCustomError(suite.review, "WorkReviewPairOpen");
    await cancelAndDrop(suite, work);
    await suite.review.audit(work.terms, 0);
    expect((await work.review()).stage).to.equal(Stage.Voting);
    await strangerEnds(work);
    expect((await work.review()).stage).to.equal(Stage.None);
  });

  it("seats no node of the owner, whatever its weight", async function () {
    const suite = await loadFixture(deployReview);
    const [owned] = suite.workers;
    if (owned === undefined) throw new Error("no workers");
    await suite.nodeRegistry.connect(owned.signer).setPayout(suite.owner);
    const work = await Work.publish(suite, { verifiers: 15n });
    await work.audited();
    const seats = await work.draw();
    expect(seats.map(({ node }) => node)).to.not.include(owned.node);
  });

  it("seats others while the stake of a verifier is held by other cases", async function () {
    const suite = await loadFixture(deployReview);
    const { accessManager, admin, vault, workers } = suite;
    const [busy] = workers;
    if (busy === undefined) throw new Error("no workers");
    await accessManager.grantRole(12n, admin, 0);
    const { tokens, held } = await vault.stakeDataOf(busy.node);
    await vault.connect(admin).hold(busy.node, tokens - held - tokens / 20n);
    const work = await Work.publish(suite, { verifiers: 15n });
    await work.audited();
    const seats = await work.draw();
    expect(seats.map(({ node }) => node)).to.not.include(busy.node);
    expect(seats.length).to.be.at.least(3);
  });

  for (const [fate, voter, result, verdict] of [
    ["accepted", accepts, RIGHT, Verdict.Accepted],
    ["rejected", rejects, WRONG, Verdict.Rejected],
  ] as const) {
    it(`ends a result that is ${fate} though its node and its verifiers left or were removed meanwhile`, async function () {
      const suite = await loadFixture(deployReview);
      const { accessManager, admin, nodeRegistry } = suite;
      await accessManager.grantRole(7n, admin, 0);
      const work = await Work.publish(suite, { fragments: 1n });
      const worker = await work.audited(0, result);
      const [first, second, third] = (await work.sit(voter)) as [Worker, Worker, Worker];
      await nodeRegistry.connect(first.signer).exit();
      await nodeRegistry.connect(admin).remove(second.node);
      await nodeRegistry.connect(worker.signer).exit();
      await suite.review.decide(work.terms, 0);
      await nodeRegistry.connect(admin).remove(third.node);
      expect((await work.review()).verdict).to.equal(verdict);
      for (const { payout } of [first, second, third]) expect(await suite.workEscrow.owedTo(payout)).to.equal(4n * CXT);
      await work.finalise();
      expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(fate === "accepted" ? 19n * CXT : 0n);
      const { slashed } = await suite.vault.stakeDataOf(worker.node);
      expect(slashed).to.equal(fate === "accepted" ? 0n : STAKE / 20n);
      for (const { node } of suite.workers) expect((await suite.vault.stakeDataOf(node)).held).to.equal(0n);
    });
  }

  it("closes as unknown what two committees could not tell, and takes nothing from abstainers", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite);
    await work.judged(abstains);
    await suite.review.audit(work.terms, 0);
    await work.sit(abstains);
    await suite.review.decide(work.terms, 0);
    expect((await work.review()).verdict).to.equal(Verdict.Unverified);
    const { caseId } = await work.review();
    await expect(work.finalise()).to.emit(suite.committee, "CaseClosed").withArgs(caseId, Truth.Unknown);
    for (const { node } of suite.workers) expect((await suite.vault.stakeDataOf(node)).slashed).to.equal(0n);
  });
});

import { expect } from "chai";
import { id } from "ethers";

import { CXT, deployReview, loadFixture, mine, Stage, Subject, time, Verdict } from "../support/review/suite.ts";
import { accepts, plantOf, rejects, split, Work, type Voter, type WorkOptions } from "../support/review/work.ts";

const PLANT = plantOf(0);

/** A task whose first fragment is planted; verifiers voted on it as `voter` says. */
async function planted(voter: Voter, options: WorkOptions = {}) {
  const suite = await loadFixture(deployReview);
  const work = await Work.publish(suite, { planted: [PLANT], ...options });
  const worker = await work.judged(voter, 0, PLANT.result);
  const seats = (await suite.committee.seatsOf(1n)).map(({ verifier }) => verifier);
  return { ...suite, suite, work, worker, seats, review: suite.review.connect(suite.owner) };
}

// WorkReview.revealPlant
// ├── given it is not decided
// │   └── it reverts with WorkReviewWrongStage(task, fragment, stage)
// ├── when the time to contest is over
// │   └── it reverts with WorkReviewTooLate(until, timestamp)
// ├── when result, fragment, salt or proof are not below the root, or more plants were revealed than have a jackpot
// │   └── it reverts with WorkReviewNotPlanted(task, fragment, result)
// └── it can be contested from now on by verifiers who accepted it; then it is final:
//     ├── its node is paid as for a result that is right
//     ├── who accepted it loses a tenth, of which the owner gets its part
//     └── who rejected it shares the jackpot, which is the owner's again when nobody did
describe("WorkReview.revealPlant", function () {
  it("reverts before a verdict, twice, and too late", async function () {
    const { work, review } = await planted(rejects);
    await work.audited(1);
    const proof = work.proofOf(PLANT);
    await expect(review.revealPlant(work.terms, 1, PLANT.salt, proof))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 1n, Stage.Voting);
    const { contestUntil } = await work.review();
    await time.increaseTo(contestUntil - 1n);
    await work.reveal(PLANT);
    await expect(work.reveal(PLANT))
      .to.be.revertedWithCustomError(review, "WorkReviewWrongStage")
      .withArgs(work.id, 0n, Stage.Planted);
    const other = await planted(rejects);
    await other.work.windowOver();
    const until = (await other.work.review()).contestUntil;
    await expect(other.work.reveal(PLANT))
      .to.be.revertedWithCustomError(review, "WorkReviewTooLate")
      .withArgs(until, until + 2n);
  });

  it("reverts for what is not below the root", async function () {
    const plants = [PLANT, plantOf(1)];
    const { work, review, stranger } = await planted(rejects, { planted: plants, fragments: 3n });
    for (const caller of [review, review.connect(stranger)]) {
      for (const salt of [id("another salt"), plantOf(1).salt]) {
        await expect(caller.revealPlant(work.terms, 0, salt, work.proofOf(PLANT)))
          .to.be.revertedWithCustomError(review, "WorkReviewNotPlanted")
          .withArgs(work.id, 0n, PLANT.result);
      }
      await expect(
        caller.revealPlant(work.terms, 0, PLANT.salt, work.proofOf(plantOf(1))),
      ).to.be.revertedWithCustomError(review, "WorkReviewNotPlanted");
    }
    // The node of fragment 1 did not submit what was planted: it did honest work, and nothing can be revealed.
    await work.judged(accepts, 1);
    await expect(work.reveal(plantOf(1))).to.be.revertedWithCustomError(review, "WorkReviewNotPlanted");
  });

  it("reverts without a jackpot: none is planted for nothing", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [PLANT], plants: 0n, jackpot: 0n });
    await work.judged(accepts, 0, PLANT.result);
    await expect(work.reveal(PLANT))
      .to.be.revertedWithCustomError(suite.review, "WorkReviewNotPlanted")
      .withArgs(work.id, 0n, PLANT.result);
  });

  it("pays the node, and gives who rejected it the jackpot", async function () {
    const { work, worker, seats, suite, workEscrow, review } = await planted(rejects);
    const until = BigInt((await time.latest()) + 1) + work.terms.challengeDuration;
    await expect(work.reveal(PLANT)).to.emit(review, "PlantRevealed").withArgs(work.id, 0n, until);
    await expect(work.finalise())
      .to.emit(review, "Finalised")
      .withArgs(work.id, 0n, false, true, false)
      .and.to.emit(suite.work, "JackpotPaid")
      .withArgs(work.id, 0n, 3n, 10n * CXT);
    for (const node of seats) {
      const { payout } = suite.workers.find((candidate) => candidate.node === node) ?? { payout: "" };
      expect(await workEscrow.owedTo(payout)).to.equal(14n * CXT); // its fee, and a third of 30 CXT
    }
    expect(await workEscrow.owedTo(worker.payout)).to.be.above(18n * CXT);
    expect((await suite.vault.stakeDataOf(worker.node)).slashed).to.equal(0n);
  });

  it("takes a tenth of who accepted it, and rewards the owner, who risked the jackpot", async function () {
    const { work, seats, suite, review, slasher, owner, stranger } = await planted(split(2, accepts, rejects));
    expect((await work.review()).verdict).to.equal(Verdict.Accepted);
    // Whoever copies the reveal from the pool of transactions gets nothing by it.
    await work.reveal(PLANT, stranger);
    await expect(work.finalise()).to.emit(review, "Finalised");
    const slashed: bigint[] = [];
    for (const node of seats) slashed.push((await suite.vault.stakeDataOf(node)).slashed);
    expect(slashed).to.deep.equal([1_200n * CXT, 1_200n * CXT, 0n]);
    expect(await slasher.owedTo(owner)).to.equal(300n * CXT); // ten jackpots, less than a fifth of each
    expect(await slasher.owedTo(stranger)).to.equal(0n);
  });

  it("gives the owner the jackpot again when nobody rejected it", async function () {
    const { work, owner, workEscrow, suite } = await planted(accepts, { fragments: 1n });
    await work.reveal(PLANT);
    await expect(work.finalise()).to.emit(suite.work, "JackpotPaid").withArgs(work.id, 0n, 0n, 0n);
    expect(await workEscrow.owedTo(owner)).to.equal(42n * CXT); // and the fees of the second committee
    expect(await workEscrow.heldFor(work.id)).to.equal(0n);
  });

  it("reveals what chance spared, too: nobody judged it, nobody is punished", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
    const worker = await work.spared(0, PLANT.result);
    await work.reveal(PLANT);
    await expect(work.finalise()).to.emit(suite.review, "Finalised").withArgs(work.id, 0n, false, true, false);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.be.above(18n * CXT);
    expect(await suite.workEscrow.heldFor(work.id)).to.equal(0n);
  });

  it("lets a verifier that accepted it say that it is right, and the court agree", async function () {
    const { work, seats, suite, arbiter, workEscrow, worker } = await planted(split(2, accepts, rejects));
    await work.reveal(PLANT);
    const [accepter, , rejecter] = seats.map(
      (node) => suite.workers.find((candidate) => candidate.node === node)?.signer.address ?? "",
    );
    const court = suite.review.connect(arbiter);
    for (const claimant of [rejecter, suite.owner.address, suite.stranger.address, worker.signer.address]) {
      await expect(court.contest(work.terms, 0, claimant ?? ""))
        .to.be.revertedWithCustomError(court, "WorkReviewNotParty")
        .withArgs(claimant);
    }
    const [subject] = await court.contest.staticCall(work.terms, 0, accepter ?? "");
    expect(subject).to.equal(Subject.Plant);
    await court.contest(work.terms, 0, accepter ?? "");
    await expect(court.rule(work.terms, 0, true))
      .to.emit(court, "Finalised")
      .withArgs(work.id, 0n, true, false, true);
    const slashed: bigint[] = [];
    for (const node of seats) slashed.push((await suite.vault.stakeDataOf(node)).slashed);
    expect(slashed).to.deep.equal([0n, 0n, 240n * CXT]);
    // No jackpot was won: it stays for the other plants, and in the end for the owner.
    expect((await suite.work.stateOf(work.id)).jackpots).to.equal(1n);
    expect(await workEscrow.owedTo(worker.payout)).to.be.above(18n * CXT);
  });

  it("stays a plant when the court says that it is wrong, or does not rule in time", async function () {
    for (const rules of [true, false]) {
      const { work, seats, suite, arbiter } = await planted(split(1, accepts, rejects));
      await work.reveal(PLANT);
      const accepter = suite.workers.find(({ node }) => node === seats[0])?.signer.address ?? "";
      const court = suite.review.connect(arbiter);
      await court.contest(work.terms, 0, accepter);
      const end = rules ? court.rule(work.terms, 0, false) : work.finalise();
      await expect(end).to.emit(court, "Finalised").withArgs(work.id, 0n, false, true, rules);
      expect((await suite.vault.stakeDataOf(seats[0] ?? 0n)).slashed).to.equal(1_200n * CXT);
    }
  });
});

// Two runs of the same task, with the same node and the same fragment: one result is what the owner planted, the other is right.
describe("WorkReview: plants", function () {
  it("change nothing of what honest nodes and verifiers earn, but for the jackpot (INV-REV-3)", async function () {
    async function run(isPlanted: boolean) {
      const suite = await loadFixture(deployReview);
      const work = await Work.publish(suite, { planted: [PLANT], fragments: 1n });
      const worker = await work.assign();
      await work.submit(0, isPlanted ? PLANT.result : id("right"));
      // Entropy that is over spares neither.
      await mine(40);
      await suite.review.audit(work.terms, 0);
      const seats = await work.sit(isPlanted ? rejects : accepts);
      await suite.review.decide(work.terms, 0);
      if (isPlanted) await work.reveal(PLANT);
      await work.finalise();
      const owed: bigint[] = [];
      for (const { payout } of seats) owed.push(await suite.workEscrow.owedTo(payout));
      const [settled] = await suite.work.queryFilter(suite.work.filters.FragmentSettled());
      const stakes: bigint[] = [];
      for (const { node } of suite.workers) stakes.push(await suite.vault.stakeOf(node));
      return {
        node: worker.node,
        nodeOwed: await suite.workEscrow.owedTo(worker.payout),
        points: settled?.args.points,
        quality: settled?.args.quality,
        verifiers: owed,
        stakes,
      };
    }
    const [honest, plantedRun] = [await run(false), await run(true)];
    expect(plantedRun.node).to.equal(honest.node);
    expect(plantedRun.nodeOwed).to.equal(honest.nodeOwed);
    expect([plantedRun.points, plantedRun.quality]).to.deep.equal([honest.points, honest.quality]);
    expect(plantedRun.stakes).to.deep.equal(honest.stakes);
    const jackpot = 10n * CXT;
    expect(plantedRun.verifiers.map((owed) => owed - jackpot)).to.deep.equal(honest.verifiers);
  });
});

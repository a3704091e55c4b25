// The court over the real review, market, committee, slasher and vault: what a ruling does to everybody.
import { expect } from "chai";

import { FEE, INCOHERENCE } from "./support/court.ts";
import {
  booksOf,
  burnedBy,
  claim,
  deployCrowdedCourt,
  deployRealCourt,
  DisputeStage,
  EXECUTION,
  passed,
  ruledFor,
  Ruling,
  stakeOf,
  type RealCourt,
} from "./support/real.ts";
import {
  CXT,
  DAY,
  decide,
  loadFixture,
  networkHelpers,
  RIGHT,
  Stage,
  STAKE,
  time,
  Verdict,
  workerOf,
  WRONG,
  type Worker,
} from "../support/review/suite.ts";
import { accepts, plantOf, rejects, Work, type Voter, type WorkOptions } from "../support/review/work.ts";

const BOND = 25n * CXT;
/** What the winner of a dispute that three jurors ruled on gets back. */
const WON = 2n * BOND - 3n * FEE;
const FEE_OF_FRAGMENT = 20n * CXT;
const PAID = (FEE_OF_FRAGMENT * 95n) / 100n;
const INVALID_RESULT = STAKE / 20n;
const INCOHERENT_VOTE = STAKE / 50n;
const MAX_DISPUTE = 9 * DAY;

async function judged(voter: Voter, result: string, options: WorkOptions = {}) {
  const suite = await loadFixture(deployRealCourt);
  const supply = await suite.token.totalSupply();
  const work = await Work.publish(suite, options);
  const worker = await work.judged(voter, 0, result);
  return { suite, supply, work, worker, seats: await seatsOf(suite, work) };
}

async function seatsOf(suite: RealCourt, work: Work): Promise<Worker[]> {
  const { caseId } = await work.review(0);
  return (await suite.committee.seatsOf(caseId)).map(({ verifier }) => workerOf(suite, verifier));
}

/** Settles the rounds, and checks that every contract has what it owes, and that CXT left by burning alone. */
async function expectBalanced(suite: RealCourt, works: readonly Work[], supply: bigint): Promise<void> {
  const { arbitration, stranger, token } = suite;
  for (let dispute = 1n; dispute <= (await arbitration.disputeCount()); dispute++) {
    const { settled } = await arbitration.panelOf(dispute, 0);
    if (!settled) await arbitration.connect(stranger).settleRound(dispute, 0);
  }
  const { owed, has, everybody } = await booksOf(suite, works);
  expect(has).to.deep.equal(owed);
  expect(await token.totalSupply()).to.equal(supply - (await burnedBy(suite)));
  expect(everybody).to.equal(await token.totalSupply());
}

async function expectUntouched(suite: RealCourt, seats: readonly Worker[]): Promise<void> {
  for (const { node } of seats) {
    expect(await stakeOf(suite, node)).to.deep.equal({ tokens: STAKE, held: 0n, slashed: 0n });
  }
}

async function expectSlashed(suite: RealCourt, nodes: readonly Worker[], amount: bigint): Promise<void> {
  for (const { node } of nodes) {
    expect(await stakeOf(suite, node)).to.deep.equal({ tokens: STAKE - amount, held: 0n, slashed: amount });
  }
}

async function expectReopened(suite: RealCourt, work: Work, without: Worker): Promise<void> {
  const { result, node } = await work.delivery(0);
  expect([result, node]).to.deep.equal([`0x${"0".repeat(64)}`, 0n]);
  expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(false);
  const cursor = await suite.work.cursorOf(work.id, 0);
  expect([cursor.node, cursor.missed]).to.deep.equal([0n, without.node]);
  const { stage, sittings } = await work.review(0);
  expect([stage, sittings]).to.deep.equal([Stage.None, 1n]);
}

// Arbitration.execute, over the real suite
// ├── given a wrong result that was rejected, and jurors who say so
// │   └── it slashes the node, reopens the fragment, lets verifiers alone and pays bonds and jurors
// ├── given a right result that was rejected, and jurors who say so
// │   └── it pays the node, and slashes whoever rejected it
// ├── given a wrong result that was accepted, and jurors who say so
// │   └── it slashes the node and whoever accepted it, and reopens the fragment
// ├── given a right result that the owner calls planted, and jurors who say so
// │   └── it pays the node, slashes nobody and keeps the jackpot
// ├── given a claim that nobody contested for a day
// │   └── it rules for the claimant, who gets its bond back
// └── given nobody executed it in nine days
//     ├── it reverts with ArbitrationTooLate(dispute, until, timestamp): the verdict stands
//     └── it does not reach the next result of the fragment
describe("Arbitration.execute, over the real suite", function () {
  it("slashes the node of a wrong result, reopens the fragment and lets verifiers alone", async function () {
    const { suite, supply, work, worker, seats } = await judged(rejects, WRONG);
    const { arbitration, owner, stranger, jurors } = suite;
    const { dispute, forRespondent, forClaimant } = await claim(suite, work, worker.signer);
    await ruledFor(suite, dispute, owner, Ruling.Respondent);
    await expect(
      arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION),
    ).to.be.revertedWithCustomError(arbitration, "ArbitrationWrongActions");
    await arbitration.connect(stranger).execute(dispute, forRespondent, EXECUTION);
    expect((await arbitration.disputeOf(dispute)).stage).to.equal(DisputeStage.Executed);
    await expect(arbitration.connect(stranger).execute(dispute, forRespondent, EXECUTION))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, DisputeStage.Executed);

    await expectReopened(suite, work, worker);
    await expectSlashed(suite, [worker], INVALID_RESULT);
    await expectUntouched(suite, seats);
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(owner)).to.equal(WON);
    expect(await arbitration.owedTo(worker.signer)).to.equal(0n);
    let fees = 0n;
    for (const juror of jurors) fees += await arbitration.owedTo(juror);
    expect(fees).to.equal(3n * FEE);
  });

  it("pays the node of a right result, and slashes whoever rejected it", async function () {
    const { suite, supply, work, worker, seats } = await judged(rejects, RIGHT);
    const { arbitration, owner, stranger } = suite;
    const { dispute, forClaimant } = await claim(suite, work, worker.signer);
    await ruledFor(suite, dispute, owner, Ruling.Claimant);
    await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);

    expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(PAID);
    await expectUntouched(suite, [worker]);
    await expectSlashed(suite, seats, INCOHERENT_VOTE);
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(worker.signer)).to.equal(WON);
    expect(await arbitration.owedTo(owner)).to.equal(0n);
  });

  it("slashes the node of a wrong result that was accepted, and whoever accepted it", async function () {
    const { suite, supply, work, worker, seats } = await judged(accepts, WRONG);
    const { arbitration, owner, stranger } = suite;
    const { dispute, forClaimant } = await claim(suite, work, owner);
    await ruledFor(suite, dispute, worker.signer, Ruling.Claimant);
    await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);

    await expectReopened(suite, work, worker);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(0n);
    await expectSlashed(suite, [worker], INVALID_RESULT);
    await expectSlashed(suite, seats, INCOHERENT_VOTE);
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(owner)).to.equal(WON);
  });

  it("voids a plant that is right: the node is paid, nobody is slashed, the jackpot stays", async function () {
    const plant = plantOf(0);
    const { suite, supply, work, worker, seats } = await judged(accepts, plant.result, { planted: [plant] });
    const { arbitration, owner, stranger } = suite;
    await work.reveal(plant);
    const [verifier] = seats as [Worker];
    const { dispute, forClaimant } = await claim(suite, work, verifier.signer);
    await ruledFor(suite, dispute, owner, Ruling.Claimant);
    await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);

    expect((await suite.work.resultOf(work.id, 0))[2]).to.equal(true);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(PAID);
    await expectUntouched(suite, [worker, ...seats]);
    expect((await suite.work.stateOf(work.id)).jackpots).to.equal(1n);
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(verifier.signer)).to.equal(WON);
  });

  it("rules for a claimant whom nobody contested for a day, and gives its bond back", async function () {
    const { suite, supply, work, worker, seats } = await judged(rejects, RIGHT);
    const { arbitration, stranger } = suite;
    const { dispute, forClaimant } = await claim(suite, work, worker.signer);
    await expect(arbitration.advance(dispute)).to.be.revertedWithCustomError(arbitration, "ArbitrationTooEarly");
    await passed(suite, dispute);
    await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);

    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(PAID);
    await expectSlashed(suite, seats, INCOHERENT_VOTE);
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(worker.signer)).to.equal(BOND);
  });

  it("leaves the verdict when nobody executes the ruling in nine days, and comes too late then", async function () {
    const { suite, supply, work, worker, seats } = await judged(rejects, RIGHT);
    const { arbitration, stranger, review } = suite;
    const { dispute, forClaimant } = await claim(suite, work, worker.signer);
    const { openedAt } = await arbitration.disputeOf(dispute);
    const until = openedAt + BigInt(MAX_DISPUTE);
    await passed(suite, dispute);
    await expect(review.connect(stranger).finalise(work.terms, 0)).to.be.revertedWithCustomError(
      review,
      "WorkReviewTooEarly",
    );
    await work.finalise();

    await expectReopened(suite, work, worker);
    await expectSlashed(suite, [worker], INVALID_RESULT);
    await expectUntouched(suite, seats);
    for (let attempt = 0n; attempt < 2n; attempt++) {
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
        .withArgs(dispute, until, now);
    }
    await expectBalanced(suite, [work], supply);
    expect(await arbitration.owedTo(worker.signer)).to.equal(BOND);
  });

  it("executes at the last second of its time", async function () {
    const { suite, work, worker } = await judged(rejects, RIGHT);
    const { arbitration, stranger } = suite;
    const { dispute, forClaimant } = await claim(suite, work, worker.signer);
    const { openedAt } = await arbitration.disputeOf(dispute);
    await passed(suite, dispute);
    await time.setNextBlockTimestamp(openedAt + BigInt(MAX_DISPUTE));
    await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);
    expect(await suite.workEscrow.owedTo(worker.payout)).to.equal(PAID);
  });

  it("keeps a ruling that was never executed from the next result of the fragment", async function () {
    const { suite, supply, work, worker } = await judged(rejects, WRONG);
    const { arbitration, owner, stranger } = suite;
    const old = await claim(suite, work, worker.signer);
    await passed(suite, old.dispute);
    await work.finalise();
    const next = await work.judged(rejects, 0, WRONG);
    const fresh = await claim(suite, work, next.signer);

    await expect(
      arbitration.connect(stranger).execute(old.dispute, old.forClaimant, EXECUTION),
    ).to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate");
    expect((await work.review(0)).stage).to.equal(Stage.Disputed);
    await ruledFor(suite, fresh.dispute, owner, Ruling.Respondent);
    await arbitration.connect(stranger).execute(fresh.dispute, fresh.forRespondent, EXECUTION);
    await expectSlashed(suite, [next], INVALID_RESULT);
    expect(await suite.workEscrow.owedTo(next.payout)).to.equal(0n);
    await expectBalanced(suite, [work], supply);
  });

  it("pays a juror who is a verifier of another case like any other", async function () {
    const suite = await loadFixture(deployRealCourt);
    const { arbitration, jurorPool, owner, workers } = suite;
    for (const { signer } of workers) await jurorPool.connect(signer).stake(1_000n * CXT);
    const supply = await suite.token.totalSupply();
    const work = await Work.publish(suite);
    const worker = await work.judged(rejects, 0, WRONG);
    const { dispute, forRespondent } = await claim(suite, work, worker.signer);
    await ruledFor({ ...suite, jurors: [...suite.jurors, ...workers.map(({ signer }) => signer)] }, dispute, owner, Ruling.Respondent);
    await arbitration.execute(dispute, forRespondent, EXECUTION);
    expect(await arbitration.jurorsOf(dispute, 0)).to.not.include(worker.signer.address);
    await expectBalanced(suite, [work], supply);
    expect(INCOHERENCE > FEE).to.equal(true);
  });
});

// Arbitration.draw, over the real suite
// └── given a node that takes the address of a juror as its payout address when it knows the entropy
//     └── it draws the same jurors
describe("Arbitration.draw, over the real suite", function () {
  it("draws the same jurors, whatever payout address the node takes when it knows the entropy (INV-ARB-4)", async function () {
    const { suite, work, worker } = await judged(rejects, WRONG);
    const { arbitration, nodeRegistry, owner, stranger } = suite;
    const { dispute } = await claim(suite, work, worker.signer);
    await arbitration.connect(owner).contest(dispute, `0x${"1".repeat(64)}`);
    const { ticket } = await arbitration.disputeOf(dispute);
    await decide(suite, ticket);
    const before = await networkHelpers.takeSnapshot();
    await arbitration.connect(stranger).draw(dispute);
    const jurors = await arbitration.jurorsOf(dispute, 0);
    expect(jurors).to.not.be.empty;
    await before.restore();

    await nodeRegistry.connect(worker.signer).setPayout(jurors[0] ?? owner);
    await arbitration.connect(stranger).draw(dispute);
    expect(await arbitration.jurorsOf(dispute, 0)).to.deep.equal(jurors);
  });
});

// Arbitration.execute, gas
// └── given fifteen verifiers who were all wrong
//     └── it needs less than it asks for, with a quarter to spare
describe("Arbitration.execute, gas", function () {
  it("rules on fifteen verifiers who were all wrong with what each action is given", async function () {
    this.timeout(180_000);
    const suite = await loadFixture(deployCrowdedCourt);
    const { arbitration, owner, stranger } = suite;
    const work = await Work.publish(suite, { verifiers: 15n });
    for (const [voter, result] of [
      [rejects, RIGHT],
      [accepts, WRONG],
    ] as const) {
      const fragment = result === RIGHT ? 0 : 1;
      const worker = await work.judged(voter, fragment, result);
      const { caseId, verdict } = await work.review(fragment);
      expect(verdict).to.equal(result === RIGHT ? Verdict.Rejected : Verdict.Accepted);
      expect(await suite.committee.seatsOf(caseId)).to.have.length(15);
      const claimant = result === RIGHT ? worker.signer : owner;
      const { dispute, forClaimant } = await claim(suite, work, claimant, fragment);
      await passed(suite, dispute);
      const tx = await arbitration.connect(stranger).execute(dispute, forClaimant, EXECUTION);
      const gas = (await tx.wait())?.gasUsed ?? 0n;
      if (process.env["COREX_GAS"] !== undefined) process.stdout.write(`      gas execute, 15 wrong: ${gas}\n`);
      expect((await arbitration.disputeOf(dispute)).stage).to.equal(DisputeStage.Executed);
      expect(gas).to.be.below(((await arbitration.GAS_NEEDED()) * 3n) / 4n);
    }
  });
});

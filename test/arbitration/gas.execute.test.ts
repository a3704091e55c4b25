// What the dearest rulings need, over the real review, market, committee, slasher and vault.
import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";
import {
  claim,
  deployCrowdedCourt,
  DisputeStage,
  EXECUTION,
  passed,
  ruledFor,
  Ruling,
  seatsOf,
  type RealCourt,
} from "./support/real.ts";
import { CXT, loadFixture, RIGHT, WRONG, type Worker } from "../support/review/suite.ts";
import { accepts, plantOf, rejects, Work } from "../support/review/work.ts";

const REMOVED = 5n;

// Arbitration.execute, gas
// ├── given fifteen verifiers who were all wrong
// │   └── it needs no more than two thirds of what an action is given
// └── given fifteen verifiers who approved a plant, their third violation, which removes them
//     └── it needs no more than two thirds of what an action is given
describe("Arbitration.execute, gas", function () {
  it("rules on fifteen verifiers who were all wrong with what each action is given", async function () {
    this.timeout(180_000);
    const suite = await loadFixture(deployCrowdedCourt);
    const work = await Work.publish(suite, { verifiers: 15n });
    for (const [fragment, voter, result] of [
      [0, rejects, RIGHT],
      [1, accepts, WRONG],
    ] as const) {
      const worker = await work.judged(voter, fragment, result);
      const { caseId } = await work.review(fragment);
      expect(await suite.committee.seatsOf(caseId)).to.have.length(15);
      const claimant = result === RIGHT ? worker.signer : suite.owner;
      const { dispute, forClaimant } = await claim(suite, work, claimant, fragment);
      await passed(suite, dispute);
      await expectEnoughGas(suite, work, fragment, result === RIGHT);
      await suite.arbitration.execute(dispute, forClaimant, EXECUTION);
      expect((await suite.arbitration.disputeOf(dispute)).stage).to.equal(DisputeStage.Executed);
    }
  });

  it("removes fifteen verifiers who approved a plant with what each action is given", async function () {
    this.timeout(180_000);
    const suite = await loadFixture(deployCrowdedCourt);
    const { accessManager, admin, arbitration, nodeRegistry, owner, slasher } = suite;
    const plant = plantOf(0);
    const work = await Work.publish(suite, { verifiers: 15n, planted: [plant], jackpot: 900n * CXT });
    await work.judged(accepts, 0, plant.result);
    await work.reveal(plant);
    const seats = await seatsOf(suite, work);
    await accessManager.grantRole(ROLES.JUDGE, admin, 0);
    const verdict = { offence: 3n, base: CXT, reporter: owner.address, reporterBond: 0n };
    for (const { node } of [...seats, ...seats]) await slasher.connect(admin).punish({ ...verdict, node });
    const [verifier] = seats as [Worker];
    const { dispute, forRespondent } = await claim(suite, work, verifier.signer);
    await ruledFor(suite, dispute, owner, Ruling.Respondent);

    await expectEnoughGas(suite, work, 0, false);
    await arbitration.execute(dispute, forRespondent, EXECUTION);
    for (const { node } of seats) expect(await nodeRegistry.statusOf(node)).to.equal(REMOVED);
    expect(await slasher.owedTo(owner)).to.be.above(0n);
  });
});

/** What ruling on a result needs while it runs, without what is given back at its end, is well below what an action is given. */
async function expectEnoughGas(suite: RealCourt, work: Work, fragment: number, right: boolean): Promise<void> {
  const { arbitration, arbiter, review } = suite;
  const needed = await review.connect(arbiter).rule.estimateGas(work.terms, fragment, right);
  if (process.env["COREX_GAS"] !== undefined) process.stdout.write(`      gas rule, 15 verifiers: ${needed}\n`);
  // As in `RulingActions`.
  const given = (((await arbitration.GAS_NEEDED()) - 100_000n) * 63n) / 64n;
  expect(needed).to.be.at.most((given * 2n) / 3n);
}

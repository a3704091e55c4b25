// FM-21: verifiers that cannot run the model vote no by default.
// Public case: Gonka #1525 (nodes without the model voted the result down).
// Guard: only verifiers that enrolled for the kind are drawn; who cannot tell abstains, which is never counted as a rejection.
import { expect } from "chai";

import {
  abstain,
  accept,
  conclude,
  deployCommittee,
  drawCase,
  ethers,
  Kind,
  loadFixture,
  nextPeriod,
  openCase,
  Outcome,
  reject,
  stakeOf,
  Truth,
} from "../committee/support/committee.ts";

// FM-21
// ├── a node that did not enrol for the kind is not drawn, also when it left in the period of the draw
// ├── abstentions are not rejections: two of five abstain, and the others decide
// ├── a majority of abstentions rejects nothing
// └── who abstained is not punished, whatever was true
describe("FM-21: abstaining is not rejecting, and only capable nodes are drawn", function () {
  it("draws none but those that verify the kind now", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, verifiers } = suite;
    const training = 1n << Kind.Training;
    for (const { signer } of verifiers.slice(5)) await committee.connect(signer).enrol(31n - training);
    await nextPeriod(suite);
    const [late] = verifiers;
    const caseId = await openCase(suite, { kind: Kind.Training, size: 15 });
    // Its weight is still in the draws of this period.
    await committee.connect(late?.signer).enrol(31n - training);
    await committee.draw(caseId);
    const drawn = (await committee.seatsOf(caseId)).map(({ verifier }) => verifier);
    const capable = verifiers.slice(1, 5).map(({ node }) => node);
    expect(drawn.length).to.be.at.least(3);
    for (const node of drawn) expect(capable).to.include(node);
    const { seats } = await drawCase(suite, { kind: Kind.Inference, size: 15 });
    expect(seats.length).to.be.above(4);
  });

  it("counts no abstention as a rejection", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const cases = [
      [[abstain, abstain, accept, accept, reject], Outcome.Accepted],
      [[abstain, abstain, accept, accept, accept], Outcome.Accepted],
      [[abstain, abstain, abstain, accept, accept], Outcome.Unverified],
      [[abstain, abstain, abstain, abstain, abstain], Outcome.Unverified],
    ] as const;
    for (const [says, outcome] of cases) {
      const { caseId } = await conclude(suite, says);
      expect((await committee.caseOf(caseId)).outcome).to.equal(outcome);
    }
  });

  it("punishes nobody for abstaining, whatever turned out to be true", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client } = suite;
    for (const truth of Object.values(Truth)) {
      const { caseId, seats } = await conclude(suite, [abstain, abstain, abstain]);
      await committee.connect(client).close(caseId, truth, ethers.ZeroAddress, 0);
      for (const { node } of seats) expect(await stakeOf(suite, node)).to.deep.include({ held: 0n, slashed: 0n });
    }
  });
});

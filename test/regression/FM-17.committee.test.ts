// FM-17: a lazy verifier votes with the crowd, unseen, or earns by silence.
// Public case: the verifier's dilemma of TrueBit.
// Guard: nothing can be committed once anything is revealed; silence costs more than the largest fee; a plant costs a tenth.
import { expect } from "chai";

import {
  abstain,
  accept,
  commitAs,
  conclude,
  CXT,
  deployCommittee,
  drawCase,
  ethers,
  HOLD,
  loadFixture,
  Phase,
  reject,
  revealAs,
  silent,
  stakeOf,
  time,
  Truth,
  Vote,
  VOTE_DURATION,
} from "../committee/support/committee.ts";

/** CXT wei: the largest fee for a verdict that a task may offer, and the least stake of a verifier. */
const MAX_VERIFIER_FEE = 50n * CXT;
const MIN_VERIFIER_STAKE = 10_000n * CXT;

// FM-17
// ├── after the first reveal nobody can commit any more
// ├── before the last commitment nobody can reveal, so there is nothing to copy
// ├── silence costs the least stake more than any allowed fee, with a commitment and without
// └── who accepted a plant without looking pays a fifth of its seats' worth of fees and more
describe("FM-17: nobody can copy the crowd, and silence never pays", function () {
  it("takes no commitment after the first reveal, and no reveal before the last commitment", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const { caseId, seats } = await drawCase(suite);
    const [first, second, lazy] = seats;
    if (first === undefined || second === undefined || lazy === undefined) throw new Error("too few were drawn");
    await commitAs(suite, caseId, first, accept);
    await commitAs(suite, caseId, second, accept);
    await expect(revealAs(suite, caseId, first, accept)).to.be.revertedWithCustomError(
      committee,
      "VerifierCommitteeTooEarly",
    );
    await time.increase(VOTE_DURATION);
    await revealAs(suite, caseId, first, accept);
    await expect(commitAs(suite, caseId, lazy, accept))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongPhase")
      .withArgs(caseId, Phase.Revealing);
    await expect(revealAs(suite, caseId, lazy, accept))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeNotCommitted")
      .withArgs(caseId, lazy.node);
  });

  it("takes more from the silent than any allowed fee gives", async function () {
    const suite = await loadFixture(deployCommittee);
    const { caseId, seats } = await conclude(suite, [accept, silent, silent]);
    for (const { node } of seats.slice(1)) {
      const { slashed } = await stakeOf(suite, node);
      const { stake } = (await suite.committee.seatsOf(caseId)).find(({ verifier }) => verifier === node) ?? {
        stake: 0n,
      };
      expect(slashed).to.equal(stake / 100n);
      expect((slashed * MIN_VERIFIER_STAKE) / stake).to.be.at.least(2n * MAX_VERIFIER_FEE);
    }
    const { judged, abstained } = await suite.committee.revealedOf(caseId);
    expect([judged.length, abstained.length]).to.deep.equal([1, 0]);
  });

  it("makes it no cheaper to seal a verdict and not to open it than to open it: nobody is silent for having seen the others", async function () {
    for (const truth of [Truth.Accepted, Truth.Rejected, Truth.Planted, Truth.Unknown]) {
      for (const opened of [accept, reject]) {
        const suite = await loadFixture(deployCommittee);
        const { committee, client } = suite;
        const { caseId, seats } = await conclude(suite, [{ ...opened, quiet: true }, opened, abstain]);
        const [sealed, open] = seats;
        if (sealed === undefined || open === undefined) throw new Error("too few were drawn");
        expect((await stakeOf(suite, sealed.node)).held).to.equal(HOLD);
        await committee.connect(client).close(caseId, truth, ethers.ZeroAddress, 0);
        const lost = await stakeOf(suite, sealed.node);
        expect(lost.slashed).to.be.at.least((await stakeOf(suite, open.node)).slashed);
        expect(lost.slashed).to.be.at.least(HOLD / 10n);
        expect(lost.held).to.equal(0n);
      }
    }
  });

  it("takes a tenth from who approved a plant unseen: twenty times the largest fee of the least stake", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client } = suite;
    const { caseId, seats } = await conclude(suite, [accept, accept, reject]);
    await committee.connect(client).close(caseId, Truth.Planted, ethers.ZeroAddress, 0);
    for (const [index, { node }] of seats.entries()) {
      const { stake, vote } = (await committee.seatsOf(caseId))[index] ?? { stake: 0n, vote: 0n };
      const { slashed } = await stakeOf(suite, node);
      expect(slashed).to.equal(vote === Vote.Accept ? stake / 10n : 0n);
    }
    expect(MIN_VERIFIER_STAKE / 10n).to.be.at.least(20n * MAX_VERIFIER_FEE);
  });
});

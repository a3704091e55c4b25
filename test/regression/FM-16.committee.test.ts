// FM-16: commitments are copied from the mempool.
// Public case: subtensor #1957 (a validator copied the commitment of another and revealed after it).
// Guard: the commitment binds chain, contract, case and node, so what another sealed can never be opened by its copier.
import { expect } from "chai";

import {
  accept,
  commitAs,
  deployCommittee,
  drawCase,
  ethers,
  loadFixture,
  Offence,
  revealAs,
  saltOf,
  time,
  Truth,
  Vote,
  VOTE_DURATION,
} from "../committee/support/committee.ts";

// FM-16
// ├── a copied commitment is taken, as any other 32 bytes, and cannot be revealed with what the copied one is revealed with
// ├── the same node's commitment of another case cannot be revealed in this one
// └── whoever copied is silent, and is punished for it as for the worst verdict
describe("FM-16: a commitment copied from another verifier cannot be revealed", function () {
  it("refuses what was copied, even with vote and salt of the copied, and punishes the copier", async function () {
    const suite = await loadFixture(deployCommittee);
    const { client, committee, slasher } = suite;
    const { caseId, seats } = await drawCase(suite);
    const [honest, copier, third] = seats;
    if (honest === undefined || copier === undefined || third === undefined) throw new Error("too few were drawn");
    await commitAs(suite, caseId, honest, accept);
    const copied = await committee.commitmentOf(caseId, honest.node, Vote.Accept, 0, saltOf(honest.node));
    await committee.connect(copier.signer).commit(caseId, copied);
    await commitAs(suite, caseId, third, accept);
    await revealAs(suite, caseId, honest, accept);
    await revealAs(suite, caseId, third, accept);
    const computed = await committee.commitmentOf(caseId, copier.node, Vote.Accept, 0, saltOf(honest.node));
    await expect(committee.connect(copier.signer).reveal(caseId, Vote.Accept, 0, saltOf(honest.node)))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongReveal")
      .withArgs(caseId, computed, copied);
    await time.increase(VOTE_DURATION);
    await committee.conclude(caseId);
    await expect(committee.connect(client).close(caseId, Truth.Accepted, ethers.ZeroAddress, 0)).to.emit(
      slasher,
      "Punished",
    );
    expect((await slasher.lastOffenceOf(copier.node)).offence).to.equal(Offence.IncoherentVote);
    expect((await committee.recordOf(copier.node)).silent).to.equal(1n);
    expect((await committee.recordOf(honest.node)).silent).to.equal(0n);
  });

  it("binds the case: a verdict sealed for one is nothing in another", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const first = await drawCase(suite, { size: 7 });
    const second = await drawCase(suite, { size: 7 });
    const both = first.seats.find((seat) => second.seats.includes(seat));
    if (both === undefined) throw new Error("seven and seven of nine have one in common");
    const { signer, node } = both;
    const sealed = await committee.commitmentOf(first.caseId, node, Vote.Accept, 0, saltOf(node));
    await committee.connect(signer).commit(second.caseId, sealed);
    await time.increase(VOTE_DURATION);
    await expect(revealAs(suite, second.caseId, both, accept))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongReveal")
      .withArgs(second.caseId, await committee.commitmentOf(second.caseId, node, Vote.Accept, 0, saltOf(node)), sealed);
  });
});

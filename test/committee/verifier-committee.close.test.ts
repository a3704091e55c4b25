import { expect } from "chai";

import {
  abstain,
  accept,
  conclude,
  CXT,
  deployCommittee,
  drawCase,
  ethers,
  HOLD,
  loadFixture,
  nextPeriod,
  Offence,
  openCase,
  Outcome,
  Phase,
  quiet,
  reject,
  silent,
  STAKE,
  stakeOf,
  Truth,
} from "./support/committee.ts";

const NOBODY = ethers.ZeroAddress;

// VerifierCommittee.close
// ├── when the caller lacks the role of the review: it reverts with AccessManagedUnauthorized(caller)
// ├── when another client closes it: it reverts with VerifierCommitteeNotClient(case, caller)
// ├── when it is not concluded, or closed already: it reverts with VerifierCommitteeWrongPhase(case, phase)
// ├── given the truth is Accepted: who rejected loses 2 % of the stake at the draw
// ├── given the truth is Rejected: who accepted loses 2 %
// ├── given the result was planted: who accepted loses 10 %, of which the reporter gets its part; who rejected caught it
// ├── given the truth is unknown: nobody is punished
// ├── abstainers are never punished, the silent not again
// ├── who sealed a verdict and did not open it loses what the worst verdict costs; 1 % when the truth is unknown
// └── everything that was held is let go, also of who left, was removed or slashed meanwhile
describe("VerifierCommittee.close", function () {
  describe("when the caller lacks the role of the review", function () {
    it("reverts with AccessManagedUnauthorized(caller)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, stranger } = suite;
      const { caseId } = await conclude(suite, [accept, accept, accept]);
      await expect(committee.connect(stranger).close(caseId, Truth.Accepted, NOBODY, 0))
        .to.be.revertedWithCustomError(committee, "AccessManagedUnauthorized")
        .withArgs(stranger);
    });
  });

  describe("when another client closes it", function () {
    it("reverts with VerifierCommitteeNotClient(case, caller)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, otherClient } = suite;
      const { caseId } = await conclude(suite, [accept, accept, accept]);
      await expect(committee.connect(otherClient).close(caseId, Truth.Accepted, NOBODY, 0))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeNotClient")
        .withArgs(caseId, otherClient);
    });
  });

  describe("when it is not concluded, or closed already", function () {
    it("reverts with VerifierCommitteeWrongPhase(case, phase)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, client } = suite;
      const { caseId: running } = await drawCase(suite);
      const { caseId: closed } = await conclude(suite, [accept, accept, accept]);
      await committee.connect(client).close(closed, Truth.Accepted, NOBODY, 0);
      for (const [id, phase] of [
        [running, Phase.Committing],
        [closed, Phase.Closed],
        [closed + 1n, Phase.None],
      ] as const) {
        await expect(committee.connect(client).close(id, Truth.Rejected, NOBODY, 0))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongPhase")
          .withArgs(id, phase);
      }
    });
  });

  const says = [accept, reject, abstain, accept, reject, silent, quiet];
  const expected = [
    ["Accepted", Truth.Accepted, [0n, 200n, 0n, 0n, 200n, 0n, 200n], [1, 0, 0, 1, 0], [0, 1, 0, 0, 1]],
    ["Rejected", Truth.Rejected, [200n, 0n, 0n, 200n, 0n, 0n, 200n], [0, 1, 0, 0, 1], [1, 0, 0, 1, 0]],
    ["Planted", Truth.Planted, [1_000n, 0n, 0n, 1_000n, 0n, 0n, 1_000n], [0, 1, 0, 0, 1], [1, 0, 0, 1, 0]],
    ["Unknown", Truth.Unknown, [0n, 0n, 0n, 0n, 0n, 0n, 100n], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
  ] as const;
  for (const [name, truth, costsBps, coherent, incoherent] of expected) {
    it(`given the truth is ${name}: takes what each verdict costs, lets all stake go and counts it`, async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, client } = suite;
      const { caseId, seats } = await conclude(suite, says);
      const before = await Promise.all(seats.map(async ({ node }) => stakeOf(suite, node)));
      await expect(committee.connect(client).close(caseId, truth, NOBODY, 0))
        .to.emit(committee, "CaseClosed")
        .withArgs(caseId, truth);
      for (const [index, { node }] of seats.entries()) {
        const cost = (STAKE * (costsBps[index] ?? 0n)) / 10_000n;
        const { tokens = 0n, slashed = 0n } = before[index] ?? {};
        expect(await stakeOf(suite, node)).to.deep.equal({ tokens: tokens - cost, held: 0n, slashed: slashed + cost });
        const isSilent = index >= 5;
        const planted = truth === Truth.Planted ? 1n : 0n;
        const right = BigInt(coherent[index] ?? 0);
        const wrong = BigInt(incoherent[index] ?? 0);
        const record = await committee.recordOf(node);
        expect([record.seats, record.revealed, record.abstained, record.silent]).to.deep.equal([
          1n,
          isSilent ? 0n : 1n,
          index === 2 ? 1n : 0n,
          isSilent ? 1n : 0n,
        ]);
        expect([record.coherent, record.incoherent, record.plantsCaught, record.plantsMissed]).to.deep.equal([
          right,
          wrong,
          planted * right,
          planted * wrong,
        ]);
      }
      for (const seat of await committee.seatsOf(caseId)) expect(seat.held).to.equal(0n);
    });
  }

  it("gives who proved a plant a fifth of what it cost, and never to who reports an honest error", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client, slasher, owner } = suite;
    const planted = await conclude(suite, [accept, reject, reject]);
    await committee.connect(client).close(planted.caseId, Truth.Planted, owner, 1_000n * CXT);
    expect(await slasher.owedTo(owner)).to.equal(STAKE / 10n / 5n);
    const wrong = await conclude(suite, [accept, reject, reject]);
    const closing = committee.connect(client).close(wrong.caseId, Truth.Rejected, owner, 1_000n * CXT);
    await expect(closing).to.emit(slasher, "Punished");
    expect(await slasher.owedTo(owner)).to.equal(STAKE / 10n / 5n);
    expect((await slasher.lastOffenceOf(wrong.seats[0]?.node ?? 0n)).offence).to.equal(Offence.IncoherentVote);
  });

  it("gives who proved a plant at most ten times what it risked, for all whom it proves wrong together", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client, slasher, owner } = suite;
    const { caseId } = await conclude(suite, [accept, accept, { ...accept, quiet: true }, reject, silent]);
    await committee.connect(client).close(caseId, Truth.Planted, owner, 30n * CXT);
    expect(await slasher.owedTo(owner)).to.equal(10n * 30n * CXT);
  });

  it("lets go what it held of who exited, was removed or lost most of its stake meanwhile", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client, nodeRegistry, vault, accessManager, admin } = suite;
    const { caseId, seats } = await conclude(suite, [reject, reject, reject]);
    const [exited, removed, poor] = seats;
    if (exited === undefined || removed === undefined || poor === undefined) throw new Error("too few were drawn");
    await nodeRegistry.connect(exited.signer).exit();
    await accessManager.grantRole(7n, admin, 0);
    await nodeRegistry.connect(admin).remove(removed.node);
    await accessManager.grantRole(11n, admin, 0);
    await vault.connect(admin).slash(poor.node, STAKE - 1n);
    expect((await stakeOf(suite, poor.node)).held).to.equal(HOLD);
    await committee.connect(client).close(caseId, Truth.Accepted, NOBODY, 0);
    for (const { node } of seats) expect((await stakeOf(suite, node)).held).to.equal(0n);
    expect((await stakeOf(suite, exited.node)).tokens).to.equal((STAKE * 98n) / 100n);
  });

  it("closes a case without seats", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client, verifiers } = suite;
    for (const { signer } of verifiers) await committee.connect(signer).enrol(0);
    await nextPeriod(suite);
    const caseId = await openCase(suite);
    await committee.draw(caseId);
    expect((await committee.caseOf(caseId)).outcome).to.equal(Outcome.Unverified);
    await expect(committee.connect(client).close(caseId, Truth.Unknown, NOBODY, 0))
      .to.emit(committee, "CaseClosed")
      .withArgs(caseId, Truth.Unknown);
  });
});

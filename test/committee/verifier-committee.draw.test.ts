import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";

import {
  ALL_KINDS,
  deployCommittee,
  drawCase,
  DRAW_WINDOW,
  ethers,
  HOLD,
  joinQualified,
  Kind,
  loadFixture,
  mine,
  networkHelpers,
  nextPeriod,
  openCase,
  Outcome,
  Phase,
  requestOf,
  STAKE,
  stakeOf,
  time,
  VERIFIERS,
  VOTE_DURATION,
} from "./support/committee.ts";

const bytes32 = (text: string) => ethers.encodeBytes32String(text);

// VerifierCommittee.open
// ├── when the caller lacks the role of the review: it reverts with AccessManagedUnauthorized(caller)
// ├── when size, duration or score lie outside their bounds: it reverts with VerifierCommitteeOutOfBounds(term, ...)
// ├── when the executor does not exist: it reverts with NodeRegistryUnknownNode(node)
// └── it stores the request, gives the next id and emits CaseOpened
describe("VerifierCommittee.open", function () {
  describe("when the caller lacks the role of the review", function () {
    it("reverts with AccessManagedUnauthorized(caller)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, stranger, admin } = suite;
      for (const caller of [stranger, admin]) {
        await expect(committee.connect(caller).open(requestOf(suite)))
          .to.be.revertedWithCustomError(committee, "AccessManagedUnauthorized")
          .withArgs(caller);
      }
    });
  });

  describe("when a part lies outside its bounds", function () {
    it("reverts with VerifierCommitteeOutOfBounds(term, value, minimum, maximum)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, client } = suite;
      const wrong = [
        [{ size: 1 }, "size", 1, 3, 15],
        [{ size: 4 }, "size", 4, 3, 15],
        [{ size: 17 }, "size", 17, 3, 15],
        [{ voteDuration: 599 }, "voteDuration", 599, 600, 43_200],
        [{ voteDuration: 43_201 }, "voteDuration", 43_201, 600, 43_200],
        [{ acceptScore: 1 }, "acceptScore", 1, 0, 0],
        [{ kind: Kind.Labelling, acceptScore: 0 }, "acceptScore", 0, 1, 100],
        [{ kind: Kind.Labelling, acceptScore: 101 }, "acceptScore", 101, 1, 100],
      ] as const;
      for (const [changes, term, value, minimum, maximum] of wrong) {
        await expect(committee.connect(client).open(requestOf(suite, changes)))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeOutOfBounds")
          .withArgs(bytes32(term), value, minimum, maximum);
      }
    });
  });

  describe("when the executor does not exist", function () {
    it("reverts with NodeRegistryUnknownNode(node)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, client, nodeRegistry } = suite;
      await expect(committee.connect(client).open(requestOf(suite, { executor: 99n })))
        .to.be.revertedWithCustomError(nodeRegistry, "NodeRegistryUnknownNode")
        .withArgs(99n);
    });
  });

  it("stores the request, gives the next id and emits CaseOpened, at both ends of the bounds", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client, executor, owner, scheduler } = suite;
    for (const [index, changes] of [
      { size: 3, voteDuration: 600 },
      { size: 15, voteDuration: 43_200, kind: Kind.Labelling, acceptScore: 100 },
    ].entries()) {
      const request = requestOf(suite, changes);
      const caseId = BigInt(index + 1);
      const opening = committee.connect(client).open(request);
      await expect(opening).to.emit(committee, "CaseOpened");
      const found = await committee.caseOf(caseId);
      expect([found.subject, found.kind, found.size, found.acceptScore, found.voteDuration]).to.deep.equal([
        request.subject,
        request.kind,
        BigInt(request.size),
        BigInt(request.acceptScore),
        BigInt(request.voteDuration),
      ]);
      expect([found.owner, found.executor, found.client, found.phase, found.outcome]).to.deep.equal([
        owner.address,
        executor.node,
        client.address,
        Phase.Drawing,
        Outcome.None,
      ]);
      const now = BigInt(await time.latest());
      expect([found.openedAt, found.deadline]).to.deep.equal([now, now + BigInt(DRAW_WINDOW)]);
      expect(found.ticket).to.be.above(BigInt(await time.latestBlock()));
      expect(found.ticket).to.be.at.most(await scheduler.nextTicket());
    }
    expect(await committee.caseCount()).to.equal(2n);
  });
});

// VerifierCommittee.draw
// ├── when the case does not wait for its draw: it reverts with VerifierCommitteeWrongPhase(case, phase)
// ├── when the entropy is not known: it reverts with VerifierCommitteeEntropyPending(case, ticket)
// ├── when the entropy expired: it requests it anew and emits CaseRenewed
// ├── when the window is over: it reverts with VerifierCommitteeTooLate(case, deadline, now)
// ├── given fewer verifiers than a committee needs: it concludes as Unverified and holds nothing
// ├── given fewer verifiers than asked for: those there are have seats
// ├── given verifiers that no longer qualify: none of them is drawn, and some leave the trees
// ├── given a verifier whose stake cannot be held: it is not drawn
// ├── the executor, its payout address, the owner: none of their nodes is drawn
// └── it draws different verifiers of the kind, holds a tenth of their stake and emits VerifiersDrawn
describe("VerifierCommittee.draw", function () {
  describe("when the case does not wait for its draw", function () {
    it("reverts with VerifierCommitteeWrongPhase(case, phase)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const { caseId } = await drawCase(suite);
      for (const [id, phase] of [
        [caseId, Phase.Committing],
        [caseId + 1n, Phase.None],
      ] as const) {
        await expect(committee.draw(id))
          .to.be.revertedWithCustomError(committee, "VerifierCommitteeWrongPhase")
          .withArgs(id, phase);
      }
    });
  });

  describe("when the entropy is not known", function () {
    it("reverts with VerifierCommitteeEntropyPending(case, ticket)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, client, entropy } = suite;
      const blocks = await entropy.periodBlocks();
      const tail = await entropy.tailBlocks();
      // So late in the period that the ticket lies in the next one.
      const number = BigInt(await time.latestBlock());
      await mine(Number(blocks - tail - (number % blocks)));
      await committee.connect(client).open(requestOf(suite));
      const { ticket } = await committee.caseOf(1n);
      await expect(committee.draw(1n))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeEntropyPending")
        .withArgs(1n, ticket);
    });
  });

  describe("when the entropy expired", function () {
    it("requests it anew, and the next draw is made with it", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, stranger } = suite;
      const caseId = await openCase(suite);
      const { ticket } = await committee.caseOf(caseId);
      await nextPeriod(suite);
      await expect(committee.connect(stranger).draw(caseId)).to.emit(committee, "CaseRenewed");
      const renewed = await committee.caseOf(caseId);
      expect(renewed.ticket).to.be.above(ticket);
      expect([renewed.phase, renewed.seats]).to.deep.equal([Phase.Drawing, 0n]);
      await mine(2);
      await committee.draw(caseId);
      expect((await committee.caseOf(caseId)).seats).to.equal(3n);
    });
  });

  describe("when the window is over", function () {
    it("reverts with VerifierCommitteeTooLate(case, deadline, now)", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee } = suite;
      const caseId = await openCase(suite);
      const { deadline } = await committee.caseOf(caseId);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(committee.draw(caseId))
        .to.be.revertedWithCustomError(committee, "VerifierCommitteeTooLate")
        .withArgs(caseId, deadline, deadline + 1n);
    });
  });

  describe("given fewer verifiers than a committee needs", function () {
    it("concludes as Unverified and holds nothing", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers } = suite;
      for (const { signer } of verifiers.slice(2)) await committee.connect(signer).enrol(0);
      await nextPeriod(suite);
      const caseId = await openCase(suite);
      await expect(committee.draw(caseId))
        .to.emit(committee, "CaseConcluded")
        .withArgs(caseId, Outcome.Unverified, 0, 0, 0);
      const { phase, seats } = await committee.caseOf(caseId);
      expect([phase, seats]).to.deep.equal([Phase.Concluded, 0n]);
      for (const { node } of verifiers) expect((await stakeOf(suite, node)).held).to.equal(0n);
    });

    it("does so of a kind that nobody verifies", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers } = suite;
      for (const { signer } of verifiers) await committee.connect(signer).enrol(ALL_KINDS - 16n);
      await nextPeriod(suite);
      const caseId = await openCase(suite, { kind: Kind.Training });
      await committee.draw(caseId);
      expect((await committee.caseOf(caseId)).outcome).to.equal(Outcome.Unverified);
    });
  });

  describe("given fewer verifiers than asked for", function () {
    it("gives seats to those there are", async function () {
      const suite = await loadFixture(deployCommittee);
      const { seats } = await drawCase(suite, { size: 15 });
      expect(seats.length).to.be.within(3, VERIFIERS);
      expect(new Set(seats).size).to.equal(seats.length);
    });
  });

  describe("given verifiers that no longer qualify", function () {
    it("draws none of them, and takes some out of the trees", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers, vault, nodeRegistry } = suite;
      const [leaver, gone] = verifiers;
      if (leaver === undefined || gone === undefined) throw new Error("too few verifiers");
      await nodeRegistry.connect(gone.signer).exit();
      await vault.connect(leaver.signer).startLeaving(leaver.node, 0);
      await nextPeriod(suite);
      const before = await committee.totalOf(Kind.Inference);
      const drawn = new Set<bigint>();
      for (let round = 0; round < 3; round++) {
        const { caseId, seats } = await drawCase(suite, { size: 5 });
        for (const { node } of seats) drawn.add(node);
        expect((await committee.caseOf(caseId)).seats).to.equal(5n);
      }
      expect([...drawn]).not.to.include.members([leaver.node]);
      expect([...drawn]).not.to.include.members([gone.node]);
      expect(await committee.totalOf(Kind.Inference)).to.be.below(before);
    });
  });

  describe("given a verifier whose stake cannot be held", function () {
    it("does not draw it", async function () {
      const suite = await loadFixture(deployCommittee);
      const { vault, verifiers, accessManager, admin } = suite;
      const [busy] = verifiers;
      if (busy === undefined) throw new Error("no verifier");
      await accessManager.grantRole(ROLES.LIABILITY, admin, 0);
      await vault.connect(admin).hold(busy.node, STAKE - HOLD + 1n);
      const { seats } = await drawCase(suite, { size: 15 });
      expect(seats.map(({ node }) => node)).not.to.include(busy.node);
      expect(seats.length).to.be.at.least(3);
    });
  });

  describe("given nodes of the executor, of its payout address and of the owner", function () {
    it("draws none of them, whatever payout address the executor takes later", async function () {
      const suite = await loadFixture(deployCommittee);
      const { committee, verifiers, nodeRegistry, executor, stranger } = suite;
      const [own, shared, owned] = verifiers;
      if (own === undefined || shared === undefined || owned === undefined) throw new Error("too few verifiers");
      await nodeRegistry.connect(shared.signer).setPayout(executor.payout);
      const first = await openCase(suite, { size: 15, owner: owned.signer });
      // Too late: the entropy is known.
      await nodeRegistry.connect(executor.signer).setPayout(stranger);
      await committee.draw(first);
      const nodes = (await committee.seatsOf(first)).map(({ verifier }) => verifier);
      expect(nodes).not.to.include(shared.node);
      expect(nodes).not.to.include(owned.node);
      const { seats } = await drawCase(suite, { size: 15, executor: own.node, owner: stranger });
      expect(seats.map(({ node }) => node)).not.to.include(own.node);
    });
  });

  it("draws different verifiers, holds a tenth of the stake of each and emits VerifiersDrawn", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, stranger, verifiers } = suite;
    const caseId = await openCase(suite, { size: 5 });
    const now = (await time.latest()) + 7;
    await time.setNextBlockTimestamp(now);
    const drawing = committee.connect(stranger).draw(caseId);
    await expect(drawing).to.emit(committee, "VerifiersDrawn");
    const seats = await committee.seatsOf(caseId);
    expect(new Set(seats.map(({ verifier }) => verifier)).size).to.equal(5);
    const seated = seats.map(({ verifier }) => verifier);
    await expect(drawing)
      .to.emit(committee, "VerifiersDrawn")
      .withArgs(caseId, seated, now + VOTE_DURATION);
    for (const { stake, held, vote, commitment } of seats) {
      expect([stake, held, vote, commitment]).to.deep.equal([STAKE, HOLD, 0n, ethers.ZeroHash]);
    }
    for (const { node } of verifiers) {
      expect((await stakeOf(suite, node)).held).to.equal(seated.includes(node) ? HOLD : 0n);
    }
    const { phase, deadline, seats: count } = await committee.caseOf(caseId);
    expect([phase, deadline, count]).to.deep.equal([Phase.Committing, BigInt(now + VOTE_DURATION), 5n]);
  });

  it("draws in proportion to the weights", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, signer, verifiers } = suite;
    // One verifier with five times the stake of the others: as many seats of three as the odds say.
    const rich = await joinQualified(suite, signer(6), signer(6), 5n * STAKE);
    await committee.connect(rich.signer).enrol(ALL_KINDS);
    for (const { signer: account } of verifiers.slice(5)) await committee.connect(account).enrol(0);
    await nextPeriod(suite);
    const [, weight] = await committee.verifierOf(rich.node);
    expect(weight).to.equal(100_000n * 63n);
    let hits = 0;
    for (let round = 0; round < 40; round++) {
      const snapshot = await networkHelpers.takeSnapshot();
      await mine(1 + (round % 20));
      const caseId = await openCase(suite, { subject: ethers.id(`result ${round}`) });
      await committee.draw(caseId);
      const seats = await committee.seatsOf(caseId);
      if (seats.some(({ verifier }) => verifier === rich.node)) hits++;
      await snapshot.restore();
    }
    // Five of ten in weight, of six: it has none of three seats with probability 1/2 x 4/9 x 3/8 = 1/12; were all alike, 1/2.
    expect(hits).to.be.above(27);
  });
});

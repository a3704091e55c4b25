import { expect } from "chai";

import { CXT, deployReview, Kind, loadFixture, Phase, Stage, time, Verdict, Vote } from "../support/review/suite.ts";
import { strangerEnds } from "../support/review/stranger.ts";
import { abstains, accepts, plantOf, rejects, silent, split, Work, type WorkOptions } from "../support/review/work.ts";

const PLANT = plantOf(0);
const HOUR = 3_600n;

/** Every way to a stage from where all go silent. */
const STAGES: readonly { readonly name: string; readonly options?: WorkOptions; to(work: Work): Promise<unknown> }[] = [
  { name: "submitted", to: async (work) => work.deliver() },
  { name: "submitted, one of a pair", options: { kind: Kind.Labelling }, to: async (work) => work.deliver() },
  { name: "spared", to: async (work) => work.spared() },
  {
    name: "spared and challenged",
    to: async (work) => {
      await work.spared();
      await work.suite.review.connect(work.suite.challenger).challenge(work.terms, 0);
    },
  },
  { name: "voting, nobody drawn", to: async (work) => work.audited() },
  {
    name: "voting, nobody committed",
    to: async (work) => {
      await work.audited();
      await work.draw();
    },
  },
  {
    name: "voting, all committed and nobody revealed",
    to: async (work) => {
      await work.audited();
      for (const { node, signer } of await work.draw()) {
        const { committee } = work.suite;
        const commitment = await committee.commitmentOf(1n, node, Vote.Accept, 0n, `0x${"1".repeat(64)}`);
        await committee.connect(signer).commit(1n, commitment);
      }
    },
  },
  {
    name: "voting, all revealed and nobody counted",
    to: async (work) => {
      await work.audited();
      await work.sit(accepts);
    },
  },
  {
    name: "voting a second time",
    to: async (work) => {
      await work.judged(silent);
      await work.suite.review.audit(work.terms, 0);
    },
  },
  { name: "accepted", to: async (work) => work.judged(accepts) },
  { name: "rejected", to: async (work) => work.judged(rejects) },
  {
    name: "not verified",
    to: async (work) => {
      await work.judged(silent);
      await work.suite.review.audit(work.terms, 0);
      await work.sit(abstains);
      await work.suite.review.decide(work.terms, 0);
    },
  },
  {
    name: "planted",
    to: async (work) => {
      await work.judged(split(1, accepts, rejects), 0, PLANT.result);
      await work.reveal(PLANT);
    },
  },
  {
    name: "disputed",
    to: async (work) => {
      await work.judged(accepts);
      await work.suite.review.connect(work.suite.arbiter).contest(work.terms, 0, work.suite.owner);
    },
  },
  {
    name: "disputed as a plant",
    to: async (work) => {
      await work.judged(accepts, 0, PLANT.result);
      await work.reveal(PLANT);
      const [seat] = await work.suite.committee.seatsOf(1n);
      const accepter = work.suite.workers.find(({ node }) => node === seat?.verifier);
      await work.suite.review.connect(work.suite.arbiter).contest(work.terms, 0, accepter?.signer ?? "");
    },
  },
];

// INV-REV-2: from every stage, a stranger alone ends the review
// ├── in bounded time, whoever is silent
// ├── so that nothing is held of any node any more
// └── and never as accepted where nobody said so
describe("WorkReview: with everybody silent (INV-REV-2)", function () {
  for (const { name, options = {}, to } of STAGES) {
    it(`ends what is ${name}`, async function () {
      const suite = await loadFixture(deployReview);
      const work = await Work.publish(suite, { planted: [PLANT], fragments: 2n, ...options });
      await to(work);
      const { stage, verdict } = await work.review();
      const took = BigInt(await strangerEnds(work));
      const { voteDuration, challengeDuration, fragmentDuration } = work.terms;
      const sittings = 2n * (6n * HOUR + 2n * voteDuration);
      const bound =
        stage === Stage.Disputed ? 9n * 24n * HOUR : fragmentDuration + voteDuration + sittings + challengeDuration;
      expect(took).to.be.at.most(bound + 60n);
      expect(await work.review()).to.include({ stage: Stage.None, verdict: Verdict.None, contestUntil: 0n });
      // Nothing is held: of no verifier, not of the node, nor as a bond of a challenger.
      for (const { node } of suite.workers) expect((await suite.vault.stakeDataOf(node)).held).to.equal(0n);
      const settled = await suite.work.queryFilter(suite.work.filters.FragmentSettled());
      const wasRight = verdict === Verdict.Accepted || stage === Stage.Planted || name.endsWith("counted");
      const mayBeSpared = name === "submitted";
      if (!mayBeSpared) expect(settled.length, "paid").to.equal(wasRight || name.includes("plant") ? 1 : 0);
    });
  }

  it("gives the owner its money, and the challenger its bond, with the nodes of a whole task silent", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { fragments: 4n });
    const before = (await suite.token.balanceOf(suite.owner)) + (await suite.workEscrow.heldFor(work.id));
    await work.spared(0);
    await suite.review.connect(suite.challenger).challenge(work.terms, 0);
    await work.audited(1);
    await work.deliver(2);
    await work.assign(3);
    await suite.work.connect(suite.owner).cancel(work.terms);
    for (const fragment of [0, 1]) await strangerEnds(work, fragment);
    if ((await work.delivery(2)).node !== 0n) await strangerEnds(work, 2);
    const { deadline } = await suite.work.cursorOf(work.id, 3);
    if (deadline >= BigInt(await time.latest())) await time.increaseTo(deadline + 1n);
    await suite.work.connect(suite.stranger).reassign(work.terms, 3);
    expect(await suite.workEscrow.heldFor(work.id)).to.equal(0n);
    expect(await suite.workEscrow.owedTo(suite.challenger)).to.equal(10n * CXT);
    const paid = (await suite.work.queryFilter(suite.work.filters.FragmentSettled())).length;
    const refunded = (await suite.token.balanceOf(suite.owner)) + (await suite.workEscrow.owedTo(suite.owner));
    // Nothing is lost but the fee of what was paid, and the protocol fee of the missed fragment.
    const fee = work.terms.feePerFragment;
    expect(before - refunded).to.be.at.most(BigInt(paid) * fee + fee / 10n);
  });

  it("leaves no case open behind", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite);
    await work.judged(split(1, accepts, silent));
    await strangerEnds(work);
    const cases = await suite.committee.caseCount();
    for (let caseId = 1n; caseId <= cases; caseId++) {
      expect((await suite.committee.caseOf(caseId)).phase).to.equal(Phase.Closed);
    }
  });
});

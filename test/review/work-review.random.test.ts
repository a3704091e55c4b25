import { expect } from "chai";

import { deployReview, loadFixture, Stage, wake } from "../support/review/suite.ts";
import { ReviewWalk } from "../support/review/walk.ts";

/** Calls of one walk, and seeds of the walks; `COREX_DEEP=1` goes further. */
const STEPS = process.env["COREX_DEEP"] === undefined ? 240 : 4_000;
const SEEDS = [1, 2, 3];

/** What must hold after every call, of every fragment. */
async function check({ suite, tasks }: ReviewWalk): Promise<void> {
  const { work: market, workEscrow } = suite;
  for (const work of tasks) {
    const filters = market.filters;
    const submitted = await market.queryFilter(filters.ResultSubmitted(work.id));
    const settled = await market.queryFilter(filters.FragmentSettled(work.id));
    const rejected = await market.queryFilter(filters.ResultRejected(work.id));
    const finalised = await suite.review.queryFilter(suite.review.filters.Finalised(work.id));
    const paid = await market.queryFilter(filters.VerifiersPaid(work.id));
    let open = 0;
    for (let fragment = 0; fragment < Number(work.terms.fragments); fragment++) {
      const { node } = await work.delivery(fragment);
      const { stage, sittings } = await work.review(fragment);
      if (node === 0n) expect(stage, "a review of nothing").to.equal(Stage.None);
      else open++;
      // INV-REV-4
      expect(sittings).to.be.at.most(2n);
      const spent = paid.filter(({ args }) => Number(args.fragment) === fragment);
      const sum = spent.reduce((total, { args }) => total + args.paid, 0n);
      expect(sum).to.be.at.most(2n * work.terms.verifiers * work.terms.feePerVerifier);
      expect(spent.length).to.be.at.most(2);
    }
    // INV-REV-1: every result that is gone had exactly one end.
    expect(settled.length + rejected.length).to.equal(submitted.length - open);
    expect(finalised.length).to.equal(submitted.length - open);
    const ends = finalised.map(({ args }) => args.accepted || args.planted);
    expect(ends.filter(Boolean).length).to.equal(settled.length);
  }
  expect(await workEscrow.recordedTotal()).to.equal(await suite.token.balanceOf(workEscrow));
}

// Any order of calls by anyone
// ├── INV-REV-1: every result ends once
// ├── INV-REV-4: never more than two committees, nor more than what is reserved for them
// └── INV-REV-2: from wherever the calls ended, a stranger ends what is open, and nothing is held any more
describe("WorkReview: random calls", function () {
  for (const seed of SEEDS) {
    it(`keeps INV-REV-1, INV-REV-2 and INV-REV-4 in walk ${seed}`, async function () {
      const suite = await loadFixture(deployReview);
      const walk = await ReviewWalk.start(suite, seed);
      for (let step = 0; step < STEPS; step++) {
        await walk.step();
        if (step % 60 === 59) await check(walk);
      }
      await wake(suite);
      await walk.end();
      await check(walk);
      const cases = await suite.committee.caseCount();
      for (let caseId = 1n; caseId <= cases; caseId++) {
        expect((await suite.committee.caseOf(caseId)).phase, `case ${caseId}`).to.equal(5n);
      }
      for (const { node } of suite.workers) expect((await suite.vault.stakeDataOf(node)).held).to.equal(0n);
      expect(walk.done.get("submit") ?? 0).to.be.above(5);
      expect(walk.refused.size).to.be.above(5);
      reached.push(...walk.done.keys());
    });
  }

  it("reached every transition", function () {
    const names = [
      "audit",
      "sit",
      "decide",
      "challenge",
      "approve",
      "concede",
      "reveal",
      "contest",
      "rule",
      "finalise",
    ];
    expect(names.filter((name) => !reached.includes(name))).to.deep.equal([]);
  });

  const reached: string[] = [];
});

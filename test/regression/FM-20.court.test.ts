// FM-20: credit for work that was already invalidated.
// Public case: Gonka #829 (a result counted after it had been thrown out).
// Guard: a result goes before the court only while its review lets it, a dispute has one final ruling, and each of its actions
// succeeds at most once.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { EVIDENCE, Ruling, Stage, deployCourt, ruled } from "../arbitration/support/court.ts";

describe("FM-20: a result is ruled on once", function () {
  it("takes no second dispute about a result that was ruled on, and executes no second time", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, review, terms } = suite;
    const { dispute, forClaimant, forRespondent } = await ruled(suite, Ruling.Respondent);
    await expect(arbitration.execute(dispute, forClaimant)).to.be.revertedWithCustomError(
      arbitration,
      "ArbitrationWrongActions",
    );
    await arbitration.execute(dispute, forRespondent);
    for (const actions of [forClaimant, forRespondent]) {
      await expect(arbitration.execute(dispute, actions))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
        .withArgs(dispute, Stage.Executed);
    }
    await expect(arbitration.connect(claimant).claimResult(terms, 0, EVIDENCE)).to.be.revertedWithCustomError(
      review,
      "NotContestable",
    );
    expect(((await review.getFunction("given")()) as unknown[]).length).to.equal(1);
  });
});

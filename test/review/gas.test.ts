import { expect } from "chai";

import { deployReview, loadFixture, RIGHT, WRONG } from "../support/review/suite.ts";
import { accepts, plantOf, rejects, split, Work } from "../support/review/work.ts";
import { gasOf } from "../support/gas.ts";

/** What the moves of a review may cost. */
const BOUNDS = {
  spare: 100_000n,
  open: 290_000n,
  // Conclusion, fees, reputation and points of each verifier.
  decide: 600_000n,
  decidePerVerifier: 95_000n,
  finaliseSpared: 400_000n,
  finaliseAccepted: 410_000n,
  finalisePerVerifier: 18_000n,
  finaliseRejected: 770_000n,
  challenge: 210_000n,
  reveal: 110_000n,
} as const;
const PRINT = process.env["COREX_GAS"] !== undefined;

// Gas of whole transactions of the review. COREX_GAS=1 prints every figure.
describe("Gas of the review", function () {
  it("spares, challenges and ends what no verifier looked at within bounds", async function () {
    const suite = await loadFixture(deployReview);
    const { review, challenger } = suite;
    const work = await Work.publish(suite, { fragments: 4n });
    await work.spared(0);
    await work.deliver(1, RIGHT, "spared");
    expect(await gasOf("audit, spared", review.audit(work.terms, 1))).to.be.below(BOUNDS.spare);
    expect(await gasOf("challenge", review.connect(challenger).challenge(work.terms, 1))).to.be.below(BOUNDS.challenge);
    await work.windowOver(0);
    expect(await gasOf("finalise, spared", review.finalise(work.terms, 0))).to.be.below(BOUNDS.finaliseSpared);
  });

  it("costs so much a verifier, and little beside", async function () {
    const decided: bigint[] = [];
    const final: bigint[] = [];
    for (const verifiers of [3n, 5n, 7n]) {
      const suite = await loadFixture(deployReview);
      const { review } = suite;
      const work = await Work.publish(suite, { verifiers });
      await work.deliver(0, RIGHT, "audited");
      const opened = await gasOf(`audit, a case of ${verifiers}`, review.audit(work.terms, 0));
      expect(opened).to.be.below(BOUNDS.open);
      await work.sit(accepts);
      decided.push(await gasOf(`decide, ${verifiers} verifiers`, review.decide(work.terms, 0)));
      await work.windowOver();
      final.push(await gasOf(`finalise, accepted, ${verifiers} verifiers`, review.finalise(work.terms, 0)));
    }
    const perVerifier = (costs: readonly bigint[]): bigint => ((costs[2] ?? 0n) - (costs[0] ?? 0n)) / 4n;
    if (PRINT) process.stdout.write(`      gas per verifier: ${perVerifier(decided)} + ${perVerifier(final)}\n`);
    expect(decided[0]).to.be.below(BOUNDS.decide);
    expect(final[0]).to.be.below(BOUNDS.finaliseAccepted);
    expect(perVerifier(decided)).to.be.below(BOUNDS.decidePerVerifier);
    expect(perVerifier(final)).to.be.below(BOUNDS.finalisePerVerifier);
  });

  it("rejects, and reveals a plant, within bounds", async function () {
    const suite = await loadFixture(deployReview);
    const plant = plantOf(1);
    const work = await Work.publish(suite, { planted: [plant] });
    await work.judged(split(2, rejects, accepts), 0, WRONG);
    await work.windowOver();
    const rejected = await gasOf("finalise, rejected, 3 verifiers", suite.review.finalise(work.terms, 0));
    expect(rejected).to.be.below(BOUNDS.finaliseRejected);
    await work.judged(rejects, 1, plant.result);
    expect(await gasOf("revealPlant", work.reveal(plant))).to.be.below(BOUNDS.reveal);
    await work.windowOver(1);
    expect(await gasOf("finalise, plant, 3 verifiers", suite.review.finalise(work.terms, 1))).to.be.below(
      BOUNDS.finaliseRejected,
    );
  });
});

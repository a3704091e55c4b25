// FM-02: the unbonding period can be set to nothing.
// Public case: gravity audit #207 (a parameter without a lower bound let stake leave at once).
// Guard: the longest way of a result from its submission to its punishment is shorter than the shortest period of stake. Every part
// of it is a constant.
import { expect } from "chai";
import { encodeBytes32String } from "ethers";

import { deployReview, loadFixture } from "../support/review/suite.ts";
import { Work } from "../support/review/work.ts";

const HOUR = 3_600n;
const DAY = 24n * HOUR;

/** Longest time in which a verdict, or a result that was not audited, can be contested. */
const MAX_CHALLENGE_DURATION = DAY;

// FM-02
// ├── no terms have longer times than the constants say
// └── the times of the longest way add up to less than the shortest period
describe("FM-02: a result is judged before the stake behind it can leave", function () {
  it("bounds every time of the terms", async function () {
    const suite = await loadFixture(deployReview);
    const longest = { voteDuration: 12n * HOUR, challengeDuration: MAX_CHALLENGE_DURATION };
    for (const [term, longer, minimum] of [
      ["voteDuration", longest.voteDuration + 1n, 600n],
      ["challengeDuration", longest.challengeDuration + 1n, HOUR],
    ] as const) {
      const work = await Work.create(suite, { ...longest, [term]: longer });
      await expect(suite.work.connect(suite.owner).publish(work.terms))
        .to.be.revertedWithCustomError(suite.work, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String(term), longer, minimum, longer - 1n);
    }
    await Work.publish(suite, longest);
  });

  it("adds up to less than the shortest period", async function () {
    const { review, committee, vault } = await loadFixture(deployReview);
    const sittings = 2n * ((await committee.DRAW_WINDOW()) + 2n * (await committee.MAX_VOTE_DURATION()));
    expect(sittings).to.equal(60n * HOUR);
    // One of a pair waits a day for the other, and is always audited; what is spared can be challenged for a day instead.
    const beforeSittings = DAY;
    const longest = beforeSittings + sittings + MAX_CHALLENGE_DURATION + (await review.MAX_DISPUTE());
    expect(longest).to.equal(13n * DAY + 12n * HOUR);
    expect(longest).to.be.below(await vault.MIN_PERIOD());
  });
});

// FM-02: the unbonding period can be set to nothing.
// Public case: gravity audit #207 (a parameter without a lower bound let stake leave at once).
// Guard: the windows of the court are constants without a setter, and the longest way of a result from its submission through
// two sittings, the time to contest and the longest dispute is shorter than the shortest unbonding period.
import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { DAY, HOUR, deployCourt } from "../arbitration/support/court.ts";

/** A sitting of verifiers: six hours to draw, twelve to commit, twelve to reveal. */
const SITTING = 30n * HOUR;

/** Longest time to contest a verdict. */
const CONTEST = 3n * DAY;

describe("FM-02: stake outlives every dispute about it", function () {
  it("adds up to less than the shortest unbonding period", async function () {
    const { arbitration, vault } = await loadFixture(deployCourt);
    const longest = 2n * SITTING + CONTEST + (await arbitration.MAX_DURATION());
    expect(longest < (await vault.MIN_PERIOD())).to.equal(true);
  });

  it("has no function that sets a time, a fee or a penalty", async function () {
    const { arbitration, jurorPool: pool } = await loadFixture(deployCourt);
    const changing = (contract: typeof arbitration | typeof pool) => {
      const names: string[] = [];
      contract.interface.forEachFunction(({ name, constant }) => {
        if (!constant) names.push(name);
      });
      return names.toSorted();
    };
    expect(changing(arbitration)).to.deep.equal([
      ...["advance", "claimBenchmark", "claimDuplicate", "claimResult", "commit", "contest", "draw", "execute"],
      ...["fundAppeal", "reveal", "settleRound", "submitEvidence", "withdraw"],
    ]);
    expect(changing(pool)).to.deep.equal(["draw", "settle", "stake", "startLeaving", "withdraw"]);
  });
});

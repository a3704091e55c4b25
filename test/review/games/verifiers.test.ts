import { expect } from "chai";
import { id } from "ethers";

import { CXT, deployNewcomers, deployReview, loadFixture, RIGHT, wake, WRONG } from "../../support/review/suite.ts";
import { earnedBy, groupOf, groupsOf, play, printTable } from "../../support/review/game.ts";
import { accepts, plantOf, rejects, silent, Work, type Plant, type Voter } from "../../support/review/work.ts";

// Who judges the work
// ├── a third of all verifiers that accepts what its own nodes submit loses, and the others earn
// ├── a silent majority pays for its silence, loses no result for good, and leaves the others their fees
// └── verifiers who accept without a look lose by the plants
describe("Games of verifiers", function () {
  it("is not worth it for a third of them to accept each other's results", async function () {
    const suite = await loadFixture(deployReview);
    const groups = groupsOf(suite, [
      ["judges", 0, 8],
      ["colludes", 8, 12],
    ]);
    const colludes = (node: bigint): boolean => groupOf(groups, node) === "colludes";
    const work = await Work.publish(suite, { fragments: 32n });
    const voterOf = (result: string): Voter => {
      if (result === RIGHT) return accepts;
      return (node, seat) => (colludes(node) ? accepts : rejects)(node, seat);
    };
    // An owner that gets a wrong result for its money says so before the court.
    await play(work, ({ node }) => (colludes(node) ? WRONG : RIGHT), voterOf, true);
    const rows = await earnedBy(suite, groups);
    printTable("colluding third", rows);
    const [honest, colluding] = rows;
    expect(honest?.profit).to.be.above(0);
    expect(honest?.slashed).to.equal(0);
    expect(colluding?.profit).to.be.below(0);
  });

  it("is not worth it to be silent, even for most of them", async function () {
    const suite = await loadFixture(deployNewcomers);
    const groups = groupsOf(suite, [
      ["judges", 0, 5],
      ["is silent", 5, 12],
    ]);
    const work = await Work.publish(suite, { fragments: 16n });
    // Nodes whose right results nobody verified take them to the court.
    await play(
      work,
      () => RIGHT,
      () => (node, seat) => (groupOf(groups, node) === "judges" ? accepts : silent)(node, seat),
      true,
    );
    const rows = await earnedBy(suite, groups);
    printTable("silent majority", rows);
    const [judging, quiet] = rows;
    expect(judging?.profit).to.be.above(0);
    expect(judging?.slashed).to.equal(0);
    expect(quiet?.slashed).to.be.above(0);
    expect(judging?.profit).to.be.above(quiet?.profit ?? Infinity);
    // Every result was right, and in the end every one is paid.
    const settled = await suite.work.queryFilter(suite.work.filters.FragmentSettled(work.id));
    expect(settled).to.have.lengthOf(16);
  });

  it("is not worth it to accept without a look", async function () {
    const suite = await loadFixture(deployReview);
    const groups = groupsOf(suite, [
      ["judges", 0, 6],
      ["accepts all", 6, 12],
    ]);
    const plants: Plant[] = Array.from({ length: 12 }, (_, fragment) => plantOf(fragment));
    const work = await Work.publish(suite, { fragments: 12n, planted: plants, jackpot: 60n * CXT });
    for (const plant of plants) {
      // Every second result is the planted one; the others are right.
      const planted = plant.fragment % 2 === 0;
      const voter: Voter = (node, seat) =>
        (planted && groupOf(groups, node) === "judges" ? rejects : accepts)(node, seat);
      await work.judged(voter, plant.fragment, planted ? plant.result : id(`right ${plant.fragment}`));
      if (planted) await work.reveal(plant);
      await work.finalise(plant.fragment);
      await wake(suite);
    }
    const rows = await earnedBy(suite, groups);
    printTable("accepted unseen", rows);
    const [judging, blind] = rows;
    expect(judging?.profit).to.be.above(0);
    expect(judging?.slashed).to.equal(0);
    expect(blind?.profit).to.be.below(0);
  });
});

import { expect } from "chai";
import { id } from "ethers";

import { deployNewcomers, deployReview, Kind, loadFixture, RIGHT, time, Vote } from "../../support/review/suite.ts";
import { earnedBy, groupOf, groupsOf, play, printTable, reviewed } from "../../support/review/game.ts";
import { accepts, rejects, Work, type Voter } from "../../support/review/work.ts";

const FRAGMENTS = 30;

/** Verifiers who do the work again. */
const honestly = (result: string): Voter => (result === RIGHT ? accepts : rejects);

// Who does the work
// ├── honest nodes earn most; nodes that submit anything lose more than chance spares them
// └── of labels by two nodes, the one that copies the other loses
describe("Games of nodes", function () {
  it("is not worth it to submit anything and hope for chance", async function () {
    const suite = await loadFixture(deployNewcomers);
    const groups = groupsOf(suite, [
      ["does the work", 0, 6],
      ["submits anything", 6, 12],
    ]);
    const work = await Work.publish(suite, { fragments: BigInt(FRAGMENTS) });
    await play(
      work,
      ({ node }, fragment) => (groupOf(groups, node) === "does the work" ? RIGHT : id(`anything ${fragment}`)),
      honestly,
      false,
    );
    const rows = await earnedBy(suite, groups);
    printTable("lazy nodes", rows);
    const [honest, lazy] = rows;
    expect(honest?.profit).to.be.above(0);
    expect(honest?.slashed).to.equal(0);
    expect(lazy?.profit).to.be.below(0);
  });

  it("is not worth it to copy the labels of the other node", async function () {
    const suite = await loadFixture(deployReview);
    const groups = groupsOf(suite, [
      ["labels", 0, 3],
      ["copies", 3, 12],
    ]);
    const work = await Work.publish(suite, { kind: Kind.Labelling, fragments: 20n });
    const submitted: string[] = [];
    const copies = new Set<number>();
    for (let first = 0; first < 20; first += 2) {
      for (const fragment of [first, first + 1]) {
        const { node } = await work.assign(fragment);
        const other = submitted[first];
        const copied = fragment !== first && other !== undefined && groupOf(groups, node) === "copies";
        if (copied) copies.add(fragment);
        submitted[fragment] = copied ? other : id(`labels ${fragment} of ${node}`);
        await work.submit(fragment, submitted[fragment] ?? "");
      }
      // Verifiers see both results, and which of two that are the same came later.
      const voter = (_: string, fragment: number): Voter =>
        copies.has(fragment)
          ? () => ({ vote: Vote.Reject, score: 0n })
          : (node) => ({ vote: Vote.Accept, score: 88n + (node % 5n) });
      for (const fragment of [first, first + 1]) await reviewed(work, voter, false, fragment);
      await time.increase(60);
    }
    expect(copies.size).to.be.above(0);
    const rows = await earnedBy(suite, groups);
    printTable("copied labels", rows);
    const [honest, copying] = rows;
    expect(honest?.profit).to.be.above(0);
    expect(honest?.slashed).to.equal(0);
    expect(copying?.profit).to.be.below(0);
  });
});

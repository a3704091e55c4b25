import { expect } from "chai";
import { id } from "ethers";

import type { Contribution } from "../../packages/sdk/src/models/contribution-tree.ts";
import { hashOf } from "../support/market/hashes.ts";
import { ethers, loadFixture, time } from "../support/market/suite.ts";
import { at, BOND, trainedRounds, type Trained } from "./support/trained.ts";

const LIST = "tuple(uint32 node, uint64 fragments)[]";

/** A list of the same sum in which the first node has a fragment of the last. */
function shifted(list: readonly Contribution[]): Contribution[] {
  const last = list.length - 1;
  return list.map(({ node, fragments }, index) => ({
    node,
    fragments: fragments + (index === 0 ? 1n : index === last ? -1n : 0n),
  }));
}

/** A posted list that is wrong about its first and last node, and the true one. */
async function posted() {
  const trained = await loadFixture(trainedRounds);
  const { contributions, owner, model, list } = trained;
  const wrong = shifted(list).filter(({ fragments }) => fragments !== 0n);
  await contributions.connect(owner).post(model, wrong);
  return { ...trained, wrong };
}

async function count({ contributions, stranger, model, records }: Trained, node: bigint): Promise<void> {
  await contributions.connect(stranger).countRounds(model, node, 0, records);
}

// ModelContributions.countRounds
// ├── when the records do not follow those shown
// │   └── it reverts with ModelContributionsWrongPosition(position, expected)
// ├── when records are wrong, missing or moved
// │   └── nothing is proved, and position 0 starts anew
// └── what is shown to the end is proved, page by page, for who showed it
describe("ModelContributions.countRounds", function () {
  it("prove the fragments of each node of rounds, in one page or many, and those of nobody", async function () {
    const { contributions, rounds, task, stranger, owner, model, records, list } = await loadFixture(trainedRounds);
    const asStranger = contributions.connect(stranger);
    for (const { node, fragments } of [...list, { node: 77n, fragments: 0n }]) {
      const call = asStranger.countRounds(model, node, 0, records);
      const all = [await rounds.transcriptOf(task.id), 9n, fragments, 0n, 0n, true];
      await expect(call).to.emit(contributions, "FragmentsCounted").withArgs(model, node, stranger, all);
      expect(await contributions.countOf(model, node, stranger)).to.deep.equal(all);
      // Page by page.
      for (let position = 0; position < records.length; position += 2) {
        expect((await contributions.countOf(model, node, owner)).complete).to.equal(false);
        const page = records.slice(position, position + 2);
        await contributions.connect(owner).countRounds(model, node, position, page);
      }
      expect(await contributions.countOf(model, node, owner)).to.deep.equal(all);
    }
  });

  it("prove nothing from records that are not those of the market, and start anew at 0", async function () {
    const { contributions, stranger, model, records, list } = await loadFixture(trainedRounds);
    const { node, fragments } = at(list, 0);
    const asStranger = contributions.connect(stranger);
    const own = { ...at(records, 0), node };
    for (const forged of [
      records.slice(1),
      records.slice(0, -1),
      records.toReversed(),
      [...records, own],
      records.map((record) => ({ ...record, node })),
      Array.from({ length: 40 }, () => own),
      [],
    ]) {
      await asStranger.countRounds(model, node, 0, forged);
      const { counted, complete } = await contributions.countOf(model, node, stranger);
      expect([counted, complete]).to.deep.equal([0n, false]);
    }
    await asStranger.countRounds(model, node, 0, records.slice(0, 4));
    for (const position of [3n, 5n, 2n ** 256n - 1n]) {
      await expect(asStranger.countRounds(model, node, position, records.slice(4)))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongPosition")
        .withArgs(position, 4n);
    }
    await asStranger.countRounds(model, node, 4, records.slice(4));
    expect((await contributions.countOf(model, node, stranger)).counted).to.equal(fragments);
    // Nothing follows the end, not even nothing.
    for (const more of [[own], []]) {
      await expect(asStranger.countRounds(model, node, 9, more))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongPosition")
        .withArgs(9n, 0n);
    }
    expect((await contributions.countOf(model, node, stranger)).complete).to.equal(true);
  });
});

// ModelContributions.refute
// ├── given no list is posted
// │   └── it reverts with ModelContributionsNotPosted(model)
// ├── given the list is final
// │   └── it reverts with ModelContributionsFinal(model, finalAt, timestamp)
// ├── when the list is not the posted one
// │   └── it reverts with ModelContributionsWrongList(model, given, posted)
// ├── when the caller's own count does not contradict the list: none, incomplete, or equal
// │   └── it reverts with ModelContributionsHolds(model, node, posted, counted, complete)
// └── when the list has too many, too few, misses a node, or invents one
//     └── it removes the list, sends half of the bond to the caller, and the owner can post again (INV-CON-3)
describe("ModelContributions.refute", function () {
  it("reverts without a list, for another list, and too late", async function () {
    const trained = await posted();
    const { contributions, stranger, model, list, wrong } = trained;
    const { node } = at(list, 0);
    await count(trained, node);
    const asStranger = contributions.connect(stranger);
    const unposted = id("unposted");
    await expect(asStranger.refute(unposted, wrong, node))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNotPosted")
      .withArgs(unposted);
    await expect(asStranger.refute(model, list, node))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongList")
      .withArgs(model, hashOf(LIST, list), hashOf(LIST, wrong));
    const { finalAt } = await contributions.postingOf(model);
    await time.increaseTo(finalAt - 1n);
    await expect(asStranger.refute(model, wrong, node))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsFinal")
      .withArgs(model, finalAt, finalAt);
    await time.increase(1);
    expect(await contributions.isFinal(model)).to.equal(true);
  });

  it("never removes a true list, and takes no count but a proved one of the caller (INV-CON-3)", async function () {
    const { contributions, owner, stranger, model, records, list } = await loadFixture(trainedRounds);
    await contributions.connect(owner).post(model, list);
    const asStranger = contributions.connect(stranger);
    const refuted = (node: bigint, fragments: bigint, counted: bigint, complete: boolean) =>
      expect(asStranger.refute(model, list, node))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsHolds")
        .withArgs(model, node, fragments, counted, complete);
    for (const { node, fragments } of [...list, { node: 77n, fragments: 0n }]) {
      await refuted(node, fragments, 0n, false);
      // Pending records, even forged ones, do not count.
      const forged = records.map((record) => ({ ...record, node }));
      await asStranger.countRounds(model, node, 0, [...forged, ...forged]);
      await refuted(node, fragments, 0n, false);
      await asStranger.countRounds(model, node, 0, records);
      await refuted(node, fragments, fragments, true);
    }
    expect((await contributions.postingOf(model)).total).to.equal(9n);
  });

  it("removes a list with too many or too few, pays the bond, and lets the owner post again", async function () {
    for (const end of [0, -1]) {
      const trained = await posted();
      const { contributions, token, feeRouter, owner, stranger, signer, model, list, wrong } = trained;
      const entry = list.at(end) as Contribution;
      const { node, fragments } = entry;
      const listed = wrong.find((candidate) => candidate.node === node)?.fragments ?? 0n;
      await count(trained, node);
      // Somebody else has no count of its own.
      await expect(contributions.connect(signer(9)).refute(model, wrong, node))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsHolds")
        .withArgs(model, node, listed, 0n, false);
      const { root } = await contributions.postingOf(model);
      const call = contributions.connect(stranger).refute(model, wrong, node);
      await expect(call)
        .to.emit(contributions, "ContributionsRefuted")
        .withArgs(model, stranger, node, root, listed, fragments, true);
      await expect(call).to.changeTokenBalances(
        ethers,
        token,
        [stranger, feeRouter, owner, contributions],
        [BOND / 2n, BOND / 2n, 0n, -BOND],
      );
      expect((await contributions.postingOf(model)).total).to.equal(0n);
      expect(await contributions.recordedTotal()).to.equal(0n);
      await expect(contributions.connect(stranger).refute(model, wrong, node))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsNotPosted")
        .withArgs(model);
      await contributions.connect(owner).post(model, list);
      expect(await contributions.recordedTotal()).to.equal(BOND);
    }
  });

  it("removes a list that leaves a node out, or invents one", async function () {
    for (const invents of [false, true]) {
      const trained = await loadFixture(trainedRounds);
      const { contributions, owner, stranger, model, list } = trained;
      const wrong = invents ? [...list, { node: 77n, fragments: 5n }] : list.slice(1);
      const node = invents ? 77n : at(list, 0).node;
      await contributions.connect(owner).post(model, wrong);
      await count(trained, node);
      await contributions.connect(stranger).refute(model, wrong, node);
      expect(await contributions.isFinal(model)).to.equal(false);
      expect((await contributions.postingOf(model)).total).to.equal(0n);
    }
  });
});

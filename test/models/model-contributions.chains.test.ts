import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { loadFixture } from "../support/market/suite.ts";
import { at, listOf, trainedChains } from "./support/trained.ts";

const NO_COUNT = [ZeroHash, 0n, 0n, 0n, 0n, false];

// ModelContributions of a task of chains
// ├── post
// │   └── when the sum is not what the market settled, it reverts with ModelContributionsWrongTotal(total, settled)
// ├── countSteps, countRounds
// │   ├── when the model is unknown, they revert with ModelRegistryUnknownModel(model)
// │   ├── when its task is of the other market, they revert with ModelContributionsWrongMarket(model)
// │   └── what is shown to the end of a chain is proved, for who showed it
// └── refute
//     └── when whole chains already show too many, it needs no more
describe("ModelContributions of a task of chains", function () {
  it("reverts when the sum is not what the market of chains settled", async function () {
    const { contributions, owner, chainModel, chains } = await loadFixture(trainedChains);
    const list = listOf(chains.flat());
    const more = list.map(({ node, fragments }, index) => ({ node, fragments: fragments + (index === 0 ? 1n : 0n) }));
    await expect(contributions.connect(owner).post(chainModel, more))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongTotal")
      .withArgs(5n, 4n);
    await contributions.connect(owner).post(chainModel, list);
    expect((await contributions.postingOf(chainModel)).total).to.equal(4n);
  });

  it("revert for an unknown model and for the wrong market, even without records", async function () {
    const { contributions, models, model, chainModel, records, chains } = await loadFixture(trainedChains);
    for (const call of [
      () => contributions.countRounds(id("unknown"), 1, 0, []),
      () => contributions.countSteps(id("unknown"), 1, 0, []),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel").withArgs(id("unknown"));
    }
    for (const steps of [[], at(chains, 0)]) {
      await expect(contributions.countSteps(model, 1, 0, steps))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongMarket")
        .withArgs(model);
    }
    for (const fragments of [[], records]) {
      await expect(contributions.countRounds(chainModel, 1, 0, fragments))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongMarket")
        .withArgs(chainModel);
    }
  });

  it("prove the steps of each node chain by chain", async function () {
    const { contributions, stranger, owner, chainModel, chains } = await loadFixture(trainedChains);
    const [first, second] = [at(chains, 0), at(chains, 1)];
    const asStranger = contributions.connect(stranger);
    for (const { node, fragments } of [...listOf(chains.flat()), { node: 77n, fragments: 0n }]) {
      const inFirst = BigInt(first.filter((record) => record.node === node).length);
      await asStranger.countSteps(chainModel, node, 0, first.slice(0, 1));
      expect((await contributions.countOf(chainModel, node, stranger)).counted).to.equal(0n);
      await asStranger.countSteps(chainModel, node, 1, first.slice(1));
      expect(await contributions.countOf(chainModel, node, stranger)).to.deep.equal([
        ZeroHash,
        2n,
        inFirst,
        0n,
        1n,
        false,
      ]);
      await asStranger.countSteps(chainModel, node, 2, second);
      expect(await contributions.countOf(chainModel, node, stranger)).to.deep.equal([
        ZeroHash,
        4n,
        fragments,
        0n,
        2n,
        true,
      ]);
      expect(await contributions.countOf(chainModel, node, owner)).to.deep.equal(NO_COUNT);
    }
    // A page does not reach over the end of a chain, and a chain is not shown twice.
    const node = at(first, 0).node;
    for (const pages of [[[...first, ...second]], [first, first], [second]]) {
      let position = 0;
      for (const page of pages) {
        await asStranger.countSteps(chainModel, node, position, page);
        position += page.length;
      }
      expect((await contributions.countOf(chainModel, node, stranger)).complete).to.equal(false);
    }
  });

  it("needs no more than the chains that show too many", async function () {
    const { contributions, owner, stranger, chainModel, chains } = await loadFixture(trainedChains);
    const first = at(chains, 0);
    const { node } = at(first, 0);
    const others = listOf(chains.flat()).map((entry) => entry.node);
    const liar = others.find((candidate) => candidate !== node) ?? 77n;
    const wrong = [{ node: liar, fragments: 4n }];
    await contributions.connect(owner).post(chainModel, wrong);
    await contributions.connect(stranger).countSteps(chainModel, node, 0, first);
    const { counted, complete } = await contributions.countOf(chainModel, node, stranger);
    expect(counted > 0n && !complete).to.equal(true);
    await expect(contributions.connect(stranger).refute(chainModel, wrong, node))
      .to.emit(contributions, "ContributionsRefuted")
      .withArgs(chainModel, stranger, node, (value: string) => value !== ZeroHash, 0n, counted, false);
  });
});

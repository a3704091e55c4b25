import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import { contributionsRoot } from "../../packages/sdk/src/models/contribution-tree.ts";
import { hashOf } from "../support/market/hashes.ts";
import { ethers, loadFixture, time } from "../support/market/suite.ts";
import { at, BOND, trainedRounds, WINDOW } from "./support/trained.ts";

const LIST = "tuple(uint32 node, uint64 fragments)[]";
const NO_POSTING = [ZeroHash, ZeroHash, ZeroAddress, 0n, false, 0n, 0n];

// ModelContributions.post
// ├── when the model is unknown
// │   └── it reverts with ModelRegistryUnknownModel(model)
// ├── when the caller does not own the model
// │   └── it reverts with ModelContributionsNotModelOwner(model, caller, owner)
// ├── given a list is posted
// │   └── it reverts with ModelContributionsPosted(model)
// ├── when the list is empty or too long
// │   └── it reverts with ModelContributionsListLength(length, maximum)
// ├── when nodes are not in rising order, each once
// │   └── it reverts with ModelContributionsUnsortedList(node, next)
// ├── when a node did nothing
// │   └── it reverts with ModelContributionsNoFragments(node)
// ├── when the sum is more than any task of rounds has
// │   └── it reverts with ModelContributionsWrongTotal(total, settled)
// ├── when the owner cannot pay the bond
// │   └── it reverts with the token's error, and nothing is posted
// └── it computes the root, takes the bond and opens the window (INV-CON-1)
describe("ModelContributions.post", function () {
  it("reverts for everyone but the owner, and for an unknown model", async function () {
    const { contributions, models, owner, stranger, model, list } = await loadFixture(trainedRounds);
    await expect(contributions.connect(owner).post(id("unknown"), list))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(id("unknown"));
    await expect(contributions.connect(stranger).post(model, list))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNotModelOwner")
      .withArgs(model, stranger, owner);
  });

  it("reverts for lists that cannot be true", async function () {
    const { contributions, owner, model } = await loadFixture(trainedRounds);
    const post = (list: readonly (readonly [bigint, bigint])[]) =>
      contributions.connect(owner).post(
        model,
        list.map(([node, fragments]) => ({ node, fragments })),
      );
    const many = Array.from({ length: 513 }, (_, index): [bigint, bigint] => [BigInt(index + 1), 1n]);
    for (const list of [[], many]) {
      await expect(post(list))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsListLength")
        .withArgs(BigInt(list.length), 512n);
    }
    for (const [first, second] of [
      [2n, 1n],
      [2n, 2n],
    ] as const) {
      await expect(
        post([
          [first, 1n],
          [second, 1n],
        ]),
      )
        .to.be.revertedWithCustomError(contributions, "ModelContributionsUnsortedList")
        .withArgs(first, second);
    }
    await expect(post([[0n, 9n]]))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsUnsortedList")
      .withArgs(0n, 0n);
    await expect(post([[1n, 0n]]))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNoFragments")
      .withArgs(1n);
    const huge = 2n ** 64n - 1n;
    await expect(
      post([
        [1n, huge],
        [2n, huge],
      ]),
    )
      .to.be.revertedWithCustomError(contributions, "ModelContributionsWrongTotal")
      .withArgs(2n * huge, 2n ** 32n - 1n);
  });

  it("posts nothing without the bond", async function () {
    const { contributions, token, owner, model, list } = await loadFixture(trainedRounds);
    await token.connect(owner).approve(contributions, BOND - 1n);
    await expect(contributions.connect(owner).post(model, list))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(contributions, BOND - 1n, BOND);
    expect(await contributions.postingOf(model)).to.deep.equal(NO_POSTING);
    expect(await contributions.recordedTotal()).to.equal(0n);
  });

  it("computes the root, takes the bond and opens the window, once", async function () {
    const { contributions, token, owner, model, list } = await loadFixture(trainedRounds);
    const root = contributionsRoot(list);
    const entries = list.map(({ node, fragments }) => [node, fragments]);
    expect(await contributions.connect(owner).post.staticCall(model, list)).to.equal(root);
    const call = contributions.connect(owner).post(model, list);
    await expect(call).to.changeTokenBalances(ethers, token, [owner, contributions], [-BOND, BOND]);
    const finalAt = BigInt((await time.latest()) + WINDOW);
    await expect(call).to.emit(contributions, "ContributionsPosted").withArgs(model, owner, root, 9n, finalAt, entries);
    const posting = [root, hashOf(LIST, entries), owner.address, finalAt, false, BigInt(list.length), 9n];
    expect(await contributions.postingOf(model)).to.deep.equal(posting);
    expect(await contributions.isFinal(model)).to.equal(false);
    expect(await contributions.recordedTotal()).to.equal(BOND);
    await expect(contributions.connect(owner).post(model, list))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsPosted")
      .withArgs(model);
    await time.increaseTo(finalAt);
    expect(await contributions.isFinal(model)).to.equal(true);
    await expect(contributions.connect(owner).post(model, list))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsPosted")
      .withArgs(model);
  });
});

// ModelContributions.returnBond
// ├── given no list, or one that is open
// │   └── it reverts with ModelContributionsNotPosted(model) or ModelContributionsOpen(model, finalAt, timestamp)
// ├── given it went back
// │   └── it reverts with ModelContributionsBondReturned(model)
// └── it sends the bond to who posted, whoever calls
describe("ModelContributions.returnBond", function () {
  it("sends the bond of a final list back, once", async function () {
    const { contributions, token, owner, stranger, model, list } = await loadFixture(trainedRounds);
    const asStranger = contributions.connect(stranger);
    await expect(asStranger.returnBond(model))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNotPosted")
      .withArgs(model);
    await contributions.connect(owner).post(model, list);
    const { finalAt } = await contributions.postingOf(model);
    await time.increaseTo(finalAt - 2n);
    await expect(asStranger.returnBond(model))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsOpen")
      .withArgs(model, finalAt, finalAt - 1n);
    await time.increaseTo(finalAt);
    const call = asStranger.returnBond(model);
    await expect(call).to.emit(contributions, "PostingBondReturned").withArgs(model, owner, BOND);
    await expect(call).to.changeTokenBalances(ethers, token, [owner, stranger, contributions], [BOND, 0n, -BOND]);
    await expect(asStranger.returnBond(model))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsBondReturned")
      .withArgs(model);
    expect(await contributions.recordedTotal()).to.equal(0n);
    expect(at([...(await contributions.postingOf(model))], 4)).to.equal(true);
  });
});

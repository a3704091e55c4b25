import { expect } from "chai";
import { id } from "ethers";

import { contributionProof } from "../../packages/sdk/src/models/contribution-tree.ts";
import { ethers, loadFixture, time } from "../support/market/suite.ts";
import { at, BOND, trainedRounds, WINDOW } from "./support/trained.ts";

const POT = 1_000n;

/** A final list, whose bond stays. */
async function final() {
  const trained = await loadFixture(trainedRounds);
  const { contributions, owner, token, stranger, model, list } = trained;
  await contributions.connect(owner).post(model, list);
  await token.connect(owner).transfer(stranger, 10n * POT);
  await token.connect(stranger).approve(contributions, 10n * POT);
  await time.increase(WINDOW);
  const payouts = new Map<bigint, string>();
  for (const { node } of list) payouts.set(node, await trained.nodeRegistry.payoutOf(node));
  return { ...trained, payoutOf: (node: bigint) => payouts.get(node) ?? "" };
}

// ModelContributions.claim
// ├── given no list, or one that is open
// │   └── it reverts with ModelContributionsNotPosted(model) or ModelContributionsOpen(model, finalAt, timestamp)
// ├── given it was claimed
// │   └── it reverts with ModelContributionsClaimed(model, node)
// ├── when node, fragments or proof are not in the list
// │   └── it reverts with ModelContributionsInvalidProof(model, node, fragments)
// └── it records the contribution, whoever calls (INV-CON-4)
describe("ModelContributions.claim", function () {
  it("reverts before the list is final", async function () {
    const { contributions, owner, model, list } = await loadFixture(trainedRounds);
    const { node, fragments } = at(list, 0);
    const claim = () => contributions.claim(model, node, fragments, contributionProof(list, node));
    await expect(claim()).to.be.revertedWithCustomError(contributions, "ModelContributionsNotPosted").withArgs(model);
    await contributions.connect(owner).post(model, list);
    const { finalAt } = await contributions.postingOf(model);
    await time.increaseTo(finalAt - 2n);
    await expect(claim())
      .to.be.revertedWithCustomError(contributions, "ModelContributionsOpen")
      .withArgs(model, finalAt, finalAt - 1n);
    await time.increaseTo(finalAt);
    await claim();
    expect(await contributions.claimedOf(model, node)).to.equal(fragments);
  });

  it("records each contribution once, for any caller, and no other (INV-CON-4)", async function () {
    const { contributions, stranger, model, list } = await final();
    const asStranger = contributions.connect(stranger);
    for (const { node, fragments } of list) {
      const proof = contributionProof(list, node);
      for (const [wrongNode, wrongFragments, wrongProof] of [
        [node, fragments + 1n, proof],
        [node + 50n, fragments, proof],
        [node, fragments, []],
        [node, fragments, [...proof, id("more")]],
      ] as const) {
        await expect(asStranger.claim(model, wrongNode, wrongFragments, [...wrongProof]))
          .to.be.revertedWithCustomError(contributions, "ModelContributionsInvalidProof")
          .withArgs(model, wrongNode, wrongFragments);
      }
      expect(await contributions.claimedOf(model, node)).to.equal(0n);
      await expect(asStranger.claim(model, node, fragments, proof))
        .to.emit(contributions, "ContributionClaimed")
        .withArgs(model, node, fragments, 9n);
      expect(await contributions.claimedOf(model, node)).to.equal(fragments);
      await expect(asStranger.claim(model, node, fragments, proof))
        .to.be.revertedWithCustomError(contributions, "ModelContributionsClaimed")
        .withArgs(model, node);
    }
  });

  it("still takes claims after the bond went back", async function () {
    const { contributions, model, list } = await final();
    await contributions.returnBond(model);
    const { node, fragments } = at(list, 0);
    await contributions.claim(model, node, fragments, contributionProof(list, node));
  });
});

// ModelContributions.fund, collect
// ├── given no final list
// │   └── fund reverts with ModelContributionsNotPosted(model) or ModelContributionsOpen(model, finalAt, timestamp)
// ├── when nothing is given
// │   └── fund reverts with ModelContributionsZeroAmount()
// ├── given a node that claimed nothing, or has had its part
// │   └── collect reverts with ModelContributionsNothingToCollect(model, node)
// └── each node gets its part of every gift by fragments, and never more (INV-CON-2)
describe("ModelContributions.fund and collect", function () {
  it("take nothing before the list is final, and no nothing", async function () {
    const { contributions, owner, model, list } = await loadFixture(trainedRounds);
    const asOwner = contributions.connect(owner);
    await expect(asOwner.fund(model, POT))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNotPosted")
      .withArgs(model);
    await asOwner.post(model, list);
    const { finalAt } = await contributions.postingOf(model);
    await time.increaseTo(finalAt - 2n);
    await expect(asOwner.fund(model, POT))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsOpen")
      .withArgs(model, finalAt, finalAt - 1n);
    await time.increaseTo(finalAt);
    await expect(asOwner.fund(model, 0n)).to.be.revertedWithCustomError(contributions, "ModelContributionsZeroAmount");
    await expect(asOwner.fund(model, 2n ** 255n)).to.revert(ethers);
    expect(await contributions.fundedOf(model)).to.equal(0n);
  });

  it("split every gift by fragments, early and late, and never pay more (INV-CON-1, INV-CON-2)", async function () {
    const { contributions, token, stranger, model, list, payoutOf } = await final();
    const asStranger = contributions.connect(stranger);
    const [first, ...others] = list;
    if (first === undefined || others.length === 0) throw new Error("too few nodes");
    const { node } = first;
    await expect(asStranger.fund(model, POT)).to.emit(contributions, "PotFunded").withArgs(model, stranger, POT, POT);
    expect(await contributions.recordedTotal()).to.equal(BOND + POT);
    await expect(asStranger.collect(model, node))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNothingToCollect")
      .withArgs(model, node);
    await asStranger.claim(model, node, first.fragments, contributionProof(list, node));
    const early = (POT * first.fragments) / 9n;
    expect(await contributions.dueTo(model, node)).to.equal(early);
    const call = asStranger.collect(model, node);
    await expect(call).to.emit(contributions, "PotCollected").withArgs(model, node, payoutOf(node), early);
    await expect(call).to.changeTokenBalances(
      ethers,
      token,
      [payoutOf(node), stranger, contributions],
      [early, 0n, -early],
    );
    await expect(asStranger.collect(model, node))
      .to.be.revertedWithCustomError(contributions, "ModelContributionsNothingToCollect")
      .withArgs(model, node);

    // A second gift reaches those who collected, and those who claim only now get both.
    await asStranger.fund(model, POT + 3n);
    let paid = early;
    for (const { node: other, fragments } of list) {
      if (other !== node) await asStranger.claim(model, other, fragments, contributionProof(list, other));
      const due = ((2n * POT + 3n) * fragments) / 9n - (other === node ? early : 0n);
      expect(await asStranger.collect.staticCall(model, other)).to.equal(due);
      await asStranger.collect(model, other);
      paid += due;
    }
    const dust = 2n * POT + 3n - paid;
    expect(dust >= 0n && dust < BigInt(list.length)).to.equal(true);
    expect(await contributions.recordedTotal()).to.equal(BOND + dust);
    expect(await token.balanceOf(contributions)).to.equal(BOND + dust);
    expect(await contributions.fundedOf(model)).to.equal(2n * POT + 3n);
  });

  it("pay where the node wants its money now", async function () {
    const { contributions, nodeRegistry, token, operators, stranger, model, list, signer } = await final();
    const { node, fragments } = at(list, 0);
    const operator = operators.find((candidate) => candidate.node === node);
    if (operator === undefined) throw new Error("no operator");
    await contributions.connect(stranger).fund(model, POT);
    await contributions.claim(model, node, fragments, contributionProof(list, node));
    await nodeRegistry.connect(operator.signer).setPayout(signer(12));
    await contributions.collect(model, node);
    expect(await token.balanceOf(signer(12))).to.equal((POT * fragments) / 9n);
  });
});

import { expect } from "chai";

import { ALL_KINDS, CXT, deployCommittee, ethers, Kind, loadFixture, time } from "./support/committee.ts";

const bytes32 = (text: string) => ethers.encodeBytes32String(text);

// VerifierCommittee.enrol
// ├── when the caller operates no node: it reverts with VerifierCommitteeNoNode(caller)
// ├── when a kind does not exist: it reverts with VerifierCommitteeOutOfBounds("kinds", ...)
// └── it is in the trees of its kinds with its weight, and in no others
describe("VerifierCommittee.enrol", function () {
  it("reverts with VerifierCommitteeNoNode(caller) for who operates no node", async function () {
    const { committee, stranger } = await loadFixture(deployCommittee);
    await expect(committee.connect(stranger).enrol(1))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeNoNode")
      .withArgs(stranger);
  });

  it("reverts with VerifierCommitteeOutOfBounds(kinds) for a kind that does not exist", async function () {
    const { committee, verifiers } = await loadFixture(deployCommittee);
    await expect(committee.connect(verifiers[0]?.signer).enrol(32))
      .to.be.revertedWithCustomError(committee, "VerifierCommitteeOutOfBounds")
      .withArgs(bytes32("kinds"), 32, 0, 31);
  });

  it("moves the weight into the trees of its kinds and out of all others", async function () {
    const { committee, verifiers } = await loadFixture(deployCommittee);
    const [verifier] = verifiers;
    if (verifier === undefined) throw new Error("no verifier");
    const [, weight] = await committee.verifierOf(verifier.node);
    const others = (await committee.totalOf(Kind.Labelling)) - weight;
    const labels = 1n << Kind.Labelling;
    await expect(committee.connect(verifier.signer).enrol(labels))
      .to.emit(committee, "VerifierEnrolled")
      .withArgs(verifier.node, ALL_KINDS, labels);
    for (const kind of Object.values(Kind)) {
      expect(await committee.totalOf(kind)).to.equal(kind === Kind.Labelling ? others + weight : others);
    }
    await expect(committee.connect(verifier.signer).enrol(0))
      .to.emit(committee, "VerifierWeightUpdated")
      .withArgs(verifier.node, weight, 0);
    for (const kind of Object.values(Kind)) expect(await committee.totalOf(kind)).to.equal(others);
    expect(await committee.verifierOf(verifier.node)).to.deep.equal([0n, 0n]);
  });
});

// VerifierCommittee.sync
// ├── given stake, score, tier or eligibility below what a verifier needs: weight zero
// ├── given all of it: min(stake, 100,000) x score in percent, whoever calls
// └── given a node that did not enrol, or does not exist: nothing happens
describe("VerifierCommittee.sync", function () {
  it("takes the weight of who no longer qualifies, for each reason alone, and gives it back", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, verifiers, stranger, vault, admin, scheduler, nodeRegistry, reputation } = suite;
    const [verifier] = verifiers;
    if (verifier === undefined) throw new Error("no verifier");
    const { node, signer } = verifier;
    const weightOf = async () => (await committee.verifierOf(node)).weight;
    const [, full] = await committee.verifierOf(node);
    expect(full).to.equal(20_000n * 63n);
    await vault.connect(signer).startLeaving(node, 0);
    await committee.connect(stranger).sync(node);
    expect([await weightOf(), await committee.isQualified(node)]).to.deep.equal([0n, false]);
    await vault.connect(signer).cancelLeaving(node, 0);
    await expect(committee.connect(stranger).sync(node))
      .to.emit(committee, "VerifierWeightUpdated")
      .withArgs(node, 0, full);
    // Reputation below 0.6: refusals cost one percent each.
    for (let i = 0; i < 8; i++) await reputation.connect(admin).recordRefused(node);
    await committee.sync(node);
    expect([await weightOf(), await committee.isQualified(node)]).to.deep.equal([0n, false]);
    const many = Array.from({ length: 16 }, () => node);
    await reputation.connect(admin).recordCompletedMany(
      many,
      many.map(() => CXT),
    );
    await committee.sync(node);
    expect(await weightOf()).to.be.above(full);
    // Tier below two: as if it had no record and the least capacity.
    await nodeRegistry.connect(admin).recordBenchmark(node, 1_000n, (await time.latest()) + 86_400);
    await scheduler.poke(node);
    await scheduler.connect(admin).setStanding(node, 0, 0);
    expect((await scheduler.weightOf(node)).tier).to.be.below(2n);
    await committee.sync(node);
    expect(await weightOf()).to.equal(0n);
    await reputation.sync(node);
    await scheduler.connect(admin).setStanding(node, 9_000, 9_000);
    await committee.sync(node);
    expect(await weightOf()).to.be.above(0n);
    // Silent for longer than an hour.
    await time.increase(3_601);
    await committee.sync(node);
    expect([await weightOf(), await committee.isQualified(node)]).to.deep.equal([0n, false]);
  });

  it("does nothing for a node that did not enrol or does not exist", async function () {
    const { committee, executor, stranger } = await loadFixture(deployCommittee);
    const total = await committee.totalOf(Kind.Inference);
    for (const node of [executor.node, 0n, 999n]) {
      await committee.connect(stranger).sync(node);
      expect(await committee.verifierOf(node)).to.deep.equal([0n, 0n]);
    }
    expect(await committee.totalOf(Kind.Inference)).to.equal(total);
  });
});

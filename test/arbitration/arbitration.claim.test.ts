import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { Offence } from "../reputation/support/reputation.ts";
import {
  ActionKind,
  BENCHMARK_BOND,
  BOND,
  DAY,
  EVIDENCE,
  Kind,
  Ruling,
  STAKE,
  Stage,
  announcedBy,
  claimed,
  contested,
  deployCourt,
  pass,
  ruled,
  type CourtSuite,
} from "./support/court.ts";

const { time } = networkHelpers;
const coder = AbiCoder.defaultAbiCoder();

/** Sets a result of `node` that could be submitted until `deadline`, by default an hour from now. */
async function setResult(suite: CourtSuite, fragment: number, node: bigint, deadline?: bigint) {
  const until = deadline ?? BigInt(await time.latest()) + 3_600n;
  const task = (await suite.market.getFunction("taskIdOf")(suite.terms)) as string;
  await suite.market.getFunction("set")(task, fragment, ethers.id(`result of ${node}`), node, until);
  return task;
}

// Arbitration.claimResult
// ├── when the review refuses, the result is final or disputed it reverts, with nothing stored
// ├── when the review would not wait for the longest dispute it reverts with ArbitrationNoTimeToRule(rulesBefore, needed)
// ├── when there is no evidence it reverts with ArbitrationEmptyEvidence(from)
// ├── when the bond does not come it reverts
// └── it opens the dispute, takes the bond, and announces what each ruling does, for each subject
describe("Arbitration.claimResult", function () {
  it("reverts for a result that is disputed or final", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, review, terms } = suite;
    await claimed(suite);
    const task = (await suite.market.getFunction("taskIdOf")(terms)) as string;
    await expect(arbitration.connect(claimant).claimResult(terms, 0, EVIDENCE))
      .to.be.revertedWithCustomError(review, "NotContestable")
      .withArgs(task, 0n);
    await review.getFunction("settle")(task, 1);
    await expect(arbitration.connect(claimant).claimResult(terms, 1, EVIDENCE))
      .to.be.revertedWithCustomError(review, "NotContestable")
      .withArgs(task, 1n);
    expect(await arbitration.disputeCount()).to.equal(1n);
  });

  it("reverts with ArbitrationNoTimeToRule(rulesBefore, needed)", async function () {
    const { arbitration, claimant, review, terms, node } = await loadFixture(deployCourt);
    const longest = await arbitration.MAX_DURATION();
    await review.getFunction("set")(Kind.Verdict, node, longest - 1n);
    const now = BigInt(await time.latest()) + 1n;
    await time.setNextBlockTimestamp(now);
    await expect(arbitration.connect(claimant).claimResult(terms, 0, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationNoTimeToRule")
      .withArgs(now + longest - 1n, now + longest);
    await review.getFunction("set")(Kind.Verdict, node, longest);
    await arbitration.connect(claimant).claimResult(terms, 0, EVIDENCE);
  });

  it("reverts with ArbitrationEmptyEvidence(from), and when the bond does not come", async function () {
    const { arbitration, claimant, stranger, token, terms, review, market } = await loadFixture(deployCourt);
    await expect(arbitration.connect(claimant).claimResult(terms, 0, ethers.ZeroHash))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationEmptyEvidence")
      .withArgs(claimant);
    await expect(arbitration.connect(stranger).claimResult(terms, 0, EVIDENCE)).to.be.revertedWithCustomError(
      token,
      "ERC20InsufficientAllowance",
    );
    const task = (await market.getFunction("taskIdOf")(terms)) as string;
    expect(await review.getFunction("disputed")(task, 0)).to.equal(false);
    expect(await arbitration.disputeCount()).to.equal(0n);
  });

  it("opens the dispute, takes the bond and announces what each ruling does, for each subject", async function () {
    for (const [subject, right] of [
      [Kind.Verdict, true],
      [Kind.Acceptance, false],
      [Kind.Plant, true],
    ] as const) {
      const suite = await loadFixture(deployCourt);
      const { arbitration, claimant, token, review, terms, node } = suite;
      await review.getFunction("set")(subject, node, 10n * DAY);
      const call = arbitration.connect(claimant).claimResult(terms, 3, EVIDENCE);
      await expect(call).to.changeTokenBalances(ethers, token, [claimant, arbitration], [-BOND, BOND]);
      await expect(call).to.emit(arbitration, "EvidenceSubmitted").withArgs(1n, claimant, EVIDENCE);
      const now = BigInt(await time.latest());
      const data = await arbitration.disputeOf(1);
      expect([data.kind, data.stage, data.ruling, data.round]).to.deep.equal([subject, Stage.Claimed, 0n, 0n]);
      expect([data.claimant, data.respondent, data.node]).to.deep.equal([claimant.address, ethers.ZeroAddress, node]);
      expect([data.openedAt, data.deadline, data.held, data.bond]).to.deep.equal([now, now + DAY, 0n, BOND]);
      expect(await arbitration.recordedTotal()).to.equal(BOND);

      const { forClaimant, forRespondent } = await announcedBy(suite, await call);
      const types = [arbitration.interface.getFunction("claimResult").inputs[0]!, "uint32", "bool"];
      const dataOf = (value: boolean) => coder.encode(types, [terms, 3, value]);
      expect(forClaimant).to.deep.equal([{ kind: ActionKind.RuleResult, data: dataOf(right) }]);
      expect(forRespondent).to.deep.equal([{ kind: ActionKind.RuleResult, data: dataOf(!right) }]);
      const actions = (list: typeof forClaimant) =>
        keccak256(coder.encode(["tuple(uint8,bytes)[]"], [list.map(({ kind, data: bytes }) => [kind, bytes])]));
      expect([...(await arbitration.actionsOf(1))]).to.deep.equal([actions(forClaimant), actions(forRespondent), 0n]);
      expect(await arbitration.disputeAbout(data.subject)).to.equal(1n);
    }
  });
});

// Arbitration.claimBenchmark
// ├── when the node has no score it reverts with ArbitrationNoScore(node)
// ├── while the score is disputed, and once it was ruled fake, it reverts with ArbitrationSubjectTaken(subject, dispute)
// ├── it may be claimed again after a ruling for the node, and about a new score
// └── it holds what the offence costs, as far as it is free, and announces that it is slashed
describe("Arbitration.claimBenchmark", function () {
  it("reverts with ArbitrationNoScore(node)", async function () {
    const { arbitration, claimant } = await loadFixture(deployCourt);
    for (const node of [0n, 3n]) {
      await expect(arbitration.connect(claimant).claimBenchmark(node, EVIDENCE))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationNoScore")
        .withArgs(node);
    }
  });

  it("reverts with ArbitrationSubjectTaken(subject, dispute), but about a new score", async function () {
    const { arbitration, claimant, respondent, node, benchmarks } = await loadFixture(deployCourt);
    await arbitration.connect(claimant).claimBenchmark(node, EVIDENCE);
    const { subject } = await arbitration.disputeOf(1);
    const again = () => arbitration.connect(respondent).claimBenchmark(node, EVIDENCE);
    await expect(again()).to.be.revertedWithCustomError(arbitration, "ArbitrationSubjectTaken").withArgs(subject, 1n);
    // Uncontested, so for the claimant: it is settled for good.
    await time.increase(DAY + 1n);
    await arbitration.advance(1);
    await expect(again()).to.be.revertedWithCustomError(arbitration, "ArbitrationSubjectTaken").withArgs(subject, 1n);
    await benchmarks.getFunction("set")(node, await time.latest());
    await again();
    expect((await arbitration.disputeOf(2)).subject).to.not.equal(subject);
  });

  it("may be claimed again after a ruling that is not for the claimant", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, respondent, node } = suite;
    await arbitration.connect(claimant).claimBenchmark(node, EVIDENCE);
    await arbitration.connect(respondent).contest(1, EVIDENCE);
    await pass(suite, 1n);
    expect((await arbitration.disputeOf(1)).ruling).to.equal(Ruling.Undecided);
    await arbitration.connect(claimant).claimBenchmark(node, EVIDENCE);
    expect(await arbitration.disputeAbout((await arbitration.disputeOf(1)).subject)).to.equal(2n);
  });

  it("holds what the offence costs, and announces that it is slashed", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, node, vault, token } = suite;
    const call = arbitration.connect(claimant).claimBenchmark(node, EVIDENCE);
    await expect(call).to.changeTokenBalances(ethers, token, [claimant], [-BENCHMARK_BOND]);
    const { forClaimant, forRespondent } = await announcedBy(suite, await call);
    const verdict = [node, Offence.FakeBenchmark, STAKE, claimant.address, BENCHMARK_BOND];
    expect(forClaimant).to.deep.equal([
      { kind: ActionKind.Slash, data: coder.encode(["tuple(uint32,uint8,uint256,address,uint256)"], [verdict]) },
    ]);
    expect(forRespondent).to.deep.equal([]);
    expect((await arbitration.disputeOf(1)).held).to.equal((STAKE * 3n) / 10n);
    expect((await vault.stakeDataOf(node)).held).to.equal((STAKE * 3n) / 10n);
  });
});

// Arbitration.claimDuplicate
// ├── when either result does not exist, or both are the same, it reverts with ArbitrationNoResult(task, fragment)
// ├── when it could be submitted until more than three days ago it reverts with ArbitrationDuplicateTooLate(until, now)
// ├── when the result is disputed as a duplicate it reverts with ArbitrationSubjectTaken
// └── it announces the slash and that the reputation since the day of the draw is annulled
describe("Arbitration.claimDuplicate", function () {
  it("reverts with ArbitrationNoResult(task, fragment)", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, terms, node } = suite;
    const task = await setResult(suite, 0, node);
    const claim = (fragment: number, original: number) =>
      arbitration.connect(claimant).claimDuplicate(terms, fragment, task, original, EVIDENCE);
    for (const [fragment, original, blamed] of [
      [0, 0, 0n],
      [0, 1, 1n],
      [1, 0, 1n],
    ] as const) {
      await expect(claim(fragment, original))
        .to.be.revertedWithCustomError(arbitration, "ArbitrationNoResult")
        .withArgs(task, blamed);
    }
  });

  it("reverts with ArbitrationDuplicateTooLate(until, now)", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, terms, node, otherNode } = suite;
    const deadline = BigInt(await time.latest()) + 100n;
    const task = await setResult(suite, 0, node, deadline);
    await setResult(suite, 1, otherNode);
    const claim = () => arbitration.connect(claimant).claimDuplicate(terms, 0, task, 1, EVIDENCE);
    await time.setNextBlockTimestamp(deadline + 3n * DAY + 1n);
    await expect(claim())
      .to.be.revertedWithCustomError(arbitration, "ArbitrationDuplicateTooLate")
      .withArgs(deadline + 3n * DAY, deadline + 3n * DAY + 1n);
  });

  it("takes it in the last second, announces slash and annulment, and no second claim", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, terms, node, otherNode, vault, owner } = suite;
    const deadline = BigInt(await time.latest()) + 100n;
    const task = await setResult(suite, 0, node, deadline);
    await setResult(suite, 1, otherNode);
    await time.setNextBlockTimestamp(deadline + 3n * DAY);
    const call = arbitration.connect(claimant).claimDuplicate(terms, 0, task, 1, EVIDENCE);
    const { forClaimant, forRespondent } = await announcedBy(suite, await call);
    const verdict = [node, Offence.DuplicateSubmission, STAKE, claimant.address, BOND];
    expect(forClaimant).to.deep.equal([
      { kind: ActionKind.Slash, data: coder.encode(["tuple(uint32,uint8,uint256,address,uint256)"], [verdict]) },
      {
        kind: ActionKind.AnnulReputation,
        data: coder.encode(["uint32", "uint256"], [node, (deadline - 3_600n) / DAY]),
      },
    ]);
    expect(forRespondent).to.deep.equal([]);
    expect((await vault.stakeDataOf(node)).held).to.equal(STAKE / 10n);
    const { subject } = await arbitration.disputeOf(1);
    const late = arbitration.connect(owner).claimDuplicate(terms, 0, task, 1, EVIDENCE);
    await expect(late).to.be.revertedWithCustomError(arbitration, "ArbitrationSubjectTaken").withArgs(subject, 1n);
  });
});

// Arbitration.contest
// ├── when it is not claimed it reverts with ArbitrationWrongStage(dispute, stage)
// ├── when it is late it reverts with ArbitrationTooLate(dispute, deadline, now)
// ├── when the claimant does it reverts with ArbitrationOwnClaim(dispute, claimant)
// └── it takes an equal bond and asks for jurors
describe("Arbitration.contest", function () {
  it("reverts in every other stage, when late, and for the claimant", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, claimant, respondent, owner } = suite;
    await expect(arbitration.connect(respondent).contest(1, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(1n, Stage.None);
    const { dispute } = await claimed(suite);
    await expect(arbitration.connect(claimant).contest(dispute, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationOwnClaim")
      .withArgs(dispute, claimant);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(arbitration.connect(respondent).contest(dispute, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationTooLate")
      .withArgs(dispute, deadline, deadline + 1n);
    const second = await contested(suite, 1);
    await expect(arbitration.connect(owner).contest(second.dispute, EVIDENCE))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(second.dispute, Stage.Drawing);
  });

  it("takes an equal bond in the last second, and asks for jurors", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, respondent, token, entropy } = suite;
    const { dispute } = await claimed(suite);
    const { deadline } = await arbitration.disputeOf(dispute);
    await time.setNextBlockTimestamp(deadline);
    const call = arbitration.connect(respondent).contest(dispute, EVIDENCE);
    await expect(call).to.changeTokenBalances(ethers, token, [respondent, arbitration], [-BOND, BOND]);
    await expect(call).to.emit(arbitration, "DisputeContested").withArgs(dispute, respondent, BOND);
    await expect(call).to.emit(arbitration, "EvidenceSubmitted").withArgs(dispute, respondent, EVIDENCE);
    const data = await arbitration.disputeOf(dispute);
    expect([data.stage, data.respondent, data.round]).to.deep.equal([Stage.Drawing, respondent.address, 0n]);
    expect(data.deadline).to.equal(deadline + 21_600n);
    expect(data.ticket >= (await entropy.horizon())).to.equal(true);
  });
});

// Arbitration.submitEvidence
// ├── when there is no such dispute, or it is ruled, it reverts with ArbitrationWrongStage
// └── it emits EvidenceSubmitted, for anyone
describe("Arbitration.submitEvidence", function () {
  it("takes evidence from anyone until the ruling, and none that is empty", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, stranger } = suite;
    const submit = (dispute: bigint, digest = EVIDENCE) =>
      arbitration.connect(stranger).submitEvidence(dispute, digest);
    await expect(submit(1n)).to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage").withArgs(1n, 0n);
    const { dispute } = await ruled(suite, Ruling.Claimant);
    await expect(submit(dispute))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Ruled);
    const open = await claimed(suite, 1);
    await expect(submit(open.dispute))
      .to.emit(arbitration, "EvidenceSubmitted")
      .withArgs(open.dispute, stranger, EVIDENCE);
    await expect(submit(open.dispute, ethers.ZeroHash))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationEmptyEvidence")
      .withArgs(stranger);
  });
});

// A proposal from its author to its effect, and what each of its states refuses.
import { expect } from "chai";
import { ZeroAddress, id } from "ethers";

import { DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import {
  type Proposal,
  State,
  Vote,
  argsOf,
  callOf,
  deployGovernance,
  executed,
  feeProposal,
  fullArgsOf,
  promoted,
  queued,
  supported,
  textProposal,
} from "../support/governance.ts";

const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";
const EXECUTE = "execute(address[],uint256[],bytes[],bytes32)";

// From support to effect
// ├── technical: support, promotion, vote, timelock of 7 days, execution by anyone
// ├── policy: the text is recorded for ever
// ├── promote
// │   ├── refuses what did not succeed, is of the other kind, expired, differs, or was promoted
// │   └── keeps the author, the id and the details; propose on the second stage always reverts
// ├── queue and execute
// │   └── refuse every state but their own
// ├── thresholds
// │   ├── technical needs 60 % of For and Against, policy more than half
// │   └── both need the quorum; Abstain counts for it
// └── executed code must be the code that was voted on
describe("From support to effect", function () {
  it("changes a parameter, by anyone, once the timelock is over (INV-GOV-1, INV-GOV-5, INV-GOV-6)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, market, stranger, author } = suite;
    const proposal = await feeProposal(suite);
    const proposalId = await queued(suite, proposal);
    expect(await technicalGovernor.proposalProposer(proposalId)).to.equal(author.address);
    const eta = await technicalGovernor.proposalEta(proposalId);
    expect(eta).to.equal(BigInt(await time.latest()) + 7n * BigInt(DAY));
    await time.increaseTo(eta - 2n);
    await expect(technicalGovernor.connect(stranger)[EXECUTE](...argsOf(proposal))).to.be.revert(ethers);
    expect(await market.protocolFeeBps()).to.equal(500n);
    await time.increaseTo(eta);
    await expect(technicalGovernor.connect(stranger)[EXECUTE](...argsOf(proposal)))
      .to.emit(technicalGovernor, "ProposalExecuted")
      .withArgs(proposalId);
    for (const each of [suite.market, suite.rounds, suite.workMarket]) {
      expect(await each.protocolFeeBps()).to.equal(400n);
    }
    expect(await technicalGovernor.executedCount()).to.equal(1n);
  });

  it("records a text for ever", async function () {
    const suite = await loadFixture(deployGovernance);
    const { policies, policyGovernor } = suite;
    const proposalId = await executed(suite, await textProposal(suite));
    expect(await policyGovernor.state(proposalId)).to.equal(State.Executed);
    expect(await policies.policyCount()).to.equal(1n);
    const policy = await policies.policyOf(1);
    expect(policy.contentHash).to.equal(id("Be kind."));
    expect(await policies.policyWith(id("Be kind."))).to.equal(1n);
  });

  it("promotes nothing that did not succeed, and nothing twice", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, technicalGovernor, policyGovernor, author, small, stranger } = suite;
    const proposal = await feeProposal(suite);
    await support.connect(author).propose(...fullArgsOf(proposal));
    const proposalId = await support.hashProposal(...argsOf(proposal));
    const promote = async (governor: typeof technicalGovernor | typeof policyGovernor, what: Proposal) =>
      governor.connect(stranger).promote(...fullArgsOf(what));
    await expect(promote(technicalGovernor, proposal)).to.be.revertedWithCustomError(
      technicalGovernor,
      "StageGovernorNotPromotable",
    );
    await time.increaseTo((await support.proposalSnapshot(proposalId)) + 1n);
    await support.connect(small).castVote(proposalId, Vote.For);
    expect(await support.state(proposalId)).to.equal(State.Succeeded);
    await expect(promote(policyGovernor, proposal))
      .to.be.revertedWithCustomError(policyGovernor, "StageGovernorNotPromotable")
      .withArgs(proposalId, State.Succeeded, 2n, await support.promotableUntil(proposalId));
    await expect(promote(technicalGovernor, { ...proposal, description: "another" })).to.be.revert(ethers);
    await expect(promote(technicalGovernor, proposal))
      .to.emit(technicalGovernor, "ProposalPromoted")
      .withArgs(proposalId, author, stranger);
    await expect(promote(technicalGovernor, proposal)).to.be.revertedWithCustomError(
      technicalGovernor,
      "GovernorUnexpectedProposalState",
    );
    const details = await technicalGovernor.proposalDetails(proposalId);
    expect([...details[0]]).to.deep.equal(proposal.targets);
  });

  it("promotes nothing after its support expired", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, technicalGovernor } = suite;
    const proposal = await feeProposal(suite);
    const proposalId = await supported(suite, proposal);
    const until = await support.promotableUntil(proposalId);
    expect(until).to.equal((await support.proposalDeadline(proposalId)) + 30n * BigInt(DAY));
    await time.increaseTo(until + 1n);
    await expect(technicalGovernor.promote(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "StageGovernorNotPromotable",
    );
  });

  it("takes no proposal past the first stage, and no other timelock", async function () {
    const suite = await loadFixture(deployGovernance);
    const proposal = await feeProposal(suite);
    for (const governor of [suite.technicalGovernor, suite.policyGovernor]) {
      await expect(governor.connect(suite.whale).propose(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
        governor,
        "StageGovernorOnlyPromotion",
      );
      await expect(governor.updateTimelock(ZeroAddress)).to.be.revertedWithCustomError(
        governor,
        "StageGovernorOnlyPromotion",
      );
    }
  });

  it("queues and executes in the right state alone", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, whale } = suite;
    const proposal = await feeProposal(suite);
    const refuses = async (method: typeof QUEUE | typeof EXECUTE) =>
      expect(technicalGovernor[method](...argsOf(proposal))).to.be.revert(ethers);
    for (const method of [QUEUE, EXECUTE] as const) await refuses(method);
    const proposalId = await promoted(suite, proposal);
    for (const method of [QUEUE, EXECUTE] as const) await refuses(method);
    await technicalGovernor.connect(whale).castVote(proposalId, Vote.For);
    await refuses(QUEUE);
    await time.increaseTo((await technicalGovernor.proposalDeadline(proposalId)) + 1n);
    await refuses(EXECUTE);
    await technicalGovernor[QUEUE](...argsOf(proposal));
    await refuses(QUEUE);
    await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
    await technicalGovernor[EXECUTE](...argsOf(proposal));
    for (const method of [QUEUE, EXECUTE] as const) await refuses(method);
  });

  it("lets the author cancel while nobody can vote yet, and nobody else ever", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, author, whale } = suite;
    const proposal = await feeProposal(suite);
    const proposalId = await supported(suite, proposal);
    await technicalGovernor.promote(...fullArgsOf(proposal));
    await expect(technicalGovernor.connect(whale)["cancel(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "GovernorUnableToCancel")
      .withArgs(proposalId, whale);
    await time.increaseTo((await technicalGovernor.proposalSnapshot(proposalId)) + 1n);
    await expect(technicalGovernor.connect(author)["cancel(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "GovernorUnableToCancel")
      .withArgs(proposalId, author);
  });

  it("needs 60 % of For and Against for calls, more than half for texts", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, policyGovernor, small, other, poor } = suite;
    const fee = await promoted(suite, await feeProposal(suite));
    await technicalGovernor.connect(small).castVote(fee, Vote.For);
    await technicalGovernor.connect(other).castVote(fee, Vote.Against);
    await technicalGovernor.connect(poor).castVote(fee, Vote.For);
    await technicalGovernor.connect(suite.whale).castVote(fee, Vote.Abstain);
    await time.increaseTo((await technicalGovernor.proposalDeadline(fee)) + 1n);
    expect(await technicalGovernor.state(fee)).to.equal(State.Defeated);
    await time.increase(60 * DAY);
    const text = await promoted(suite, await textProposal(suite));
    await policyGovernor.connect(small).castVote(text, Vote.For);
    await policyGovernor.connect(other).castVote(text, Vote.Against);
    await policyGovernor.connect(poor).castVote(text, Vote.For);
    await policyGovernor.connect(suite.whale).castVote(text, Vote.Abstain);
    await time.increaseTo((await policyGovernor.proposalDeadline(text)) + 1n);
    expect(await policyGovernor.state(text)).to.equal(State.Succeeded);
  });

  it("is defeated without a quorum, whatever the majority", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, poor } = suite;
    const proposalId = await promoted(suite, await feeProposal(suite));
    await technicalGovernor.connect(poor).castVote(proposalId, Vote.For);
    const quorum = await technicalGovernor.quorum(await technicalGovernor.proposalSnapshot(proposalId));
    expect(quorum).to.be.greaterThan(2_000n * 10n ** 18n);
    await time.increaseTo((await technicalGovernor.proposalDeadline(proposalId)) + 1n);
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Defeated);
  });

  it("executes nothing at a target whose code changed since the vote (INV-GOV-7, FM-35)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, parameters } = suite;
    const proposal = await feeProposal(suite);
    const proposalId = await queued(suite, proposal);
    await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
    const address = await parameters.getAddress();
    const code = await ethers.provider.getCode(address);
    await ethers.provider.send("hardhat_setCode", [address, `${code}00`]);
    await expect(technicalGovernor[EXECUTE](...argsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorCodeChanged",
    );
    await ethers.provider.send("hardhat_setCode", [address, code]);
    await technicalGovernor[EXECUTE](...argsOf(proposal));
  });

  it("waits 14 days with a role change hidden among harmless calls (INV-GOV-1, FM-34)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, technicalTimelock, accessManager, selectors, stranger } = suite;
    const harmless = await feeProposal(suite);
    const grant = await callOf(accessManager, "grantRole", [17n, stranger.address, 0]);
    const proposal = {
      targets: [...harmless.targets, ...harmless.targets, ...grant.targets],
      values: [0n, 0n, 0n],
      calldatas: [...harmless.calldatas, ...harmless.calldatas, ...grant.calldatas],
      description: "Clean up",
    };
    expect(await selectors.anyNeedsLongDelay(harmless.targets, harmless.calldatas)).to.equal(false);
    const proposalId = await queued(suite, proposal);
    const eta = BigInt(await time.latest()) + 14n * BigInt(DAY);
    expect(await technicalGovernor.proposalEta(proposalId)).to.equal(eta);
    const salt = `0x${(BigInt(id("Clean up")) ^ (BigInt(await technicalGovernor.getAddress()) << 96n)).toString(16).padStart(64, "0")}`;
    const operation = await technicalTimelock.hashOperationBatch(
      ...[proposal.targets, proposal.values, proposal.calldatas],
      ethers.ZeroHash,
      salt,
    );
    expect(await technicalTimelock.getTimestamp(operation)).to.equal(eta);
  });
});

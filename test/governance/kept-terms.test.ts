// What holds for a proposal that has begun, whatever is decided, offered or proposed beside it.
import { expect } from "chai";

import { CXT, DAY, type Signer, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import {
  type Governance,
  Parameter,
  State,
  Vote,
  argsOf,
  callOf,
  deployGovernance,
  feeProposal,
  fullArgsOf,
  fund,
  idOf,
  propose,
  queued,
  textProposal,
} from "../support/governance.ts";

const CANCEL = "cancel(address[],uint256[],bytes[],bytes32)";
const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";
const EXECUTE = "execute(address[],uint256[],bytes[],bytes32)";
const SUFFIX = "\n\n#confirmation";

async function actAs(contract: { getAddress(): Promise<string> }): Promise<Signer> {
  const address = await contract.getAddress();
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, CXT);
  return ethers.getSigner(address);
}

/** The suite without the delegation of its whale: a fifth of all units is delegated, so that the shares of it decide. */
async function deployQuiet() {
  const suite = await deployGovernance();
  await suite.votes.connect(suite.whale).delegate(ethers.ZeroAddress);
  await time.increase(DAY);
  return { ...suite, dao: await actAs(suite.technicalTimelock) };
}

/** Promotes with the support of `small`, and moves to the time of the binding votes. */
async function begun(suite: Governance, text = false) {
  const proposal = text ? await textProposal(suite) : await feeProposal(suite);
  const proposalId = await propose(suite, proposal);
  await suite.support.connect(suite.small).castVote(proposalId, Vote.For);
  const governor = text ? suite.policyGovernor : suite.technicalGovernor;
  await governor.promote(...fullArgsOf(proposal));
  const snapshot = await governor.proposalSnapshot(proposalId);
  await time.increaseTo(snapshot + 1n);
  return { proposal, proposalId, governor, snapshot };
}

/** The suite with a queued proposal that its timelock's second canceller, as the council's powers, vetoed. */
async function deployVetoed() {
  const suite = await deployGovernance();
  const vetoer = await actAs(suite.councilPowers);
  const proposal = await feeProposal(suite);
  const proposalId = await queued(suite, proposal);
  await suite.technicalGovernor.connect(vetoer).veto(...argsOf(proposal));
  const again = { ...proposal, description: proposal.description + SUFFIX };
  return { ...suite, vetoer, proposal, proposalId, again, confirmation: await idOf(suite, again) };
}

// What has begun
// ├── quorum
// │   ├── when the DAO lowers it after the vote
// │   │   └── what was defeated stays defeated (INV-PAR-4)
// │   ├── when the DAO raises it after the vote
// │   │   └── what was queued is executed
// │   └── when it changes before the snapshot
// │       └── the new one holds
// ├── history
// │   └── of the numbers of governance alone, of seconds that are over, change after change
// ├── support
// │   ├── when the DAO lowers what is needed
// │   │   └── what failed cannot be promoted
// │   └── when the DAO raises it
// │       └── what was supported is promoted, and its bond is not spam's
// ├── confirmation
// │   ├── when its author cancels it
// │   │   └── it reverts with GovernorUnableToCancel(proposalId, author)
// │   ├── when a target has other code than the veto saw
// │   │   └── it reverts with TechnicalGovernorCodeChanged(vetoedId, expected, actual)
// │   └── when it is brought at the last second, and a second later
// └── relay
//     └── it reverts with StageGovernorOnlyPromotion, also as a call of an adopted proposal
describe("What has begun", function () {
  for (const text of [false, true]) {
    const kind = text ? "texts" : "calls";
    const parameter = text ? Parameter.PolicyQuorumBps : Parameter.TechnicalQuorumBps;
    const [lower, higher] = text ? [1_000n, 3_125n] : [1_750n, 4_250n];

    it(`${kind}: a quorum that is lowered later revives nothing (INV-PAR-4)`, async function () {
      const suite = await loadFixture(deployQuiet);
      // Between both quorums.
      await fund(suite, suite.poor, 30_000n * CXT);
      const { proposal, proposalId, governor, snapshot } = await begun(suite, text);
      const quorum = await governor.quorum(snapshot);
      await governor.connect(suite.poor).castVote(proposalId, Vote.For);
      await time.increaseTo((await governor.proposalDeadline(proposalId)) + 1n);
      expect(await governor.state(proposalId)).to.equal(State.Defeated);
      await suite.parameters.connect(suite.dao).set(parameter, lower);
      await time.increase(1);
      expect(await governor.quorum(snapshot)).to.equal(quorum);
      const [, inFavour] = await governor.proposalVotes(proposalId);
      expect(await governor.quorum(BigInt(await time.latest()) - 1n)).to.be.lessThan(inFavour);
      expect(await governor.state(proposalId)).to.equal(State.Defeated);
      await expect(governor[QUEUE](...argsOf(proposal))).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
    });

    it(`${kind}: a quorum that is raised later stops nothing that was queued`, async function () {
      const suite = await loadFixture(deployQuiet);
      const { proposal, proposalId, governor, snapshot } = await begun(suite, text);
      const quorum = await governor.quorum(snapshot);
      await governor.connect(suite.small).castVote(proposalId, Vote.For);
      await governor.connect(suite.poor).castVote(proposalId, Vote.For);
      await time.increaseTo((await governor.proposalDeadline(proposalId)) + 1n);
      await governor[QUEUE](...argsOf(proposal));
      await suite.parameters.connect(suite.dao).set(parameter, higher);
      await time.increaseTo(await governor.proposalEta(proposalId));
      const [, inFavour] = await governor.proposalVotes(proposalId);
      expect(inFavour).to.be.greaterThanOrEqual(quorum);
      expect(await governor.quorum(BigInt(await time.latest()) - 1n)).to.be.greaterThan(inFavour);
      expect(await governor.state(proposalId)).to.equal(State.Queued);
      await governor[EXECUTE](...argsOf(proposal));
      expect(await governor.state(proposalId)).to.equal(State.Executed);
    });
  }

  it("takes the quorum of its snapshot, changed until then", async function () {
    const suite = await loadFixture(deployQuiet);
    const { technicalGovernor, support, small, parameters, dao } = suite;
    const proposal = await feeProposal(suite);
    const proposalId = await propose(suite, proposal);
    await support.connect(small).castVote(proposalId, Vote.For);
    await technicalGovernor.promote(...fullArgsOf(proposal));
    const snapshot = await technicalGovernor.proposalSnapshot(proposalId);
    const before = await technicalGovernor.quorum(BigInt(await time.latest()) - 1n);
    await time.setNextBlockTimestamp(snapshot);
    await parameters.connect(dao).set(Parameter.TechnicalQuorumBps, 4_250n);
    await time.increase(1);
    expect(await technicalGovernor.quorum(snapshot - 1n)).to.equal(before);
    expect(await technicalGovernor.quorum(snapshot)).to.be.greaterThan(before);
    await expect(technicalGovernor.quorum(BigInt(await time.latest()) + 9n)).to.be.revert(ethers);
  });

  it("has the history of each number of governance, and of no other (INV-PAR-4)", async function () {
    const { parameters, technicalTimelock } = await loadFixture(deployGovernance);
    const byDao = parameters.connect(await actAs(technicalTimelock));
    const seen: [number, bigint][] = [[await time.latest(), 3_000n]];
    for (const value of [3_500n, 3_200n, 2_000n]) {
      await time.increase(30 * DAY);
      await byDao.set(Parameter.TechnicalQuorumBps, value);
      seen.push([await time.latest(), value]);
    }
    const now = await time.latest();
    await expect(parameters.getPast(Parameter.TechnicalQuorumBps, now + 1)).to.be.revertedWithCustomError(
      parameters,
      "ParametersFutureLookup",
    );
    await time.increase(1);
    for (const [index, [timestamp, value]] of seen.entries()) {
      const earlier = seen[index - 1]?.[1] ?? value;
      expect(await parameters.getPast(Parameter.TechnicalQuorumBps, timestamp)).to.equal(value);
      expect(await parameters.getPast(Parameter.TechnicalQuorumBps, timestamp - 1)).to.equal(earlier);
    }
    expect(await parameters.getPast(Parameter.PolicyQuorumBps, 0)).to.equal(2_000n);
    await expect(parameters.getPast(Parameter.MacsPerWorkUnit, now))
      .to.be.revertedWithCustomError(parameters, "ParametersNoHistory")
      .withArgs(Parameter.MacsPerWorkUnit);
  });

  it("revives no support that failed when less is needed later", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, technicalGovernor, technicalTimelock, parameters, poor } = suite;
    await fund(suite, poor, 3_000n * CXT);
    const proposal = await feeProposal(suite);
    const proposalId = await propose(suite, proposal);
    await support.connect(poor).castVote(proposalId, Vote.For);
    await time.increaseTo((await support.proposalDeadline(proposalId)) + 1n);
    expect(await support.state(proposalId)).to.equal(State.Defeated);
    await parameters.connect(await actAs(technicalTimelock)).set(Parameter.SupportBps, 10n);
    await time.increase(1);
    const needed = await support.supportThreshold(BigInt(await time.latest()) - 1n);
    const [, inFavour] = await support.proposalVotes(proposalId);
    expect(inFavour).to.be.greaterThan(needed);
    expect(await support.state(proposalId)).to.equal(State.Defeated);
    await expect(technicalGovernor.promote(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "StageGovernorNotPromotable",
    );
  });

  it("promotes what was supported, however much more is needed later", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, technicalGovernor, technicalTimelock, parameters, poor, author } = suite;
    await fund(suite, poor, 13_000n * CXT);
    const proposal = await feeProposal(suite);
    const proposalId = await propose(suite, proposal);
    await support.connect(poor).castVote(proposalId, Vote.For);
    await time.increaseTo((await support.proposalDeadline(proposalId)) + 1n);
    await parameters.connect(await actAs(technicalTimelock)).set(Parameter.SupportBps, 390n);
    await time.increase(1);
    const [, inFavour] = await support.proposalVotes(proposalId);
    expect(await support.supportThreshold(BigInt(await time.latest()) - 1n)).to.be.greaterThan(inFavour);
    expect(await support.state(proposalId)).to.equal(State.Succeeded);
    await expect(support.settleBond(proposalId))
      .to.emit(support, "BondSettled")
      .withArgs(proposalId, author, 1_000n * CXT, false);
    await technicalGovernor.promote(...fullArgsOf(proposal));
  });
});

describe("A confirmation", function () {
  it("is not its author's to take back (INV-GOV-8)", async function () {
    const suite = await loadFixture(deployVetoed);
    const { technicalGovernor, author, vetoer, proposal, proposalId, again, confirmation } = suite;
    await technicalGovernor.confirm(...fullArgsOf(proposal));
    expect(await technicalGovernor.state(confirmation)).to.equal(State.Pending);
    for (const caller of [author, vetoer]) {
      await expect(technicalGovernor.connect(caller)[CANCEL](...argsOf(again)))
        .to.be.revertedWithCustomError(technicalGovernor, "GovernorUnableToCancel")
        .withArgs(confirmation, caller);
    }
    expect(await technicalGovernor.vetoUpheld(proposalId)).to.equal(false);
  });

  it("is a vote on the same code (INV-GOV-7)", async function () {
    const suite = await loadFixture(deployVetoed);
    const { technicalGovernor, parameters, proposal, proposalId } = suite;
    const address = await parameters.getAddress();
    const code = await ethers.provider.getCode(address);
    const hashOf = (changed: string) => ethers.keccak256(ethers.keccak256(changed));
    await ethers.provider.send("hardhat_setCode", [address, `${code}00`]);
    await expect(technicalGovernor.confirm(...fullArgsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "TechnicalGovernorCodeChanged")
      .withArgs(proposalId, hashOf(code), hashOf(`${code}00`));
    await ethers.provider.send("hardhat_setCode", [address, code]);
    await technicalGovernor.confirm(...fullArgsOf(proposal));
  });

  it("can be brought for thirty days, the last second included", async function () {
    const { technicalGovernor, proposal, proposalId } = await loadFixture(deployVetoed);
    const until = (await technicalGovernor.vetoedAt(proposalId)) + 30n * BigInt(DAY);
    const last = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(until);
    await technicalGovernor.confirm(...fullArgsOf(proposal));
    await last.restore();
    await time.setNextBlockTimestamp(until + 1n);
    await expect(technicalGovernor.confirm(...fullArgsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "TechnicalGovernorNotConfirmable")
      .withArgs(proposalId, until);
  });

  it("comes of a veto alone: of nobody else, of nothing that is not queued, and of no confirmation", async function () {
    const suite = await loadFixture(deployVetoed);
    const { technicalGovernor, vetoer, stranger, technicalTimelock, whale, proposal, proposalId, again } = suite;
    for (const caller of [stranger, await actAs(technicalTimelock), await actAs(technicalGovernor)]) {
      await expect(technicalGovernor.connect(caller).veto(...argsOf(proposal)))
        .to.be.revertedWithCustomError(technicalGovernor, "TechnicalGovernorOnlyVeto")
        .withArgs(caller);
    }
    const byVetoer = technicalGovernor.connect(vetoer);
    await expect(byVetoer.veto(...argsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "GovernorUnexpectedProposalState")
      .withArgs(proposalId, State.Canceled, ethers.zeroPadValue("0x20", 32));
    await technicalGovernor.confirm(...fullArgsOf(proposal));
    const confirmation = await idOf(suite, again);
    await time.increaseTo((await technicalGovernor.proposalSnapshot(confirmation)) + 1n);
    await technicalGovernor.connect(whale).castVote(confirmation, Vote.For);
    await time.increaseTo((await technicalGovernor.proposalDeadline(confirmation)) + 1n);
    await technicalGovernor[QUEUE](...argsOf(again));
    await expect(byVetoer.veto(...argsOf(again)))
      .to.be.revertedWithCustomError(technicalGovernor, "TechnicalGovernorNotConfirmable")
      .withArgs(confirmation, 0n);
    // Nor is there a second confirmation behind the first.
    await expect(technicalGovernor.confirm(...fullArgsOf(again))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorNotConfirmable",
    );
  });
});

describe("Relay", function () {
  it("is no way to call as the governor: neither for a person nor for an adopted proposal (INV-GOV-6)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, policyGovernor, technicalTimelock, whale } = suite;
    for (const governor of [technicalGovernor, policyGovernor]) {
      await expect(governor.connect(whale).relay(whale, 0n, "0x")).to.be.revertedWithCustomError(
        governor,
        "StageGovernorOnlyPromotion",
      );
    }
    const proposal = await callOf(technicalGovernor, "relay", [await technicalTimelock.getAddress(), 0n, "0x"]);
    const proposalId = await queued(suite, proposal);
    await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
    await expect(technicalGovernor[EXECUTE](...argsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "StageGovernorOnlyPromotion",
    );
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Queued);
  });
});

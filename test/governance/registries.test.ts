// What voters read, what is recorded, what waits longer, and the bounds of votes.
import { expect } from "chai";
import { ZeroHash, id } from "ethers";

import { CXT, DAY, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import {
  State,
  Vote,
  argsOf,
  callOf,
  deployGovernance,
  feeProposal,
  fund,
  promoted,
  queued,
  textProposal,
} from "../support/governance.ts";

const SCHEDULE = ["0x", ZeroHash, ZeroHash] as const;

async function asTimelock<T extends { connect(signer: Awaited<ReturnType<typeof ethers.getSigner>>): T }>(
  timelock: { getAddress(): Promise<string> },
  contract: T,
): Promise<T> {
  const address = await timelock.getAddress();
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, CXT);
  return contract.connect(await ethers.getSigner(address));
}

// PolicyRegistry
// ├── records texts of the timelock alone, each once (INV-POL-1)
// └── refuses an empty hash, and an address of the text that is empty or too long
describe("PolicyRegistry", function () {
  it("records each text once, for the timelock alone (INV-POL-1)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { policies, policyTimelock, admin } = suite;
    const text = [id("text"), "ipfs://text", ZeroHash] as const;
    await expect(policies.connect(admin).ratify(...text))
      .to.be.revertedWithCustomError(policies, "PolicyRegistryOnlyTimelock")
      .withArgs(admin);
    const by = await asTimelock(policyTimelock, policies);
    await expect(by.ratify(...text))
      .to.emit(policies, "PolicyRatified")
      .withArgs(1n, ...[text[0], text[2], text[1]]);
    await expect(by.ratify(...text))
      .to.be.revertedWithCustomError(policies, "PolicyRegistryKnown")
      .withArgs(text[0], 1n);
    for (const [hash, uri] of [
      [ZeroHash, "ipfs://x"],
      [id("other"), ""],
      [id("other"), "x".repeat(257)],
    ] as const) {
      await expect(by.ratify(hash, uri, ZeroHash)).to.be.revertedWithCustomError(policies, "PolicyRegistryBadText");
    }
    const first = await policies.policyOf(1);
    await by.ratify(id("other"), "x".repeat(256), ZeroHash);
    expect(await policies.policyOf(1)).to.deep.equal(first);
    expect((await policies.policyOf(9)).contentHash).to.equal(ZeroHash);
  });
});

// SelectorRegistry
// ├── has a label for what the DAO may call
// ├── no label shortens the delay of what gives authority, at any target (INV-SEL-1)
// └── the DAO labels, shortly
describe("SelectorRegistry", function () {
  it("never shortens the delay of what gives authority (INV-SEL-1)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { selectors, accessManager, technicalTimelock, technicalGovernor, parameters, market, stranger } = suite;
    const by = await asTimelock(technicalTimelock, selectors);
    const dangerous = [
      ...["grantRole", "revokeRole", "renounceRole", "setRoleAdmin", "setRoleGuardian", "setGrantDelay"],
      ...[
        "setTargetFunctionRole",
        "setTargetAdminDelay",
        "setTargetClosed",
        "updateAuthority",
        "schedule",
        "execute",
        "multicall",
      ],
    ].map((name) => [accessManager, accessManager.interface.getFunction(name as never).selector] as const);
    const own = (["grantRole", "revokeRole", "updateDelay", "scheduleBatch", "executeBatch"] as const).map(
      (name) => [technicalTimelock, technicalTimelock.interface.getFunction(name).selector] as const,
    );
    const more = [
      [technicalGovernor, technicalGovernor.interface.getFunction("relay").selector] as const,
      [market, market.interface.getFunction("setAuthority").selector] as const,
      [selectors, selectors.interface.getFunction("label").selector] as const,
    ];
    for (const [target, selector] of [...dangerous, ...own, ...more]) {
      await by.label(target, selector, "harmless");
      expect(await selectors.needsLongDelay(target, `${selector}${"00".repeat(32)}`), selector).to.equal(true);
      expect(await selectors.needsLongDelay(stranger, selector)).to.equal(true);
    }
    const set = parameters.interface.getFunction("set").selector;
    expect(await selectors.labelOf(parameters, set)).to.equal("Parameters.set");
    expect(await selectors.needsLongDelay(parameters, set)).to.equal(false);
    expect(await selectors.needsLongDelay(market, set)).to.equal(true);
    for (const short of ["0x", "0x123456"]) expect(await selectors.needsLongDelay(parameters, short)).to.equal(true);
    await expect(by.label(parameters, set, "x".repeat(101)))
      .to.be.revertedWithCustomError(selectors, "SelectorRegistryLabelTooLong")
      .withArgs(101n, 100n);
    await by.label(parameters, set, "");
    expect(await selectors.needsLongDelay(parameters, set)).to.equal(true);
    await expect(selectors.connect(stranger).label(parameters, set, "mine")).to.be.revertedWithCustomError(
      selectors,
      "AccessManagedUnauthorized",
    );
  });
});

// GovernanceTimelock
// ├── obeys its governor alone; nobody administers it
// ├── delay within hard bounds
// └── longer delay whoever schedules, one call or many
describe("GovernanceTimelock", function () {
  it("obeys its governor alone, and nobody administers it", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalTimelock, policyTimelock, technicalGovernor, policyGovernor, councilPowers, admin } = suite;
    for (const [timelock, governor] of [
      [technicalTimelock, technicalGovernor],
      [policyTimelock, policyGovernor],
    ] as const) {
      for (const role of ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"]) {
        expect(await timelock.hasRole(id(role), governor)).to.equal(true);
        for (const other of [admin.address, ethers.ZeroAddress])
          expect(await timelock.hasRole(id(role), other)).to.equal(false);
      }
      expect(await timelock.hasRole(ZeroHash, admin)).to.equal(false);
      expect(await timelock.hasRole(ZeroHash, timelock)).to.equal(true);
      const call = [timelock, 0n, ...SCHEDULE, 30n * BigInt(DAY)] as const;
      await expect(timelock.connect(admin).schedule(...call)).to.be.revertedWithCustomError(
        timelock,
        "AccessControlUnauthorizedAccount",
      );
    }
    expect(await technicalTimelock.hasRole(id("CANCELLER_ROLE"), councilPowers)).to.equal(true);
    expect(await technicalGovernor.isVetoer(councilPowers)).to.equal(true);
    for (const other of [admin.address, await technicalGovernor.getAddress()]) {
      expect(await technicalGovernor.isVetoer(other)).to.equal(false);
    }
    const proposal = await feeProposal(suite);
    await expect(technicalGovernor.connect(admin).veto(...argsOf(proposal)))
      .to.be.revertedWithCustomError(technicalGovernor, "TechnicalGovernorOnlyVeto")
      .withArgs(admin);
  });

  it("keeps its delay within hard bounds", async function () {
    const { technicalTimelock, policyTimelock, admin } = await loadFixture(deployGovernance);
    const by = await asTimelock(technicalTimelock, technicalTimelock);
    for (const outside of [3 * DAY - 1, 30 * DAY + 1]) {
      await expect(by.updateDelay(outside))
        .to.be.revertedWithCustomError(technicalTimelock, "GovernanceTimelockOutOfBounds")
        .withArgs(outside, 3 * DAY, 30 * DAY);
    }
    await by.updateDelay(3 * DAY);
    expect(await technicalTimelock.getMinDelay()).to.equal(BigInt(3 * DAY));
    await expect(policyTimelock.connect(admin).updateDelay(DAY)).to.be.revertedWithCustomError(
      policyTimelock,
      "TimelockUnauthorizedCaller",
    );
    const factory = await ethers.getContractFactory("GovernanceTimelock");
    await expect(factory.deploy(DAY - 1, DAY, ethers.ZeroAddress, admin)).to.be.revertedWithCustomError(
      factory,
      "GovernanceTimelockOutOfBounds",
    );
  });

  it("makes a role change wait 14 days, alone as in a batch (INV-GOV-1)", async function () {
    const { technicalTimelock, technicalGovernor, accessManager } = await loadFixture(deployGovernance);
    const grant = await callOf(accessManager, "grantRole", [1n, await technicalGovernor.getAddress(), 0]);
    const by = await asTimelock(technicalGovernor, technicalTimelock);
    const at = BigInt(await time.latest()) + 100n;
    await time.setNextBlockTimestamp(at);
    await by.schedule(grant.targets[0] ?? "", 0n, grant.calldatas[0] ?? "", ZeroHash, ZeroHash, 7 * DAY);
    const operation = await technicalTimelock.hashOperation(
      ...([grant.targets[0] ?? "", 0n, grant.calldatas[0] ?? "", ZeroHash, ZeroHash] as const),
    );
    expect(await technicalTimelock.getTimestamp(operation)).to.equal(at + 14n * BigInt(DAY));
  });
});

// Votes of the second stage
// ├── delay, period and extension change by a proposal, within hard bounds
// ├── a quorum that is reached late extends the vote
// ├── the quorum has a floor of all units and a ceiling that delegation cannot raise
// └── what somebody chose is remembered
describe("Votes of the second stage", function () {
  it("keeps its settings within hard bounds", async function () {
    const { technicalGovernor, technicalTimelock, admin } = await loadFixture(deployGovernance);
    const by = await asTimelock(technicalTimelock, technicalGovernor);
    await expect(technicalGovernor.connect(admin).setVotingDelay(DAY)).to.be.revertedWithCustomError(
      technicalGovernor,
      "GovernorOnlyExecutor",
    );
    // The executor's calls are those of proposals alone: by itself it is refused too.
    for (const call of [by.setVotingDelay, by.setVotingPeriod]) await expect(call(6 * DAY)).to.be.revert(ethers);
    for (const [outside, settings] of [
      ["votingDelay", [DAY - 1, 7 * DAY + 1]],
      ["votingPeriod", [5 * DAY - 1, 21 * DAY + 1]],
    ] as const) {
      for (const value of settings) {
        const suite = await loadFixture(deployGovernance);
        const method = outside === "votingDelay" ? "setVotingDelay" : "setVotingPeriod";
        const proposal = await callOf(suite.technicalGovernor, method, [value]);
        await queued(suite, proposal);
        const proposalId = await suite.support.hashProposal(...argsOf(proposal));
        await time.increaseTo(await suite.technicalGovernor.proposalEta(proposalId));
        await expect(
          suite.technicalGovernor["execute(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)),
        ).to.be.revertedWithCustomError(suite.technicalGovernor, "StageGovernorOutOfBounds");
      }
    }
  });

  it("extends a vote whose quorum comes late", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, whale, small } = suite;
    const proposalId = await promoted(suite, await feeProposal(suite));
    const deadline = await technicalGovernor.proposalDeadline(proposalId);
    await time.setNextBlockTimestamp(deadline - 60n);
    await expect(technicalGovernor.connect(whale).castVote(proposalId, Vote.For)).to.emit(
      technicalGovernor,
      "ProposalExtended",
    );
    expect(await technicalGovernor.proposalDeadline(proposalId)).to.equal(deadline - 60n + 2n * BigInt(DAY));
    await time.increase(DAY);
    await technicalGovernor.connect(small).castVote(proposalId, Vote.Against);
  });

  it("has a quorum between a floor and a ceiling of all units", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, policyGovernor, votes, whale, small, other, poor, author } = suite;
    const at = await time.latest();
    await time.increase(1);
    const total = await votes.getPastTotalSupply(at);
    // Nearly everything is delegated: the ceiling holds, whatever a whale delegates.
    expect(await technicalGovernor.quorum(at)).to.equal((total * 1_000n + 9_999n) / 10_000n);
    expect(await policyGovernor.quorum(at)).to.equal((total * 600n + 9_999n) / 10_000n);
    for (const voter of [whale, small, other, author]) await votes.connect(voter).delegate(ethers.ZeroAddress);
    const few = await time.latest();
    await time.increase(1);
    expect(await votes.getPastTotalDelegated(few)).to.equal(await votes.balanceOf(poor));
    expect(await technicalGovernor.quorum(few)).to.equal((total * 200n + 9_999n) / 10_000n);
    expect(await policyGovernor.quorum(few)).to.equal((total * 100n + 9_999n) / 10_000n);
    await fund(suite, whale, CXT);
  });

  it("remembers what everybody chose, on many proposals", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, policyGovernor, whale, small, other, poor } = suite;
    const fee = await promoted(suite, await feeProposal(suite));
    for (const [voter, choice] of [
      [whale, Vote.For],
      [small, Vote.Against],
      [other, Vote.Abstain],
    ] as const) {
      await technicalGovernor.connect(voter).castVote(fee, choice);
      expect(await technicalGovernor.choiceOf(fee, voter)).to.deep.equal([true, BigInt(choice)]);
    }
    expect(await technicalGovernor.choiceOf(fee, poor)).to.deep.equal([false, 0n]);
    await time.increase(60 * DAY);
    const text = await promoted(suite, await textProposal(suite));
    await policyGovernor.connect(whale).castVote(text, Vote.Against);
    expect(await policyGovernor.choiceOf(text, whale)).to.deep.equal([true, 0n]);
    expect(await technicalGovernor.choiceOf(fee, whale)).to.deep.equal([true, 1n]);
    expect(await technicalGovernor.choiceOf(text, whale)).to.deep.equal([false, 0n]);
    expect(await policyGovernor.state(text)).to.equal(State.Active);
  });
});

// The two powers of the council: a second look at a proposal, and a stop of some days.
import { expect } from "chai";
import { id } from "ethers";

import { CXT, DAY, type Signer, ethers, loadFixture, time } from "../support/market/suite.ts";
import {
  type Proposal,
  State,
  Vote,
  argsOf,
  callOf,
  feeProposal,
  fullArgsOf,
  fund,
  queued,
} from "../support/governance.ts";
import { type CouncilSuite, deploySeated } from "./support/council.ts";

const EXECUTE = "execute(address[],uint256[],bytes[],bytes32)";
const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";

/** The same, with a queued proposal; voters outweigh all stakes of the council together. */
async function deployQueued() {
  const suite = await deploySeated();
  await fund(suite, suite.whale, 2_000_000n * CXT);
  await time.increase(1);
  const proposal = await feeProposal(suite);
  const proposalId = await queued(suite, proposal);
  return { ...suite, proposal, proposalId };
}

async function vetoBy(suite: CouncilSuite, proposal: Proposal, members: readonly (Signer | undefined)[]) {
  for (const member of members) {
    if (member === undefined) throw new Error("no such member");
    await suite.councilPowers.connect(member).voteVeto(...argsOf(proposal));
  }
}

// CouncilPowers
// ├── voteVeto
// │   ├── six of nine with one of each constituency send a queued proposal back (INV-COP-1)
// │   ├── not five; not six of two constituencies; not by others; nobody twice; who left does not count
// │   ├── the same calls come back as a confirmation that nobody can veto (INV-GOV-8)
// │   ├── what takes power from the council alone is exempt; not beside other calls (INV-COP-2)
// │   └── a veto that nobody confirms stands
// ├── voteBrake: stops listed modules, new work only
// └── nothing after the sunset
describe("CouncilPowers", function () {
  it("sends a queued proposal back with six votes of all constituencies (INV-COP-1)", async function () {
    const suite = await loadFixture(deployQueued);
    const { councilPowers, technicalGovernor, members, proposal, proposalId } = suite;
    expect(await councilPowers.majority()).to.equal(6n);
    // Members 0 to 2 compute, 3 to 5 stake, 6 to 8 develop.
    await vetoBy(suite, proposal, members.slice(0, 6));
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Queued);
    await expect(councilPowers.connect(members[8]).voteVeto(...argsOf(proposal)))
      .to.emit(councilPowers, "Vetoed")
      .withArgs(proposalId);
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Canceled);
    await time.increase(8 * DAY);
    await expect(technicalGovernor[EXECUTE](...argsOf(proposal))).to.be.revert(ethers);
  });

  it("counts present members, once each", async function () {
    const suite = await loadFixture(deployQueued);
    const { councilPowers, council, members, proposal, stranger, technicalGovernor, proposalId } = suite;
    await expect(councilPowers.connect(stranger).voteVeto(...argsOf(proposal)))
      .to.be.revertedWithCustomError(councilPowers, "CouncilPowersNotMember")
      .withArgs(stranger);
    await vetoBy(suite, proposal, [members[0], members[1], members[3], members[4], members[6]]);
    await expect(councilPowers.connect(members[0]).voteVeto(...argsOf(proposal))).to.be.revertedWithCustomError(
      councilPowers,
      "CouncilPowersVotedAlready",
    );
    await council.connect(members[1]).resign();
    // Eight seats are filled: two thirds of them are six; the one that left does not count.
    await vetoBy(suite, proposal, [members[7]]);
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Queued);
    await vetoBy(suite, proposal, [members[8]]);
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Canceled);
  });

  it("can veto nothing that is not queued", async function () {
    const suite = await loadFixture(deploySeated);
    const { councilPowers, members } = suite;
    const proposal = await feeProposal(suite);
    await vetoBy(
      suite,
      proposal,
      [0, 1, 3, 4, 6].map((index) => members[index]),
    );
    await expect(councilPowers.connect(members[7]).voteVeto(...argsOf(proposal))).to.be.revert(ethers);
  });

  it("lets voters confirm what was vetoed; a confirmation cannot be vetoed (INV-GOV-8)", async function () {
    const suite = await loadFixture(deployQueued);
    const { councilPowers, technicalGovernor, members, proposal, proposalId, whale, small, stranger, market } = suite;
    await expect(technicalGovernor.confirm(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorNotConfirmable",
    );
    await vetoBy(
      suite,
      proposal,
      [0, 1, 3, 4, 6, 7].map((index) => members[index]),
    );
    await technicalGovernor.connect(stranger).confirm(...fullArgsOf(proposal));
    await expect(technicalGovernor.confirm(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorNotConfirmable",
    );
    const again = { ...proposal, description: proposal.description + (await technicalGovernor.CONFIRMATION_SUFFIX()) };
    const confirmation = await technicalGovernor.hashProposal(...argsOf(again));
    expect(await technicalGovernor.isConfirmation(confirmation)).to.equal(true);
    expect(await technicalGovernor.vetoUpheld(proposalId)).to.equal(false);
    await time.increaseTo((await technicalGovernor.proposalSnapshot(confirmation)) + 1n);
    for (const voter of [whale, small]) await technicalGovernor.connect(voter).castVote(confirmation, Vote.For);
    await time.increaseTo((await technicalGovernor.proposalDeadline(confirmation)) + 1n);
    await technicalGovernor[QUEUE](...argsOf(again));
    await expect(councilPowers.connect(members[0]).voteVeto(...argsOf(again)))
      .to.be.revertedWithCustomError(councilPowers, "CouncilPowersExempt")
      .withArgs(confirmation);
    await time.increaseTo(await technicalGovernor.proposalEta(confirmation));
    await technicalGovernor[EXECUTE](...argsOf(again));
    expect(await market.protocolFeeBps()).to.equal(400n);
  });

  it("lets a veto stand that nobody confirms in thirty days", async function () {
    const suite = await loadFixture(deployQueued);
    const { technicalGovernor, members, proposal, proposalId } = suite;
    await vetoBy(
      suite,
      proposal,
      [0, 1, 3, 4, 6, 7].map((index) => members[index]),
    );
    await time.increase(30 * DAY + 1);
    expect(await technicalGovernor.vetoUpheld(proposalId)).to.equal(true);
    await expect(technicalGovernor.confirm(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorNotConfirmable",
    );
  });

  it("cannot keep its own power: what takes it alone is exempt, not beside other calls (INV-COP-2)", async function () {
    const suite = await loadFixture(deploySeated);
    const { councilPowers, council, technicalTimelock, members, stranger } = suite;
    const dismiss = await callOf(council, "dismiss", [0, 0]);
    const revoke = await callOf(technicalTimelock, "revokeRole", [
      id("CANCELLER_ROLE"),
      await councilPowers.getAddress(),
    ]);
    const other = await callOf(technicalTimelock, "revokeRole", [id("CANCELLER_ROLE"), stranger.address]);
    const fee = await feeProposal(suite);
    const join = (...parts: Proposal[]) =>
      [parts.flatMap(({ targets }) => targets), parts.flatMap(({ calldatas }) => calldatas)] as const;
    expect(await councilPowers.isExempt(...join(dismiss, revoke))).to.equal(true);
    for (const parts of [[dismiss, fee], [revoke, fee], [other], [fee]]) {
      expect(await councilPowers.isExempt(...join(...parts))).to.equal(false);
    }
    expect(await councilPowers.isExempt([], [])).to.equal(false);
    await expect(councilPowers.connect(members[0]).voteVeto(...argsOf(dismiss))).to.be.revertedWithCustomError(
      councilPowers,
      "CouncilPowersExempt",
    );
  });

  it("stops listed modules for a time, and nothing else", async function () {
    const suite = await loadFixture(deploySeated);
    const { councilPowers, nodeRegistry, vault, members, stranger } = suite;
    const by = (index: number) => councilPowers.connect(members[index]);
    await expect(by(0).voteBrake(vault, DAY)).to.be.revertedWithCustomError(councilPowers, "CouncilPowersUnlisted");
    await expect(councilPowers.connect(stranger).voteBrake(nodeRegistry, DAY)).to.be.revertedWithCustomError(
      councilPowers,
      "CouncilPowersNotMember",
    );
    // Votes of one window of three days count together.
    const window = 3 * DAY;
    await time.increaseTo((Math.floor((await time.latest()) / window) + 1) * window);
    for (const index of [0, 1, 3, 4, 6]) await by(index).voteBrake(nodeRegistry, DAY);
    expect(await nodeRegistry.brakedUntil()).to.equal(0n);
    await by(7).voteBrake(nodeRegistry, DAY);
    await expect(nodeRegistry.connect(stranger).register(stranger, 0, "ipfs://x")).to.be.revertedWithCustomError(
      nodeRegistry,
      "BrakeActive",
    );
    await nodeRegistry.connect(suite.author).heartbeat();
    await time.increase(DAY);
    await nodeRegistry.connect(stranger).register(stranger, 0, "ipfs://x");
  });

  it("has no power after the sunset", async function () {
    const suite = await loadFixture(deploySeated);
    const { councilPowers, council, dao, members, nodeRegistry } = suite;
    await council.connect(dao).renew();
    const member = members[0] as Signer;
    await councilPowers.connect(member).voteBrake(nodeRegistry, DAY);
    await time.increaseTo((await council.seatOf(0, 0)).until - 100n);
    expect(await council.isMember(member)).to.equal(true);
    await ethers.provider.send("hardhat_setStorageAt", [
      await council.getAddress(),
      "0x1",
      `0x${(await time.latest()).toString(16).padStart(64, "0")}`,
    ]);
    expect(await council.sunset()).to.equal(BigInt(await time.latest()));
    await expect(councilPowers.connect(member).voteBrake(nodeRegistry, 2 * DAY)).to.be.revertedWithCustomError(
      councilPowers,
      "CouncilPowersEnded",
    );
  });
});

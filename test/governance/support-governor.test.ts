// The first stage: who may propose what, with which bond, and what becomes of it.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import {
  AUTHOR_STAKE,
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
  supported,
  textProposal,
} from "../support/governance.ts";

const CANCEL = "cancel(address[],uint256[],bytes[],bytes32)";
const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";
const BOND = 1_000n * CXT;

// SupportGovernor
// ├── propose
// │   ├── when the author has neither stake and score nor a sponsor that has
// │   │   └── it reverts with SupportGovernorNoStanding(author, sponsor, stake, score)
// │   ├── when a sponsor lets it, and it chose that sponsor
// │   │   └── it proposes; each of them is then bound by the live proposal
// │   ├── when author or sponsor has a live proposal
// │   │   └── it reverts with SupportGovernorLiveProposal(account, proposalId)
// │   ├── when it is too large, mixed, or has a target without code
// │   │   └── it reverts and takes no bond
// │   └── when somebody else copies a proposal that names its author
// │       └── it reverts with GovernorRestrictedProposer(caller)
// ├── votes
// │   ├── twice, too early, too late, by a wrong or replayed signature: refused
// │   └── by signature, also of a contract (ERC-1271)
// ├── state
// │   ├── Succeeded the moment For reaches the threshold and exceeds Against
// │   └── Abstain does not count
// ├── bonds
// │   ├── back after success, failure and cancellation
// │   ├── the treasury's when as many as could support it refused it
// │   └── settled once, not before the end, withdrawn once
// └── nothing is executed, queued or kept here
describe("SupportGovernor", function () {
  it("takes proposals of people with stake and score alone", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, whale, vault, author, node, votes } = suite;
    const proposal = await feeProposal(suite);
    await expect(support.connect(whale).propose(...fullArgsOf(proposal)))
      .to.be.revertedWithCustomError(support, "SupportGovernorNoStanding")
      .withArgs(whale, ethers.ZeroAddress, 0n, 0n);
    await vault.connect(author).startLeaving(node, 0);
    await time.increase(1);
    await expect(support.connect(author).propose(...fullArgsOf(proposal)))
      .to.be.revertedWithCustomError(support, "SupportGovernorNoStanding")
      .withArgs(author, ethers.ZeroAddress, 0n, WAD / 2n);
    await vault.connect(author).cancelLeaving(node, 0);
    expect(await votes.unitsOf(author, 1)).to.be.greaterThan(AUTHOR_STAKE);
    await time.increase(1);
    await support.connect(author).propose(...fullArgsOf(proposal));
  });

  it("takes no proposal of a suspended node's operator", async function () {
    const suite = await loadFixture(deployGovernance);
    await suite.nodeRegistry.connect(suite.admin).suspend(suite.node);
    await expect(
      suite.support.connect(suite.author).propose(...fullArgsOf(await feeProposal(suite))),
    ).to.be.revertedWithCustomError(suite.support, "SupportGovernorNoStanding");
  });

  it("lets a sponsor lend its standing to one author that chose it", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author, poor, other } = suite;
    const proposal = await feeProposal(suite);
    await support.connect(author).sponsor(poor);
    await expect(support.connect(poor).propose(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      support,
      "SupportGovernorNoStanding",
    );
    await support.connect(poor).chooseSponsor(author);
    await support.connect(other).chooseSponsor(author);
    expect(await support.sponsorOf(poor)).to.equal(author.address);
    expect(await support.sponsorOf(other)).to.equal(ethers.ZeroAddress);
    const proposalId = await idOf(suite, proposal);
    await expect(support.connect(poor).propose(...fullArgsOf(proposal)))
      .to.emit(support, "BondTaken")
      .withArgs(proposalId, poor, author, BOND);
    for (const account of [poor, author]) expect(await support.liveProposalOf(account)).to.equal(proposalId);
    const another = await feeProposal(suite, 450);
    await expect(support.connect(author).propose(...fullArgsOf(another)))
      .to.be.revertedWithCustomError(support, "SupportGovernorLiveProposal")
      .withArgs(author, proposalId);
    await support.connect(author).sponsor(ethers.ZeroAddress);
    expect(await support.sponsorOf(poor)).to.equal(ethers.ZeroAddress);
  });

  it("allows one live proposal at a time, until it failed or can no longer be promoted", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author } = suite;
    const first = await supported(suite, await feeProposal(suite));
    const another = await feeProposal(suite, 450);
    await expect(support.connect(author).propose(...fullArgsOf(another)))
      .to.be.revertedWithCustomError(support, "SupportGovernorLiveProposal")
      .withArgs(author, first);
    await time.increaseTo((await support.promotableUntil(first)) + 1n);
    const second = await propose(suite, another);
    await time.increaseTo((await support.proposalDeadline(second)) + 1n);
    expect(await support.state(second)).to.equal(State.Defeated);
    await support.connect(author).propose(...fullArgsOf(await feeProposal(suite, 460)));
  });

  it("refuses what nobody can read, what mixes kinds, and what calls nobody; no bond is taken", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, token, author, parameters, policies, stranger } = suite;
    const held = await token.balanceOf(author);
    const fee = await feeProposal(suite);
    const text = await textProposal(suite);
    const tenOf = (count: number) => ({
      targets: Array<string>(count).fill(fee.targets[0] ?? ""),
      values: Array<bigint>(count).fill(0n),
      calldatas: Array<string>(count).fill(fee.calldatas[0] ?? ""),
      description: "many",
    });
    const by = support.connect(author);
    await expect(by.propose(...fullArgsOf(tenOf(11))))
      .to.be.revertedWithCustomError(support, "SupportGovernorTooLarge")
      .withArgs(ethers.encodeBytes32String("actions"), 11n, 10n);
    await expect(by.propose(...fullArgsOf({ ...fee, description: "x".repeat(8_001) })))
      .to.be.revertedWithCustomError(support, "SupportGovernorTooLarge")
      .withArgs(ethers.encodeBytes32String("description"), 8_001n, 8_000n);
    const mixed = {
      ...fee,
      targets: [...fee.targets, ...text.targets],
      values: [0n, 0n],
      calldatas: [...fee.calldatas, ...text.calldatas],
    };
    const twoTexts = {
      ...text,
      targets: [...text.targets, ...text.targets],
      values: [0n, 0n],
      calldatas: [...text.calldatas, ...text.calldatas],
    };
    const other = await callOf(policies, "policyOf", [1n]);
    for (const bad of [mixed, twoTexts, other]) {
      await expect(by.propose(...fullArgsOf(bad))).to.be.revertedWithCustomError(support, "SupportGovernorMixedKinds");
    }
    await expect(by.propose([stranger.address], [0n], ["0x"], "to a person"))
      .to.be.revertedWithCustomError(support, "SupportGovernorNoCode")
      .withArgs(stranger);
    await expect(by.propose([], [], [], "nothing")).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidProposalLength",
    );
    await expect(by.propose([await parameters.getAddress()], [], ["0x"], "odd")).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidProposalLength",
    );
    // Else somebody with little support could take the place of a confirmation.
    const reserved = { ...fee, description: fee.description + (await suite.technicalGovernor.CONFIRMATION_SUFFIX()) };
    await expect(by.propose(...fullArgsOf(reserved))).to.be.revertedWithCustomError(
      support,
      "SupportGovernorReservedDescription",
    );
    expect(await token.balanceOf(author)).to.equal(held);
    await by.propose(...fullArgsOf(tenOf(10)));
    expect(await token.balanceOf(author)).to.equal(held - BOND);
  });

  it("keeps a proposal for the author that its description names", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author, other } = suite;
    const proposal = { ...(await feeProposal(suite)), description: `Mine #proposer=${other.address}` };
    await expect(support.connect(author).propose(...fullArgsOf(proposal)))
      .to.be.revertedWithCustomError(support, "GovernorRestrictedProposer")
      .withArgs(author);
  });

  it("refuses the same proposal twice", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author, poor } = suite;
    const proposal = await feeProposal(suite);
    await support.connect(author).propose(...fullArgsOf(proposal));
    await support.connect(author)[CANCEL](...argsOf(proposal));
    await expect(support.connect(author).propose(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      support,
      "GovernorUnexpectedProposalState",
    );
    expect(await support.liveProposalOf(poor)).to.equal(0n);
  });

  it("counts a vote once, and only while it can be cast", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author, poor, whale } = suite;
    const proposal = await feeProposal(suite);
    await support.connect(author).propose(...fullArgsOf(proposal));
    const proposalId = await idOf(suite, proposal);
    const vote = async (by = poor) => support.connect(by).castVote(proposalId, Vote.For);
    await expect(vote()).to.be.revertedWithCustomError(support, "GovernorUnexpectedProposalState");
    await time.increaseTo((await support.proposalSnapshot(proposalId)) + 1n);
    await vote();
    await expect(vote()).to.be.revertedWithCustomError(support, "GovernorAlreadyCastVote").withArgs(poor);
    await expect(support.connect(whale).castVote(proposalId, 3)).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidVoteType",
    );
    await time.increaseTo((await support.proposalDeadline(proposalId)) + 1n);
    await expect(vote(whale)).to.be.revertedWithCustomError(support, "GovernorUnexpectedProposalState");
  });

  it("takes votes by signature, of people and of contracts, each once", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, small, other, stranger } = suite;
    const proposalId = await propose(suite, await feeProposal(suite));
    const { chainId } = await ethers.provider.getNetwork();
    const domain = {
      name: "Corex Support Governor",
      version: "1",
      chainId,
      verifyingContract: await support.getAddress(),
    };
    const types = {
      Ballot: [
        { name: "proposalId", type: "uint256" },
        { name: "support", type: "uint8" },
        { name: "voter", type: "address" },
        { name: "nonce", type: "uint256" },
      ],
    };
    const ballot = { proposalId, support: Vote.Against, voter: other.address, nonce: 0n };
    const signature = await other.signTypedData(domain, types, ballot);
    const cast = async (choice: number, voter: string, signed: string) =>
      support.connect(stranger).castVoteBySig(proposalId, choice, voter, signed);
    await expect(cast(Vote.For, other.address, signature)).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidSignature",
    );
    await expect(cast(Vote.Against, small.address, signature)).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidSignature",
    );
    await cast(Vote.Against, other.address, signature);
    await expect(cast(Vote.Against, other.address, signature)).to.be.revertedWithCustomError(
      support,
      "GovernorInvalidSignature",
    );
    expect((await support.proposalVotes(proposalId)).againstVotes).to.equal(await suite.votes.getVotes(other));
  });

  it("succeeds the moment For reaches the threshold; Abstain does not help", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, small, poor, whale } = suite;
    const proposalId = await propose(suite, await feeProposal(suite));
    const threshold = await support.quorum(await support.proposalSnapshot(proposalId));
    expect(await suite.votes.getVotes(poor)).to.be.lessThan(threshold);
    await support.connect(poor).castVote(proposalId, Vote.For);
    await support.connect(whale).castVote(proposalId, Vote.Abstain);
    expect(await support.state(proposalId)).to.equal(State.Active);
    await support.connect(small).castVote(proposalId, Vote.For);
    expect(await support.state(proposalId)).to.equal(State.Succeeded);
  });

  it("returns the bond of what succeeded, failed or was cancelled, once", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, token, author, stranger } = suite;
    const first = await supported(suite, await feeProposal(suite));
    await expect(support.connect(stranger).settleBond(first))
      .to.emit(support, "BondSettled")
      .withArgs(first, author, BOND, false);
    await expect(support.settleBond(first)).to.be.revertedWithCustomError(support, "SupportGovernorBondNotDue");
    await expect(support.connect(stranger).withdrawBond(author)).to.changeTokenBalances(
      ethers,
      token,
      [support, author],
      [-BOND, BOND],
    );
    expect(await support.withdrawBond.staticCall(author)).to.equal(0n);
    await time.increase(45 * DAY);
    const failing = await propose(suite, await feeProposal(suite, 450));
    await expect(support.settleBond(failing)).to.be.revertedWithCustomError(support, "SupportGovernorBondNotDue");
    await time.increaseTo((await support.proposalDeadline(failing)) + 1n);
    await support.settleBond(failing);
    const cancelled = await feeProposal(suite, 460);
    await support.connect(author).propose(...fullArgsOf(cancelled));
    await support.connect(author)[CANCEL](...argsOf(cancelled));
    await support.settleBond(await idOf(suite, cancelled));
    expect(await support.owedTo(author)).to.equal(2n * BOND);
    expect(await token.balanceOf(support)).to.equal(2n * BOND);
  });

  it("gives the bond of spam to the treasury", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, token, treasury, whale, author } = suite;
    const proposalId = await propose(suite, await feeProposal(suite));
    await support.connect(whale).castVote(proposalId, Vote.Against);
    await time.increaseTo((await support.proposalDeadline(proposalId)) + 1n);
    await expect(support.settleBond(proposalId)).to.changeTokenBalances(
      ethers,
      token,
      [support, treasury],
      [-BOND, BOND],
    );
    expect(await support.owedTo(author)).to.equal(0n);
  });

  it("executes, queues and keeps nothing (INV-GOV-2)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author } = suite;
    const proposal = await feeProposal(suite);
    await supported(suite, proposal);
    await expect(
      support["execute(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)),
    ).to.be.revertedWithCustomError(support, "SupportGovernorExecutesNothing");
    await expect(support[QUEUE](...argsOf(proposal))).to.be.revertedWithCustomError(
      support,
      "GovernorProposalQueueingNotRequired",
    );
    await expect(author.sendTransaction({ to: support, value: 1n })).to.be.revertedWithCustomError(
      support,
      "SupportGovernorExecutesNothing",
    );
    await expect(support.connect(author).relay(author, 0n, "0x")).to.be.revertedWithCustomError(
      support,
      "GovernorOnlyExecutor",
    );
  });

  it("asks for no bond once the DAO lowered it to nothing, and for the full stake that it raised (INV-GOV-3, INV-GOV-4)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, parameters, technicalTimelock, author, token } = suite;
    const timelock = await technicalTimelock.getAddress();
    await ethers.provider.send("hardhat_impersonateAccount", [timelock]);
    await ethers.provider.send("hardhat_setBalance", [timelock, "0xde0b6b3a7640000"]);
    const dao = await ethers.getSigner(timelock);
    await parameters.connect(dao).set(Parameter.ProposalBond, 0);
    await parameters.connect(dao).set(Parameter.ProposerStake, 40_000n * CXT);
    await fund(suite, author, 1n);
    const held = await token.balanceOf(author);
    await support.connect(author).propose(...fullArgsOf(await feeProposal(suite)));
    expect(await token.balanceOf(author)).to.equal(held);
  });
});

const WAD = 10n ** 18n;

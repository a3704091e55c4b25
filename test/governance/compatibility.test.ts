// What any client of OpenZeppelin Governors expects, tried with an ABI that knows nothing of these sources.
import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { Contract, Interface, TypedDataEncoder, id } from "ethers";

import { DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { Vote, deployGovernance, feeProposal, propose } from "../support/governance.ts";

const GOLDEN = "docs/governance-abi.json";

/** The interface of OpenZeppelin's Governor 5.x, written down from its documentation. */
const GOVERNOR = [
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function token() view returns (address)",
  "function timelock() view returns (address)",
  "function COUNTING_MODE() view returns (string)",
  "function CLOCK_MODE() view returns (string)",
  "function clock() view returns (uint48)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function quorum(uint256) view returns (uint256)",
  "function state(uint256) view returns (uint8)",
  "function hashProposal(address[],uint256[],bytes[],bytes32) pure returns (uint256)",
  "function getProposalId(address[],uint256[],bytes[],bytes32) view returns (uint256)",
  "function proposalSnapshot(uint256) view returns (uint256)",
  "function proposalDeadline(uint256) view returns (uint256)",
  "function proposalProposer(uint256) view returns (address)",
  "function proposalEta(uint256) view returns (uint256)",
  "function proposalNeedsQueuing(uint256) view returns (bool)",
  "function proposalThreshold() view returns (uint256)",
  "function proposalVotes(uint256) view returns (uint256,uint256,uint256)",
  "function proposalCount() view returns (uint256)",
  "function proposalDetails(uint256) view returns (address[],uint256[],bytes[],bytes32)",
  "function proposalDetailsAt(uint256) view returns (uint256,address[],uint256[],bytes[],bytes32)",
  "function hasVoted(uint256,address) view returns (bool)",
  "function getVotes(address,uint256) view returns (uint256)",
  "function supportsInterface(bytes4) view returns (bool)",
  "function propose(address[],uint256[],bytes[],string) returns (uint256)",
  "function castVote(uint256,uint8) returns (uint256)",
  "function castVoteWithReason(uint256,uint8,string) returns (uint256)",
  "function castVoteBySig(uint256,uint8,address,bytes) returns (uint256)",
  "function queue(uint256)",
  "function execute(uint256) payable",
  "function cancel(uint256)",
  "event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description)",
  "event ProposalQueued(uint256 proposalId, uint256 etaSeconds)",
  "event ProposalExecuted(uint256 proposalId)",
  "event ProposalCanceled(uint256 proposalId)",
  "event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason)",
];

/** What it expects of the token. */
const TOKEN = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
  "function delegates(address) view returns (address)",
  "function getVotes(address) view returns (uint256)",
  "function getPastVotes(address,uint256) view returns (uint256)",
  "function getPastTotalSupply(uint256) view returns (uint256)",
  "function delegate(address)",
  "function delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)",
  "function clock() view returns (uint48)",
  "function CLOCK_MODE() view returns (string)",
  "event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate)",
  "event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
];

const BALLOT = {
  Ballot: [
    { name: "proposalId", type: "uint256" },
    { name: "support", type: "uint8" },
    { name: "voter", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
};

/** Functions and events by their canonical form; events with their topic and which parameters are indexed. */
function shapeOf(abi: Interface): { functions: string[]; events: string[] } {
  const functions: string[] = [];
  const events: string[] = [];
  abi.forEachFunction((fragment) => functions.push(`${fragment.selector} ${fragment.format("full")}`));
  abi.forEachEvent((fragment) => events.push(`${fragment.topicHash} ${fragment.format("full")}`));
  return { functions: functions.toSorted(), events: events.toSorted() };
}

// Compatibility
// ├── interface ids, clock and counting modes, and every function and event of the expected ABI, with its indexed parameters
// ├── the ABI is the committed one
// ├── a client that knows OpenZeppelin's ABI alone supports, votes, signs, queues and executes, by ids
// └── the quorum of any past second can be asked for
describe("Compatibility with Governor front ends", function () {
  it("has the interface ids, modes, functions and events that clients look for", async function () {
    const suite = await loadFixture(deployGovernance);
    const governors = [suite.support, suite.policyGovernor, suite.technicalGovernor];
    for (const governor of governors) {
      const abi = governor.interface as unknown as Interface;
      for (const fragment of new Interface(GOVERNOR).fragments) {
        if (governor === suite.support && fragment.format().startsWith("timelock(")) continue;
        if (fragment.type === "function")
          expect(abi.getFunction(fragment.format()), fragment.format()).to.not.equal(null);
        else expect(abi.getEvent(fragment.format())?.format("full")).to.equal(fragment.format("full"));
      }
      for (const supported of ["0x65455a86", "0x01ffc9a7"])
        expect(await governor.supportsInterface(supported)).to.equal(true);
      expect(await governor.supportsInterface("0xffffffff")).to.equal(false);
      expect(await governor.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await governor.token()).to.equal(await suite.votes.getAddress());
      expect(Buffer.byteLength(await governor.name())).to.be.at.most(31);
    }
    for (const governor of [suite.policyGovernor, suite.technicalGovernor]) {
      expect(await governor.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
    }
    expect(await suite.support.COUNTING_MODE()).to.equal("support=bravo&quorum=for");
    expect(await suite.technicalGovernor.timelock()).to.equal(await suite.technicalTimelock.getAddress());
    const token = suite.votes.interface as unknown as Interface;
    for (const fragment of new Interface(TOKEN).fragments) {
      if (fragment.type === "function")
        expect(token.getFunction(fragment.format()), fragment.format()).to.not.equal(null);
      else expect(token.getEvent(fragment.format())?.format("full")).to.equal(fragment.format("full"));
    }
  });

  it("has the committed ABI", async function () {
    const suite = await loadFixture(deployGovernance);
    const shapes = {
      SupportGovernor: shapeOf(suite.support.interface),
      PolicyGovernor: shapeOf(suite.policyGovernor.interface),
      TechnicalGovernor: shapeOf(suite.technicalGovernor.interface),
      VotingPower: shapeOf(suite.votes.interface),
      GovernanceTimelock: shapeOf(suite.technicalTimelock.interface),
    };
    if (process.env["COREX_SNAPSHOT"] !== undefined) writeFileSync(GOLDEN, `${JSON.stringify(shapes, null, 2)}\n`);
    expect(JSON.parse(readFileSync(GOLDEN, "utf8"))).to.deep.equal(shapes);
  });

  it("lets a client that knows OpenZeppelin's ABI alone do everything, by ids", async function () {
    const suite = await loadFixture(deployGovernance);
    const { author, whale, small, other, stranger } = suite;
    const first = new Contract(await suite.support.getAddress(), GOVERNOR, stranger);
    const second = new Contract(await suite.technicalGovernor.getAddress(), GOVERNOR, stranger);
    const { targets, values, calldatas, description } = await feeProposal(suite);
    const call = async (contract: Contract, signer: typeof author, method: string, ...args: unknown[]) =>
      (
        (await (contract.connect(signer) as Contract).getFunction(method)(...args)) as { wait(): Promise<unknown> }
      ).wait();
    await call(first, author, "propose", targets, values, calldatas, description);
    const [created] = await first.queryFilter("ProposalCreated");
    const proposalId = (created as unknown as { args: { proposalId: bigint } }).args.proposalId;
    expect(await first.getFunction("hashProposal")(targets, values, calldatas, id(description))).to.equal(proposalId);
    await time.increaseTo(((await first.getFunction("proposalSnapshot")(proposalId)) as bigint) + 1n);
    await call(first, whale, "castVoteWithReason", proposalId, Vote.For, "cheaper tasks");
    expect(await first.getFunction("state")(proposalId)).to.equal(4n);
    await suite.technicalGovernor.promote(targets, values, calldatas, description);
    await time.increaseTo(((await second.getFunction("proposalSnapshot")(proposalId)) as bigint) + 1n);
    await call(second, whale, "castVote", proposalId, Vote.For);
    const { chainId } = await ethers.provider.getNetwork();
    const name = (await second.getFunction("name")()) as string;
    const version = (await second.getFunction("version")()) as string;
    const domain = { name, version, chainId, verifyingContract: await second.getAddress() };
    const ballot = { proposalId, support: Vote.For, voter: small.address, nonce: 0n };
    const signature = await small.signTypedData(domain, BALLOT, ballot);
    await call(second, other, "castVoteBySig", proposalId, Vote.For, small.address, signature);
    expect(await second.getFunction("hasVoted")(proposalId, small.address)).to.equal(true);
    await time.increaseTo(((await second.getFunction("proposalDeadline")(proposalId)) as bigint) + 1n);
    await call(second, stranger, "queue(uint256)", proposalId);
    await time.increaseTo((await second.getFunction("proposalEta")(proposalId)) as bigint);
    await call(second, stranger, "execute(uint256)", proposalId);
    expect(await second.queryFilter("ProposalExecuted")).to.have.length(1);
    expect(await suite.market.protocolFeeBps()).to.equal(400n);
  });

  it("takes a vote signed by a contract (ERC-1271), once", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, stranger } = suite;
    const wallet = await ethers.deployContract("OperatorWallet");
    const voter = await wallet.getAddress();
    const proposalId = await propose(suite, await feeProposal(suite));
    const { chainId } = await ethers.provider.getNetwork();
    const domain = {
      name: "Corex Support Governor",
      version: "1",
      chainId,
      verifyingContract: await support.getAddress(),
    };
    const digest = TypedDataEncoder.hash(domain, BALLOT, { proposalId, support: Vote.For, voter, nonce: 0n });
    const cast = async () => support.connect(stranger).castVoteBySig(proposalId, Vote.For, voter, "0x");
    await expect(cast()).to.be.revertedWithCustomError(support, "GovernorInvalidSignature").withArgs(voter);
    await wallet.getFunction("approve")(digest, true);
    await cast();
    expect(await support.hasVoted(proposalId, voter)).to.equal(true);
    await expect(cast()).to.be.revertedWithCustomError(support, "GovernorInvalidSignature").withArgs(voter);
  });

  it("answers the quorum of any past second", async function () {
    const { support, policyGovernor, technicalGovernor, votes } = await loadFixture(deployGovernance);
    const now = await time.latest();
    for (const governor of [support, policyGovernor, technicalGovernor]) {
      for (const at of [0, now - DAY, now - 1]) expect(await governor.quorum(at)).to.be.at.least(0n);
      await expect(governor.quorum(now + 10)).to.be.revertedWithCustomError(votes, "ERC5805FutureLookup");
    }
  });
});

// How DAOs were attacked, and what happens when somebody tries it here: one test for each row of the table in docs/governance.md.
import { expect } from "chai";
import { id } from "ethers";

import { CXT, DAY, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import {
  Parameter,
  State,
  Vote,
  argsOf,
  callOf,
  deployGovernance,
  executed,
  feeProposal,
  fullArgsOf,
  fund,
  promoted,
  propose,
  queued,
  supported,
} from "../support/governance.ts";

const EXECUTE = "execute(address[],uint256[],bytes[],bytes32)";
const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";

describe("Attacks on the DAO", function () {
  it("flash loan and vote at once: what comes after the snapshot has no votes (FM-32)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, votes, stranger } = suite;
    const proposalId = await promoted(suite, await feeProposal(suite));
    await fund(suite, stranger, 5_000_000n * CXT);
    await votes.connect(stranger).delegate(stranger);
    await technicalGovernor.connect(stranger).castVote(proposalId, Vote.For);
    expect((await technicalGovernor.proposalVotes(proposalId)).forVotes).to.equal(0n);
    await expect(technicalGovernor[QUEUE](...argsOf(await feeProposal(suite)))).to.be.revert(ethers);
  });

  it("treasury raid on a quiet day: support, quorum, budget and a week of notice are in the way (FM-33)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { treasury, token, technicalGovernor, poor, whale, small, technicalTimelock } = suite;
    const [treasuryAt, asset] = [await treasury.getAddress(), await token.getAddress()];
    await fund(suite, { address: treasuryAt }, 1_000_000n * CXT);
    const raid = await callOf(treasury, "allot", [0, asset, poor.address, 1_000_000n * CXT]);
    // Few vote: no quorum.
    const proposalId = await promoted(suite, raid);
    await technicalGovernor.connect(poor).castVote(proposalId, Vote.For);
    await time.increaseTo((await technicalGovernor.proposalDeadline(proposalId)) + 1n);
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Defeated);
    // Even with every vote: without a limit nothing, with the largest one a fifth of a year.
    await time.increase(40 * DAY);
    const again = { ...raid, description: "again" };
    await queued(suite, again);
    const secondId = await suite.support.hashProposal(...argsOf(again));
    await time.increaseTo(await technicalGovernor.proposalEta(secondId));
    await expect(technicalGovernor[EXECUTE](...argsOf(again))).to.be.revertedWithCustomError(
      treasury,
      "TreasuryBudgetExceeded",
    );
    const timelock = await technicalTimelock.getAddress();
    await networkHelpers.impersonateAccount(timelock);
    await networkHelpers.setBalance(timelock, CXT);
    await treasury.connect(await ethers.getSigner(timelock)).setLimit(0, asset, 2n ** 200n);
    expect(await treasury.availableOf(0, asset)).to.be.at.most(202_000n * CXT);
    expect(whale.address).to.not.equal(small.address);
  });

  it("a role change hidden in a long batch waits twice as long, and is labelled as what it is (FM-34)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { selectors, accessManager, technicalGovernor, stranger } = suite;
    const fee = await feeProposal(suite);
    const hidden = await callOf(accessManager, "grantRole", [17n, stranger.address, 0]);
    const batch = {
      targets: [...Array<string>(8).fill(fee.targets[0] ?? ""), ...hidden.targets],
      values: Array<bigint>(9).fill(0n),
      calldatas: [...Array<string>(8).fill(fee.calldatas[0] ?? ""), ...hidden.calldatas],
      description: "Clean-up",
    };
    expect(await selectors.anyNeedsLongDelay(batch.targets, batch.calldatas)).to.equal(true);
    expect(await selectors.labelOf(accessManager, id("grantRole(uint64,address,uint32)").slice(0, 10))).to.equal("");
    const proposalId = await queued(suite, batch);
    const eta = await technicalGovernor.proposalEta(proposalId);
    await time.increaseTo(eta - BigInt(DAY));
    await expect(technicalGovernor[EXECUTE](...argsOf(batch))).to.be.revert(ethers);
    expect(eta - BigInt(await time.latest())).to.be.at.most(BigInt(DAY));
  });

  it("a target that changes its code between vote and execution is not called (FM-35)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, treasury } = suite;
    const proposal = await callOf(treasury, "setLimit", [0, await suite.token.getAddress(), CXT]);
    const proposalId = await queued(suite, proposal);
    await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
    const address = await treasury.getAddress();
    const code = await ethers.provider.getCode(address);
    await ethers.provider.send("hardhat_setCode", [address, "0x00"]);
    await expect(technicalGovernor[EXECUTE](...argsOf(proposal))).to.be.revertedWithCustomError(
      technicalGovernor,
      "TechnicalGovernorCodeChanged",
    );
    await ethers.provider.send("hardhat_setCode", [address, code]);
    await technicalGovernor[EXECUTE](...argsOf(proposal));
  });

  it("a swing in the last minute gives everybody two days to answer", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, small, whale } = suite;
    const proposalId = await promoted(suite, await feeProposal(suite));
    await technicalGovernor.connect(small).castVote(proposalId, Vote.Against);
    const deadline = await technicalGovernor.proposalDeadline(proposalId);
    await time.setNextBlockTimestamp(deadline);
    await technicalGovernor.connect(whale).castVote(proposalId, Vote.For);
    expect(await technicalGovernor.proposalDeadline(proposalId)).to.equal(deadline + 2n * BigInt(DAY));
    expect(await technicalGovernor.state(proposalId)).to.equal(State.Active);
  });

  it("nobody cancels another's proposal by proposing it first", async function () {
    const suite = await loadFixture(deployGovernance);
    const { support, author, poor } = suite;
    const proposal = { ...(await feeProposal(suite)), description: `Mine #proposer=${author.address}` };
    await support.connect(author).sponsor(poor);
    await support.connect(poor).chooseSponsor(author);
    await expect(support.connect(poor).propose(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      support,
      "GovernorRestrictedProposer",
    );
    await support.connect(author).propose(...fullArgsOf(proposal));
  });

  it("bought or borrowed votes must be held over the snapshot, and weigh less than committed stake", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, author, token } = suite;
    const [held, staked] = [await token.balanceOf(author), await votes.unitsOf(author, 1)];
    expect(held).to.equal(5_000n * CXT);
    // 30,000 CXT for a year of the four: 1 + 3 x 365 / 1,461.
    expect(staked).to.equal(30_000n * CXT + (30_000n * CXT * 3n * 365n) / 1_461n);
  });

  it("a whale cannot raise the quorum by delegating", async function () {
    const suite = await loadFixture(deployGovernance);
    const { technicalGovernor, votes, stranger } = suite;
    const total = async () => votes.getPastTotalSupply((await time.latest()) - 1);
    await fund(suite, stranger, 50_000_000n * CXT);
    await time.increase(5);
    const before = await technicalGovernor.quorum((await time.latest()) - 1);
    await votes.connect(stranger).delegate(stranger);
    await time.increase(5);
    expect(await technicalGovernor.quorum((await time.latest()) - 1)).to.be.at.most(
      ((await total()) * 1_000n) / 10_000n + 1n,
    );
    expect(before).to.be.at.most(((await total()) * 1_000n) / 10_000n + 1n);
  });

  it("thousands of checkpoints make no lookup dear", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, whale, small, token } = suite;
    const costOf = async (timepoint: number) => votes.getPastVotes.estimateGas(whale, timepoint);
    const at = await time.latest();
    await time.increase(1);
    const few = await costOf(at);
    const data = token.interface.encodeFunctionData("transfer", [small.address, 1n]);
    const to = await token.getAddress();
    for (let i = 0; i < 2_000; i++) {
      await ethers.provider.send("eth_sendTransaction", [{ from: whale.address, to, data, gas: "0x7a120" }]);
    }
    const many = await costOf(at);
    expect(many - few).to.be.below(60_000n);
  });

  it("roles of the timelocks are those of the deployment: nobody can schedule, execute or administer", async function () {
    const { technicalTimelock, policyTimelock, admin, whale } = await loadFixture(deployGovernance);
    for (const timelock of [technicalTimelock, policyTimelock]) {
      for (const person of [admin, whale]) {
        const by = timelock.connect(person);
        await expect(by.grantRole(id("PROPOSER_ROLE"), person)).to.be.revert(ethers);
        await expect(by.execute(person, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash)).to.be.revert(ethers);
      }
    }
  });

  it("a guardian cannot keep its guard: the council's powers end, and what takes them cannot be vetoed", async function () {
    const { councilPowers, council, technicalTimelock } = await loadFixture(deployGovernance);
    expect(await council.sunset()).to.be.at.most(BigInt(await time.latest()) + 730n * BigInt(DAY));
    const revoke = await callOf(technicalTimelock, "revokeRole", [
      id("CANCELLER_ROLE"),
      await councilPowers.getAddress(),
    ]);
    expect(await councilPowers.isExempt(revoke.targets, revoke.calldatas)).to.equal(true);
  });

  it("farmed contributions never exceed 15 % of all units, however many nodes share them", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, contributionUnits } = suite;
    const ledger = await contributionUnits.getAddress();
    await networkHelpers.impersonateAccount(ledger);
    await networkHelpers.setBalance(ledger, CXT);
    const by = votes.connect(await ethers.getSigner(ledger));
    for (let index = 0; index < 30; index++) {
      await by.contributionChanged(ethers.Wallet.createRandom().address, 0n, 100_000n * CXT);
    }
    expect((await votes.totalOf(2)) * 10_000n).to.be.at.most((await votes.totalSupply()) * 1_500n);
  });

  it("rewards cannot be farmed by proposals: the pool is a share of fees", async function () {
    const suite = await loadFixture(deployGovernance);
    await executed(suite, await feeProposal(suite));
    await time.increaseTo(await suite.voteRewards.endOf(0));
    await suite.voteRewards.fund(0);
    expect((await suite.voteRewards.quarterOf(0)).pool).to.equal(0n);
  });

  it("a parameter change does not reach a running task, and no change is a leap (FM-36)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { market, parameters } = suite;
    await executed(suite, await feeProposal(suite));
    expect(await market.protocolFeeBps()).to.equal(400n);
    const leap = await feeProposal(suite, 1_000, " at once");
    await time.increase(31 * DAY);
    await queued(suite, leap);
    const proposalId = await suite.support.hashProposal(...argsOf(leap));
    await time.increaseTo(await suite.technicalGovernor.proposalEta(proposalId));
    await expect(suite.technicalGovernor[EXECUTE](...argsOf(leap)))
      .to.be.revertedWithCustomError(parameters, "ParametersStepTooLarge")
      .withArgs(Parameter.ProtocolFeeBps, 400n, 1_000n, 200n);
  });

  it("a proposal that found support cannot be kept for a better day", async function () {
    const suite = await loadFixture(deployGovernance);
    const proposal = await feeProposal(suite);
    const proposalId = await supported(suite, proposal);
    await time.increaseTo((await suite.support.promotableUntil(proposalId)) + 1n);
    await expect(suite.technicalGovernor.promote(...fullArgsOf(proposal))).to.be.revertedWithCustomError(
      suite.technicalGovernor,
      "StageGovernorNotPromotable",
    );
    await propose(suite, await feeProposal(suite, 450));
  });
});

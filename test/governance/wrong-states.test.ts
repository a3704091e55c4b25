// Queue, execute and cancel of the second stage in every state that is not theirs, and what the timelock of texts cannot do.
import { expect } from "chai";
import { ZeroHash, id } from "ethers";

import { DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import {
  type Governance,
  type Proposal,
  State,
  Vote,
  argsOf,
  callOf,
  deployGovernance,
  feeProposal,
  fullArgsOf,
  governorOf,
  idOf,
  promoted,
  queued,
  supported,
  textProposal,
} from "../support/governance.ts";

const CANCEL = "cancel(address[],uint256[],bytes[],bytes32)";
const QUEUE = "queue(address[],uint256[],bytes[],bytes32)";
const EXECUTE = "execute(address[],uint256[],bytes[],bytes32)";

/** State as the bitmap that `GovernorUnexpectedProposalState` expects. */
const bitmapOf = (state: bigint) => ethers.toBeHex(1n << state, 32);

/** The ways to each state of the second stage. */
const WAYS: Readonly<Record<string, (suite: Governance, proposal: Proposal) => Promise<unknown>>> = {
  Pending: async (suite, proposal) => {
    const proposalId = await supported(suite, proposal);
    await (await governorOf(suite, proposalId)).promote(...fullArgsOf(proposal));
  },
  Active: promoted,
  Canceled: async (suite, proposal) => {
    const proposalId = await supported(suite, proposal);
    const governor = await governorOf(suite, proposalId);
    await governor.promote(...fullArgsOf(proposal));
    await governor.connect(suite.author)[CANCEL](...argsOf(proposal));
  },
  Defeated: async (suite, proposal) => {
    const proposalId = await promoted(suite, proposal);
    const governor = await governorOf(suite, proposalId);
    await governor.connect(suite.whale).castVote(proposalId, Vote.Against);
    await time.increaseTo((await governor.proposalDeadline(proposalId)) + 1n);
  },
  Succeeded: async (suite, proposal) => {
    const proposalId = await promoted(suite, proposal);
    const governor = await governorOf(suite, proposalId);
    await governor.connect(suite.whale).castVote(proposalId, Vote.For);
    await time.increaseTo((await governor.proposalDeadline(proposalId)) + 1n);
  },
  Queued: queued,
  Executed: async (suite, proposal) => {
    const proposalId = await queued(suite, proposal);
    const governor = await governorOf(suite, proposalId);
    await time.increaseTo(await governor.proposalEta(proposalId));
    await governor[EXECUTE](...argsOf(proposal));
  },
};

// StageGovernor, in each state
// ├── when nobody knows the proposal
// │   └── all three revert with GovernorNonexistentProposal(proposalId)
// ├── queue: but Succeeded it reverts with GovernorUnexpectedProposalState(proposalId, state, Succeeded)
// ├── execute: but Queued it reverts with GovernorUnexpectedProposalState(proposalId, state, Queued), and before the delay is over
// ├── cancel: by its author but Pending, and by others ever, it reverts with GovernorUnableToCancel(proposalId, caller)
// └── promote: but new it reverts with GovernorUnexpectedProposalState
describe("StageGovernor, in each state", function () {
  it("knows nothing of what nobody promoted", async function () {
    const suite = await loadFixture(deployGovernance);
    for (const governor of [suite.technicalGovernor, suite.policyGovernor]) {
      const proposal = await feeProposal(suite);
      const proposalId = await idOf(suite, proposal);
      for (const method of [QUEUE, EXECUTE, CANCEL] as const) {
        await expect(governor.connect(suite.author)[method](...argsOf(proposal)))
          .to.be.revertedWithCustomError(governor, "GovernorNonexistentProposal")
          .withArgs(proposalId);
      }
    }
  });

  for (const [name, reach] of Object.entries(WAYS)) {
    for (const kind of ["calls", "texts"] as const) {
      it(`${kind}: ${name}`, async function () {
        const suite = await loadFixture(deployGovernance);
        const proposal = kind === "texts" ? await textProposal(suite) : await feeProposal(suite);
        await reach(suite, proposal);
        const proposalId = await idOf(suite, proposal);
        const governor = await governorOf(suite, proposalId);
        const state = State[name as keyof typeof State];
        expect(await governor.state(proposalId)).to.equal(state);
        if (state !== State.Succeeded) {
          await expect(governor[QUEUE](...argsOf(proposal)))
            .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
            .withArgs(proposalId, state, bitmapOf(State.Succeeded));
        }
        if (state !== State.Queued) {
          await expect(governor[EXECUTE](...argsOf(proposal)))
            .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
            .withArgs(proposalId, state, bitmapOf(State.Queued));
        } else {
          const timelock = kind === "texts" ? suite.policyTimelock : suite.technicalTimelock;
          await time.increaseTo((await governor.proposalEta(proposalId)) - 2n);
          await expect(governor[EXECUTE](...argsOf(proposal))).to.be.revertedWithCustomError(
            timelock,
            "TimelockUnexpectedOperationState",
          );
        }
        const refused = state === State.Pending ? [suite.whale] : [suite.author, suite.whale];
        for (const caller of refused) {
          await expect(governor.connect(caller)[CANCEL](...argsOf(proposal)))
            .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
            .withArgs(proposalId, caller);
        }
        await expect(governor.promote(...fullArgsOf(proposal))).to.be.revert(ethers);
      });
    }
  }
});

// The timelock of texts
// ├── is called by no adopted call, of the other timelock neither
// └── has nobody but its governor to obey, which adopts texts alone
describe("The timelock of texts", function () {
  it("can do nothing but record: nobody can give it another delay, role, or call", async function () {
    const suite = await loadFixture(deployGovernance);
    const { policyTimelock, policyGovernor, technicalGovernor, technicalTimelock, policies, stranger, support } = suite;
    const proposer = id("PROPOSER_ROLE");
    for (const [proposal, contract, error] of [
      [
        await callOf(policyTimelock, "grantRole", [proposer, stranger.address]),
        policyTimelock,
        "AccessControlUnauthorizedAccount",
      ],
      [await callOf(policyTimelock, "updateDelay", [2 * DAY]), policyTimelock, "TimelockUnauthorizedCaller"],
      [await callOf(policyGovernor, "setVotingDelay", [DAY]), policyGovernor, "GovernorOnlyExecutor"],
    ] as const) {
      const proposalId = await queued(suite, proposal);
      expect(await support.proposalKind(proposalId)).to.equal(2n);
      await expect(policyGovernor.promote(...fullArgsOf(proposal)))
        .to.be.revertedWithCustomError(policyGovernor, "StageGovernorNotPromotable")
        .withArgs(proposalId, State.Succeeded, 2n, await support.promotableUntil(proposalId));
      await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
      await expect(technicalGovernor[EXECUTE](...argsOf(proposal))).to.be.revertedWithCustomError(contract, error);
      await time.increaseTo((await support.promotableUntil(proposalId)) + 1n);
    }
    const self = await policyTimelock.getAddress();
    expect(await policyTimelock.hasRole(ZeroHash, self)).to.equal(true);
    expect(await policyTimelock.hasRole(proposer, technicalTimelock)).to.equal(false);
    expect(await policies.timelock()).to.equal(self);
  });
});

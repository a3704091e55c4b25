// Gas of whole transactions of governance, with the bounds that hold. COREX_GAS=1 prints every figure.
import { expect } from "chai";

import { CXT, loadFixture, time } from "../support/market/suite.ts";
import { gasOf } from "../support/gas.ts";
import {
  Vote,
  argsOf,
  deployGovernance,
  feeProposal,
  fullArgsOf,
  fund,
  idOf,
  textProposal,
} from "../support/governance.ts";

/** Targets are 95,000 for a vote, 200,000 for a proposal and 350,000 for a promotion; what is above is explained in docs/governance.md. */
const BOUNDS = {
  transfer: 55_000n,
  transferDelegated: 125_000n,
  delegate: 145_000n,
  propose: 575_000n,
  promote: 460_000n,
  castVoteFirst: 170_000n,
  castVoteLater: 110_000n,
  queue: 185_000n,
  execute: 230_000n,
} as const;

describe("Gas of governance", function () {
  it("stays within its bounds", async function () {
    const suite = await loadFixture(deployGovernance);
    const { token, votes, support, technicalGovernor, policyGovernor, author, whale, small, other, stranger, poor } =
      suite;
    const receiver = suite.signer(9);
    await fund(suite, stranger, 10n * CXT);
    await fund(suite, receiver, 10n * CXT);
    const transfer = await gasOf("transfer, neither delegated", token.connect(stranger).transfer(receiver, CXT));
    const delegated = await gasOf("transfer, both delegated", token.connect(small).transfer(other, CXT));
    const delegate = await gasOf("delegate, first", votes.connect(stranger).delegate(stranger));
    await gasOf("delegate, to another", votes.connect(stranger).delegate(poor));
    const proposal = await feeProposal(suite);
    const propose = await gasOf("propose", support.connect(author).propose(...fullArgsOf(proposal)));
    const proposalId = await idOf(suite, proposal);
    await time.increaseTo((await support.proposalSnapshot(proposalId)) + 1n);
    await gasOf("support", support.connect(whale).castVote(proposalId, Vote.For));
    const promote = await gasOf("promote, first", technicalGovernor.promote(...fullArgsOf(proposal)));
    await time.increaseTo((await technicalGovernor.proposalSnapshot(proposalId)) + 1n);
    const first = await gasOf(
      "castVote, first of the proposal",
      technicalGovernor.connect(whale).castVote(proposalId, Vote.For),
    );
    const second = await gasOf(
      "castVote, first of the voter",
      technicalGovernor.connect(small).castVote(proposalId, Vote.For),
    );
    await time.increaseTo((await technicalGovernor.proposalDeadline(proposalId)) + 1n);
    const queue = await gasOf(
      "queue",
      technicalGovernor["queue(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)),
    );
    await time.increaseTo(await technicalGovernor.proposalEta(proposalId));
    const execute = await gasOf(
      "execute, a fee of three markets",
      technicalGovernor["execute(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal)),
    );
    await gasOf("settle a bond", support.settleBond(proposalId));
    await time.increase(40 * 86_400);
    const text = await textProposal(suite);
    await gasOf("propose, a text", support.connect(author).propose(...fullArgsOf(text)));
    const textId = await idOf(suite, text);
    await time.increaseTo((await support.proposalSnapshot(textId)) + 1n);
    await support.connect(whale).castVote(textId, Vote.For);
    await policyGovernor.promote(...fullArgsOf(text));
    const again = await feeProposal(suite, 450);
    await time.increase(60 * 86_400);
    await support.connect(author).propose(...fullArgsOf(again));
    const againId = await idOf(suite, again);
    await time.increaseTo((await support.proposalSnapshot(againId)) + 1n);
    await support.connect(whale).castVote(againId, Vote.For);
    await technicalGovernor.promote(...fullArgsOf(again));
    await time.increaseTo((await technicalGovernor.proposalSnapshot(againId)) + 1n);
    await technicalGovernor.connect(poor).castVote(againId, Vote.For);
    const later = await gasOf(
      "castVote, later of the voter",
      technicalGovernor.connect(small).castVote(againId, Vote.For),
    );
    expect(transfer).to.be.below(BOUNDS.transfer);
    expect(delegated).to.be.below(BOUNDS.transferDelegated);
    expect(delegate).to.be.below(BOUNDS.delegate);
    expect(propose).to.be.below(BOUNDS.propose);
    expect(promote).to.be.below(BOUNDS.promote);
    for (const gas of [first, second]) expect(gas).to.be.below(BOUNDS.castVoteFirst);
    expect(later).to.be.below(BOUNDS.castVoteLater);
    expect(queue).to.be.below(BOUNDS.queue);
    expect(execute).to.be.below(BOUNDS.execute);
  });
});

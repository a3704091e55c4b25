import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import { advanceDispute } from "../../../packages/sdk/src/actions/advance-dispute.ts";
import { claimResult } from "../../../packages/sdk/src/actions/claim-result.ts";
import { commitVote } from "../../../packages/sdk/src/actions/commit-vote.ts";
import { contestDispute } from "../../../packages/sdk/src/actions/contest-dispute.ts";
import { drawJurors } from "../../../packages/sdk/src/actions/draw-jurors.ts";
import { executeRuling } from "../../../packages/sdk/src/actions/execute-ruling.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { fundAppeal } from "../../../packages/sdk/src/actions/fund-appeal.ts";
import { leaveJuror } from "../../../packages/sdk/src/actions/leave-juror.ts";
import { DISPUTE_BOND } from "../../../packages/sdk/src/actions/open-dispute.ts";
import {
  isRoundSettled,
  readBallot,
  readDispute,
  readDisputeCount,
} from "../../../packages/sdk/src/actions/read-dispute.ts";
import { readDisputedResult } from "../../../packages/sdk/src/actions/read-disputed-result.ts";
import { readJuror } from "../../../packages/sdk/src/actions/read-juror.ts";
import { readReview } from "../../../packages/sdk/src/actions/read-review.ts";
import { readWorkResult } from "../../../packages/sdk/src/actions/read-work-delivery.ts";
import { revealVote } from "../../../packages/sdk/src/actions/reveal-vote.ts";
import { settleRound } from "../../../packages/sdk/src/actions/settle-round.ts";
import { stakeJuror } from "../../../packages/sdk/src/actions/stake-juror.ts";
import { submitEvidence } from "../../../packages/sdk/src/actions/submit-evidence.ts";
import { withdrawCourt } from "../../../packages/sdk/src/actions/withdraw-court.ts";
import { withdrawJuror } from "../../../packages/sdk/src/actions/withdraw-juror.ts";
import { CXT, DAY, fund, RIGHT, time } from "../../support/review/suite.ts";
import { rejects, Work } from "../../support/review/work.ts";
import { ReviewWorld } from "./support/review-world.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { announced, pass } from "./support/disputes.ts";
import { drawPanel, enlist, JUROR_STAKE, sealedVote, voteFor } from "./support/jurors.ts";

const EVIDENCE = id("evidence");
/** CXT wei that a vote for the ruling earns, and that one against it costs. */
const FEE = 5n * CXT;
const INCOHERENCE = 50n * CXT;

const naming = (value: string): RegExp => new RegExp(value);

// Actions of the court
// ├── rule on a result: claim, contest, vote, appeal, execute, settle, withdraw
// └── take jurors and let them go
describe("actions of the court", function () {
  let world: ReviewWorld;

  beforeEach(async function () {
    world = await ReviewWorld.create();
  });

  const balance = async ({ sender }: ActionContext): Promise<bigint> => world.contracts.token.balanceOf(sender.address);

  it("rule on a result: claim, contest, vote, appeal, execute, settle, withdraw", async function () {
    const { suite, contracts, owner, stranger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;
    const worker = await work.judged(rejects);
    const claimant = await world.operatorOf(worker.node);
    await fund(suite, claimant.sender.address, 1_000n * CXT);
    const others = suite.workers.filter(({ node }) => node !== worker.node).slice(0, 5);
    const jurors = await enlist(world, [...others.map(({ signer }) => signer), suite.signer(17), suite.signer(18)]);
    const fundsOfOwner = await balance(owner);

    // The claim.
    await expectCorexError(
      () => claimResult(stranger, terms, 0, EVIDENCE),
      "CHAIN_WORKREVIEW_NOTPARTY",
      naming(stranger.sender.address),
    );
    await expectCorexError(
      () => claimResult(claimant, terms, 0, ZeroHash),
      "CHAIN_ARBITRATION_EMPTYEVIDENCE",
      naming(claimant.sender.address),
    );
    const { result: dispute } = await claimResult(claimant, terms, 0, EVIDENCE);
    expect(dispute).to.equal(await readDisputeCount(contracts));
    expect(await balance(claimant)).to.equal(1_000n * CXT - DISPUTE_BOND);
    const claimed = await readDispute(contracts, dispute);
    const about = { kind: "verdict", node: worker.node, claimant: claimant.sender.address, bond: DISPUTE_BOND };
    expect(claimed).to.include({ ...about, stage: "claimed", ruling: "undecided", round: 0, respondent: ZeroAddress });
    expect(claimed.deadline).to.equal((await time.latest()) + DAY);
    expect((await readReview(contracts, task, 0)).stage).to.equal("disputed");
    const actions = await announced(world, dispute);
    expect(readDisputedResult(actions)).to.deep.equal({ terms, fragment: 0, claimsRight: true });
    await expectCorexError(() => announced(world, dispute + 1n), "CHAIN_EVENT_MISSING", /was not opened/, "later");

    // The contest.
    await expectCorexError(
      () => contestDispute(claimant, dispute, EVIDENCE),
      "CHAIN_ARBITRATION_OWNCLAIM",
      naming(claimant.sender.address),
    );
    await contestDispute(owner, dispute, EVIDENCE);
    expect(await balance(owner)).to.equal(fundsOfOwner - DISPUTE_BOND);
    const { receipt } = await submitEvidence(stranger, dispute, id("more"));
    expect(receipt.logs).to.have.length(1);
    await expectCorexError(() => drawJurors(stranger, dispute), "CHAIN_ARBITRATION_ENTROPYPENDING", /ticket: \d+/);

    // The first round: all say what turns out to be wrong.
    const first = await drawPanel(world, dispute, jurors);
    expect(first.reduce((sum, { votes }) => sum + votes, 0)).to.equal(3);
    const [{ juror }] = first as [(typeof first)[0]];
    const { vote, commitment } = await sealedVote(world, { dispute, round: 0 }, juror, "respondent");
    const { address } = juror.sender;
    expect(commitment).to.equal(await contracts.arbitration.commitmentOf(dispute, 0n, address, 2n, vote.salt));
    await expectCorexError(
      () => commitVote(stranger, dispute, 0, commitment),
      "CHAIN_ARBITRATION_NOVOTE",
      naming(stranger.sender.address),
    );
    await voteFor(world, dispute, first, "respondent");
    await expectCorexError(
      () => revealVote(juror, dispute, 0, vote),
      "CHAIN_ARBITRATION_ALREADYREVEALED",
      naming(address),
    );
    expect(await readBallot(contracts, dispute, 0, address)).to.include({ committed: true, revealed: true });
    expect((await advanceDispute(stranger, dispute)).result).to.equal("appealing");
    const counted = await readDispute(contracts, dispute);
    expect(counted).to.include({ stage: "appealing", ruling: "respondent" });
    const all = { size: 3, drawn: 3, committed: 3, revealed: 3 };
    expect(counted.panel).to.deep.equal({ ...all, forClaimant: 0, forRespondent: 3 });
    await expectCorexError(() => advanceDispute(stranger, dispute), "CHAIN_ARBITRATION_TOOEARLY", /deadline: \d+/);

    // The appeal: 7 votes at 5 CXT for each side, of which no more is taken than what is missing.
    const cost = 7n * FEE;
    const side = "claimant";
    await expectCorexError(
      () => fundAppeal(claimant, { dispute, side, amount: 1n }),
      "CHAIN_ARBITRATION_CONTRIBUTIONTOOSMALL",
      /amount: 1, minimum: \d+/,
    );
    expect((await fundAppeal(claimant, { dispute, side, amount: 20n * CXT })).result).to.equal(20n * CXT);
    expect((await fundAppeal(claimant, { dispute, side, amount: 100n * CXT })).result).to.equal(15n * CXT);
    const court = await contracts.arbitration.getAddress();
    expect(await contracts.token.allowance(claimant.sender.address, court)).to.equal(0n);
    await expectCorexError(
      () => fundAppeal(claimant, { dispute, side, amount: 20n * CXT }),
      "CHAIN_ARBITRATION_SIDEFUNDED",
      /side: 1/,
    );
    expect((await fundAppeal(owner, { dispute, side: "respondent", amount: cost })).result).to.equal(cost);
    expect(await readDispute(contracts, dispute)).to.include({ stage: "drawing", round: 1 });

    // The second round, which nobody appeals: over once the side that lost had its time.
    const second = await drawPanel(world, dispute, jurors);
    expect(second.reduce((sum, { votes }) => sum + votes, 0)).to.equal(7);
    await voteFor(world, dispute, second, "claimant");
    expect((await advanceDispute(stranger, dispute)).result).to.equal("appealing");
    expect(await pass(world, dispute)).to.equal("ruled");
    expect(await readDispute(contracts, dispute)).to.include({ ruling: "claimant", round: 1 });

    // The ruling, which executes itself.
    await expectCorexError(
      () => executeRuling(stranger, dispute, actions.respondent),
      "CHAIN_ARBITRATION_WRONGACTIONS",
      /given: 0x/,
    );
    expect((await executeRuling(stranger, dispute, actions.claimant)).result).to.equal(true);
    expect((await readDispute(contracts, dispute)).stage).to.equal("executed");
    const result = { result: RIGHT, node: worker.node, isFinal: true };
    expect(await readWorkResult(contracts, task, 0)).to.deep.equal(result);

    // What everybody is owed.
    for (const round of [0, 1]) {
      expect(await isRoundSettled(contracts, dispute, round)).to.equal(false);
      await settleRound(stranger, dispute, round);
      expect(await isRoundSettled(contracts, dispute, round)).to.equal(true);
    }
    await expectCorexError(() => settleRound(stranger, dispute, 1), "CHAIN_ARBITRATION_NOTHINGTOSETTLE", /round: 1/);
    for (const member of jurors) {
      const votes = (seats: typeof first): bigint => BigInt(seats.find((seat) => seat.juror === member)?.votes ?? 0);
      const { staked, locked, owed } = await readJuror(contracts, member.sender.address);
      expect(locked).to.equal(0n);
      expect(staked).to.equal(JUROR_STAKE - votes(first) * INCOHERENCE);
      expect(owed).to.equal(votes(second) * FEE);
      if (owed !== 0n) expect((await withdrawCourt(stranger, member.sender.address)).result).to.equal(owed);
    }
    // Both bonds, for nobody in the first round was right; of both appeals what the jurors did not get.
    const won = 2n * DISPUTE_BOND + 2n * cost - 7n * FEE;
    expect((await withdrawCourt(stranger, claimant.sender.address)).result).to.equal(won);
    expect(await balance(claimant)).to.equal(1_000n * CXT - DISPUTE_BOND - cost + won);
    const { address: loser } = owner.sender;
    await expectCorexError(() => withdrawCourt(stranger, loser), "CHAIN_ARBITRATION_NOTHINGOWED", naming(loser));
    const router = await contracts.feeRouter.getAddress();
    expect((await withdrawCourt(stranger, router)).result).to.equal(3n * INCOHERENCE);
    expect(await contracts.arbitration.recordedTotal()).to.equal(0n);
  });

  it("take jurors and let them go", async function () {
    const { suite, contracts } = world;
    const [juror] = (await enlist(world, [suite.signer(19)])) as [ActionContext];
    const { address } = juror.sender;
    const nothing = { leaving: 0n, locked: 0n, withdrawableFrom: 0, owed: 0n };
    expect(await readJuror(contracts, address)).to.deep.equal({ ...nothing, staked: JUROR_STAKE });
    await fund(suite, address, 500n * CXT);
    await stakeJuror(juror, 500n * CXT);
    await expectCorexError(
      () => stakeJuror(world.stranger, 999n * CXT),
      "CHAIN_JURORPOOL_OUTOFBOUNDS",
      naming(`minimum: ${1_000n * CXT}`),
    );
    await expectCorexError(
      () => leaveJuror(juror, JUROR_STAKE),
      "CHAIN_JURORPOOL_OUTOFBOUNDS",
      naming(`value: ${500n * CXT}`),
    );
    await leaveJuror(juror, JUROR_STAKE - 1_000n * CXT);
    const withdrawableFrom = (await time.latest()) + 7 * DAY;
    const leaving = { staked: 1_500n * CXT, leaving: JUROR_STAKE - 1_000n * CXT, withdrawableFrom };
    expect(await readJuror(contracts, address)).to.deep.equal({ ...nothing, ...leaving });
    await expectCorexError(() => withdrawJuror(juror), "CHAIN_JURORPOOL_TOOEARLY", naming(`from: ${withdrawableFrom}`));
    await time.increaseTo(withdrawableFrom);
    expect((await withdrawJuror(juror)).result).to.equal(JUROR_STAKE - 1_000n * CXT);
    expect(await balance(juror)).to.equal(JUROR_STAKE - 1_000n * CXT);
    await expectCorexError(() => withdrawJuror(juror), "CHAIN_JURORPOOL_INSUFFICIENT", naming(address));
  });
});

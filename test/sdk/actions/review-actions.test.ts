import { expect } from "chai";
import { id } from "ethers";

import { approveWork } from "../../../packages/sdk/src/actions/approve-work.ts";
import { auditWork } from "../../../packages/sdk/src/actions/audit-work.ts";
import { CHALLENGE_BOND, challengeWork } from "../../../packages/sdk/src/actions/challenge-work.ts";
import { commitVerdict } from "../../../packages/sdk/src/actions/commit-verdict.ts";
import { concedeWork } from "../../../packages/sdk/src/actions/concede-work.ts";
import { concludeCase } from "../../../packages/sdk/src/actions/conclude-case.ts";
import { decideWork } from "../../../packages/sdk/src/actions/decide-work.ts";
import { drawCase } from "../../../packages/sdk/src/actions/draw-case.ts";
import { enrolVerifier, kindMask } from "../../../packages/sdk/src/actions/enrol-verifier.ts";
import { finaliseWork } from "../../../packages/sdk/src/actions/finalise-work.ts";
import { leaveStake } from "../../../packages/sdk/src/actions/leave-stake.ts";
import { proveWork } from "../../../packages/sdk/src/actions/prove-work.ts";
import { readCase, readCaseCount, type CaseSummary } from "../../../packages/sdk/src/actions/read-case.ts";
import { readReview } from "../../../packages/sdk/src/actions/read-review.ts";
import { readSettledWork } from "../../../packages/sdk/src/actions/read-settled-work.ts";
import { readVerifier } from "../../../packages/sdk/src/actions/read-verifier.ts";
import { readWorkDelivery, readWorkResult } from "../../../packages/sdk/src/actions/read-work-delivery.ts";
import { revealPlant } from "../../../packages/sdk/src/actions/reveal-plant.ts";
import { revealVerdict } from "../../../packages/sdk/src/actions/reveal-verdict.ts";
import { syncVerifier } from "../../../packages/sdk/src/actions/sync-verifier.ts";
import { withdrawStake } from "../../../packages/sdk/src/actions/withdraw-stake.ts";
import { plantRoot, provePlant } from "../../../packages/sdk/src/task/plants.ts";
import { WORK_NAMES } from "../../../packages/sdk/src/work/work-kind.ts";
import { CXT, DAY, RIGHT, time, WRONG } from "../../support/review/suite.ts";
import { plantOf, Work } from "../../support/review/work.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ReviewWorld } from "./support/review-world.ts";
import { drawSeats, sealed, voteAll } from "./support/seats.ts";

const naming = (value: string): RegExp => new RegExp(value);

// Actions on reviews
// ├── spare a result, challenge it, have it judged and approve it
// ├── prove what was rejected
// ├── concede what was rejected, and finalise what nobody contests
// ├── reveal a plant
// └── enrol, sync and leave verifiers
describe("actions on reviews", function () {
  let world: ReviewWorld;

  beforeEach(async function () {
    world = await ReviewWorld.create();
  });

  /** Delivers a result that is audited, and draws its verifiers; all is done by actions. */
  async function seated(work: Work, result: string = RIGHT): Promise<{ node: bigint; found: CaseSummary }> {
    const { node } = await work.deliver(0, result, "audited");
    const { result: audit } = await auditWork(world.stranger, work.terms, 0);
    expect(audit.caseId > 0n).to.equal(true);
    return { node, found: await drawSeats(world, audit.caseId) };
  }

  it("spare a result, challenge it, have it judged and approve it", async function () {
    const { suite, contracts, stranger, owner, challenger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;
    const { node } = await work.deliver(0, RIGHT, "spared");
    const { result: spared } = await auditWork(stranger, terms, 0);
    // A node of this score and with a bond is judged between one time in ten and always.
    expect(spared.caseId).to.equal(0n);
    expect(spared.rateBps).to.be.within(1_000, 9_999);
    const { contestUntil, ...decided } = await readReview(contracts, task, 0);
    const none = { before: "none", challenger: "0x0000000000000000000000000000000000000000" };
    const unseen = { audited: false, forced: false, sittings: 0, score: 100, caseId: 0n };
    expect(decided).to.deep.equal({ ...none, ...unseen, stage: "decided", verdict: "accepted" });
    expect(contestUntil).to.equal((await time.latest()) + 3_600);
    await expectCorexError(() => auditWork(stranger, terms, 0), "CHAIN_WORKREVIEW_WRONGSTAGE", /stage: 2/);
    await expectCorexError(() => approveWork(owner, terms, 0), "CHAIN_WORKREVIEW_NOTAUDITED", naming(task));
    await expectCorexError(
      () => challengeWork(stranger, terms, 0),
      "CHAIN_ERC20_INSUFFICIENTBALANCE",
      naming(`needed: ${CHALLENGE_BOND}`),
    );

    const before = await contracts.token.balanceOf(challenger.sender.address);
    await challengeWork(challenger, terms, 0);
    expect(await contracts.token.balanceOf(challenger.sender.address)).to.equal(before - CHALLENGE_BOND);
    const challenged = { stage: "none", forced: true, challenger: challenger.sender.address };
    expect(await readReview(contracts, task, 0)).to.include(challenged);

    const { result: audit } = await auditWork(stranger, terms, 0);
    expect(audit).to.deep.equal({ caseId: await readCaseCount(contracts), rateBps: 10_000 });
    const { caseId } = audit;
    const opened = await readCase(contracts, caseId);
    const matter = { subject: RIGHT, owner: owner.sender.address, executor: node, kind: "inference" };
    expect(opened).to.include({ ...matter, phase: "drawing", outcome: "none", voteDuration: 600, committed: 0 });
    await expectCorexError(() => drawCase(stranger, caseId), "CHAIN_VERIFIERCOMMITTEE_ENTROPYPENDING", /ticket: \d+/);
    const found = await drawSeats(world, caseId);
    expect(found).to.include({ phase: "committing", committed: 0, revealed: 0 });
    expect(found.seats.map(({ vote, stake }) => ({ vote, stake }))).to.deep.equal(
      Array(3).fill({ vote: "none", stake: 12_000n * CXT }),
    );
    expect(found.seats.every(({ verifier }) => verifier !== node)).to.equal(true);

    // What the client computes is what the contract computes, and nothing else can be revealed.
    const [first] = found.seats;
    if (first === undefined) throw new Error("no seat");
    const operator = await world.operatorOf(first.verifier);
    const { verdict, commitment } = await sealed(world, caseId, first.verifier, "accept");
    const asContract = await contracts.verifierCommittee.commitmentOf(caseId, first.verifier, 1n, 0n, verdict.salt);
    expect(commitment).to.equal(asContract);
    await expectCorexError(
      () => commitVerdict(stranger, caseId, commitment),
      "CHAIN_VERIFIERCOMMITTEE_NOSEAT",
      naming(`caseId: ${caseId}`),
    );
    await voteAllButRefused(found, operator);

    expect((await concludeCase(stranger, caseId)).result).to.equal("accepted");
    expect((await decideWork(stranger, terms, 0)).result).to.equal("accepted");
    expect(await readReview(contracts, task, 0)).to.include({ stage: "decided", audited: true, sittings: 1, caseId });
    await expectCorexError(
      () => approveWork(stranger, terms, 0),
      "CHAIN_WORKREVIEW_NOTPARTY",
      naming(stranger.sender.address),
    );
    await approveWork(owner, terms, 0);

    const [settled] = await readSettledWork(contracts, owner.sender.provider, { ...(await world.range()), task });
    expect(settled).to.include({ node, result: RIGHT, quality: 10_000, paid: 19n * CXT, fee: CXT });
    // The challenger was wrong: its bond is the node's, beside its fee.
    const { payout } = suite.workers.find((worker) => worker.node === node) ?? { payout: "" };
    expect(await contracts.workEscrow.owedTo(payout)).to.equal(29n * CXT);
    expect((await readCase(contracts, caseId)).phase).to.equal("closed");
    const record = await readVerifier(contracts, first.verifier);
    expect(record).to.include({ seats: 1, revealed: 1, coherent: 1, incoherent: 0, silent: 0 });
  });

  /** All accept; whoever is first tries before to reveal what it did not commit, and to reveal twice. */
  async function voteAllButRefused(found: CaseSummary, first: Awaited<ReturnType<ReviewWorld["as"]>>): Promise<void> {
    const { caseId, seats } = found;
    const votes = await Promise.all(
      seats.map(async ({ verifier }) => ({
        operator: await world.operatorOf(verifier),
        ...(await sealed(world, caseId, verifier, "accept")),
      })),
    );
    for (const { operator, commitment } of votes) await commitVerdict(operator, caseId, commitment);
    // All committed: it goes on to the revealing, which nobody ends before they revealed or its time is over.
    expect((await concludeCase(world.stranger, caseId)).result).to.equal("none");
    await expectCorexError(
      () => concludeCase(world.stranger, caseId),
      "CHAIN_VERIFIERCOMMITTEE_TOOEARLY",
      naming(`caseId: ${caseId}`),
    );
    const verdict = { vote: "accept", score: 0, salt: id("another salt") } as const;
    await expectCorexError(
      () => revealVerdict(first, caseId, verdict),
      "CHAIN_VERIFIERCOMMITTEE_WRONGREVEAL",
      /computed: 0x/,
    );
    for (const { operator, verdict: own } of votes) await revealVerdict(operator, caseId, own);
    expect(await readCase(world.contracts, caseId)).to.include({ phase: "revealing", committed: 3, revealed: 3 });
  }

  it("prove what was rejected", async function () {
    const { suite, contracts, stranger, owner } = world;
    const work = await Work.publish(suite, { proved: true });
    const { terms, id: task } = work;
    const { node, found } = await seated(work, await work.claimed());
    await voteAll(world, found, ["reject", "reject", "accept"]);
    // Without an explicit conclusion: the verdict is taken in the same call.
    expect((await decideWork(stranger, terms, 0)).result).to.equal("rejected");
    await expectCorexError(() => approveWork(owner, terms, 0), "CHAIN_WORKREVIEW_WRONGVERDICT", /verdict: 2/);

    const operator = await world.operatorOf(node);
    const claim = await work.claim(operator.sender.address);
    await expectCorexError(
      () => proveWork(stranger, terms, 0, claim),
      "CHAIN_WORKREVIEW_NOTPARTY",
      naming(stranger.sender.address),
    );
    await expectCorexError(
      () => proveWork(operator, terms, 0, { ...claim, loss: claim.loss + 1n }),
      "CHAIN_WORKMARKET_WRONGCLAIM",
      /given: 0x/,
    );
    await proveWork(operator, terms, 0, claim);
    expect(await readWorkResult(contracts, task, 0)).to.include({ node, isFinal: true });
    const wrong = found.seats.slice(0, 2).map(async ({ verifier }) => readVerifier(contracts, verifier));
    expect((await Promise.all(wrong)).map(({ incoherent }) => incoherent)).to.deep.equal([1, 1]);
  });

  it("concede what was rejected, and finalise what nobody contests", async function () {
    const { suite, contracts, stranger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;
    const first = await seated(work, WRONG);
    await voteAll(world, first.found, ["reject", "reject", "reject"]);
    await decideWork(stranger, terms, 0);
    await expectCorexError(
      () => concedeWork(stranger, terms, 0),
      "CHAIN_WORKREVIEW_NOTPARTY",
      naming(stranger.sender.address),
    );
    await concedeWork(await world.operatorOf(first.node), terms, 0);
    expect(await readWorkDelivery(contracts, task, 0)).to.equal(undefined);

    const second = await seated(work, RIGHT);
    await voteAll(world, second.found, ["accept", "accept", "accept"]);
    await decideWork(stranger, terms, 0);
    const operator = await world.operatorOf(second.node);
    await expectCorexError(() => concedeWork(operator, terms, 0), "CHAIN_WORKREVIEW_WRONGVERDICT", /verdict: 1/);
    const { contestUntil } = await readReview(contracts, task, 0);
    await expectCorexError(
      () => finaliseWork(stranger, terms, 0),
      "CHAIN_WORKREVIEW_TOOEARLY",
      naming(`until: ${contestUntil}`),
    );
    await time.increaseTo(contestUntil + 1);
    await finaliseWork(stranger, terms, 0);
    const final = { result: RIGHT, node: second.node, isFinal: true };
    expect(await readWorkResult(contracts, task, 0)).to.deep.equal(final);
  });

  it("reveal a plant: who accepted it is found, who rejected it shares the jackpot", async function () {
    const { suite, contracts, stranger, owner } = world;
    const plants = [plantOf(0), plantOf(1)];
    const work = await Work.publish(suite, { planted: plants });
    const { terms, id: task } = work;
    // The root that the SDK computes is the one that the terms committed to.
    expect(plantRoot(plants)).to.equal(terms.plantRoot);
    const plant = provePlant(plants, 0);
    const { found } = await seated(work, plant.result);
    await voteAll(world, found, ["accept", "reject", "accept"]);
    await decideWork(stranger, terms, 0);
    await expectCorexError(
      () => revealPlant(owner, terms, { ...plant, salt: id("a guess") }),
      "CHAIN_WORKREVIEW_NOTPLANTED",
      naming(plant.result),
    );
    await revealPlant(owner, terms, plant);
    const { stage, contestUntil } = await readReview(contracts, task, 0);
    expect(stage).to.equal("planted");
    await time.increaseTo(contestUntil + 1);
    await finaliseWork(stranger, terms, 0);
    const records = found.seats.map(async ({ verifier }) => readVerifier(contracts, verifier));
    const caught = (await Promise.all(records)).map(({ plantsCaught, plantsMissed }) => [plantsCaught, plantsMissed]);
    expect(caught).to.deep.equal([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  it("enrol verifiers for what they choose, and bring their weight up to date", async function () {
    const { suite, contracts, stranger } = world;
    const [worker] = suite.workers;
    if (worker === undefined) throw new Error("no worker");
    const { node } = worker;
    const operator = await world.operatorOf(node);
    const before = await readVerifier(contracts, node);
    expect(before).to.include({ qualified: true, seats: 0 });
    expect(before.kinds).to.deep.equal(WORK_NAMES);
    expect(kindMask(["labelling", "training"])).to.equal(18n);

    await expectCorexError(
      () => enrolVerifier(stranger, ["labelling"]),
      "CHAIN_VERIFIERCOMMITTEE_NONODE",
      naming(stranger.sender.address),
    );
    await enrolVerifier(operator, ["training", "labelling"]);
    expect((await readVerifier(contracts, node)).kinds).to.deep.equal(["labelling", "training"]);

    // Its stake goes: the committee learns of it when somebody tells.
    await leaveStake(operator, node, 0n);
    await time.increase(14 * DAY);
    await withdrawStake(operator, node, 0n);
    expect(await readVerifier(contracts, node)).to.include({ weight: before.weight, qualified: false });
    await syncVerifier(stranger, node);
    expect(await readVerifier(contracts, node)).to.include({ weight: 0n, qualified: false });
    await enrolVerifier(operator, []);
    expect((await readVerifier(contracts, node)).kinds).to.deep.equal([]);
  });
});

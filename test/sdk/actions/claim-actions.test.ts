import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { answerBenchmark } from "../../../packages/sdk/src/actions/answer-benchmark.ts";
import { beginBenchmark } from "../../../packages/sdk/src/actions/begin-benchmark.ts";
import { claimBenchmark } from "../../../packages/sdk/src/actions/claim-benchmark.ts";
import { claimDuplicate } from "../../../packages/sdk/src/actions/claim-duplicate.ts";
import { claimResult } from "../../../packages/sdk/src/actions/claim-result.ts";
import { concludeBenchmark } from "../../../packages/sdk/src/actions/conclude-benchmark.ts";
import { executeRuling } from "../../../packages/sdk/src/actions/execute-ruling.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { BENCHMARK_DISPUTE_BOND, DISPUTE_BOND } from "../../../packages/sdk/src/actions/open-dispute.ts";
import { readCase } from "../../../packages/sdk/src/actions/read-case.ts";
import { readDispute } from "../../../packages/sdk/src/actions/read-dispute.ts";
import { readDisputedResult } from "../../../packages/sdk/src/actions/read-disputed-result.ts";
import { readJuror } from "../../../packages/sdk/src/actions/read-juror.ts";
import { readNode } from "../../../packages/sdk/src/actions/read-node.ts";
import { readReview } from "../../../packages/sdk/src/actions/read-review.ts";
import { readStake } from "../../../packages/sdk/src/actions/read-stake.ts";
import { readWorkDelivery, readWorkResult } from "../../../packages/sdk/src/actions/read-work-delivery.ts";
import { revealPlant } from "../../../packages/sdk/src/actions/reveal-plant.ts";
import { settleRound } from "../../../packages/sdk/src/actions/settle-round.ts";
import { withdrawCourt } from "../../../packages/sdk/src/actions/withdraw-court.ts";
import { signAttestation } from "../../../packages/sdk/src/benchmark/attestation.ts";
import { provePlant } from "../../../packages/sdk/src/task/plants.ts";
import { ROLES } from "../../../deploy/authority.ts";
import { fund, RIGHT, WRONG } from "../../support/review/suite.ts";
import { accepts, plantOf, rejects, split, Work } from "../../support/review/work.ts";
import { ReviewWorld } from "./support/review-world.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { announced, pass } from "./support/disputes.ts";

const EVIDENCE = id("evidence");

const naming = (value: string): RegExp => new RegExp(value);

// Actions of claims that nobody contests
// ├── execute one over an acceptance
// ├── let a verifier who accepted dispute a plant
// ├── remove a node whose benchmark nobody defends
// └── punish a copy
describe("actions of claims", function () {
  let world: ReviewWorld;

  beforeEach(async function () {
    world = await ReviewWorld.create();
  });

  const balance = async ({ sender }: ActionContext): Promise<bigint> => world.contracts.token.balanceOf(sender.address);

  it("execute one over an acceptance", async function () {
    const { suite, contracts, owner, stranger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;
    await work.judged(accepts, 0, WRONG);
    const before = await balance(owner);
    const { result: dispute } = await claimResult(owner, terms, 0, EVIDENCE);
    expect((await readDispute(contracts, dispute)).kind).to.equal("acceptance");
    const actions = await announced(world, dispute);
    expect(readDisputedResult(actions)?.claimsRight).to.equal(false);
    await expectCorexError(
      () => executeRuling(stranger, dispute, actions.claimant),
      "CHAIN_ARBITRATION_WRONGSTAGE",
      /stage: 1/,
    );
    expect(await pass(world, dispute)).to.equal("ruled");
    expect((await executeRuling(stranger, dispute, actions.claimant)).result).to.equal(true);
    expect(await readWorkDelivery(contracts, task, 0)).to.equal(undefined);
    expect(await readWorkResult(contracts, task, 0)).to.deep.equal({ result: ZeroHash, node: 0n, isFinal: false });
    await settleRound(stranger, dispute, 0);
    expect((await withdrawCourt(owner, owner.sender.address)).result).to.equal(DISPUTE_BOND);
    expect(await balance(owner)).to.equal(before);
  });

  it("let a verifier who accepted dispute a plant", async function () {
    const { suite, contracts, owner, stranger } = world;
    const plants = [plantOf(0)];
    const work = await Work.publish(suite, { planted: plants });
    const { terms, id: task } = work;
    await work.judged(split(1, accepts, rejects), 0, plants[0]?.result);
    await revealPlant(owner, terms, provePlant(plants, 0));
    const { seats } = await readCase(contracts, (await readReview(contracts, task, 0)).caseId);
    const accepter = await world.operatorOf(seats[0]?.verifier ?? 0n);
    const rejecter = await world.operatorOf(seats[1]?.verifier ?? 0n);
    await expectCorexError(
      () => claimResult(rejecter, terms, 0, EVIDENCE),
      "CHAIN_WORKREVIEW_NOTPARTY",
      naming(rejecter.sender.address),
    );
    await fund(suite, accepter.sender.address, DISPUTE_BOND);
    const { result: dispute } = await claimResult(accepter, terms, 0, EVIDENCE);
    expect((await readDispute(contracts, dispute)).kind).to.equal("plant");
    const actions = await announced(world, dispute);
    expect(readDisputedResult(actions)).to.deep.equal({ terms, fragment: 0, claimsRight: true });
    expect(await pass(world, dispute)).to.equal("ruled");
    expect((await executeRuling(stranger, dispute, actions.claimant)).result).to.equal(true);
    expect((await readWorkResult(contracts, task, 0)).isFinal).to.equal(true);
  });

  it("remove a node whose benchmark nobody defends", async function () {
    const { suite, contracts, challenger, stranger } = world;
    const [worker] = suite.workers;
    if (worker === undefined) throw new Error("no worker");
    const { node } = worker;
    const operator = await world.operatorOf(node);
    await expectCorexError(
      () => claimBenchmark(challenger, node, EVIDENCE),
      "CHAIN_ARBITRATION_NOSCORE",
      naming(`node: ${node}`),
    );
    await measure(operator, node);

    const before = await balance(challenger);
    const { result: dispute } = await claimBenchmark(challenger, node, EVIDENCE);
    expect(await balance(challenger)).to.equal(before - BENCHMARK_DISPUTE_BOND);
    expect(await readDispute(contracts, dispute)).to.include({ kind: "benchmark", bond: BENCHMARK_DISPUTE_BOND, node });
    await expectCorexError(
      () => claimBenchmark(challenger, node, EVIDENCE),
      "CHAIN_ARBITRATION_SUBJECTTAKEN",
      naming(`dispute: ${dispute}`),
    );
    const actions = await announced(world, dispute);
    expect([actions.claimant.map(({ kind }) => kind), actions.respondent]).to.deep.equal([[1n], []]);
    expect(readDisputedResult(actions)).to.equal(undefined);
    expect((await readStake(contracts, node)).held > 0n).to.equal(true);
    expect(await pass(world, dispute)).to.equal("ruled");
    expect((await executeRuling(stranger, dispute, actions.claimant)).result).to.equal(true);
    expect((await readStake(contracts, node)).slashed > 0n).to.equal(true);
    expect((await readNode(contracts, operator.sender.address))?.status).to.equal("removed");
    await expectCorexError(() => beginBenchmark(operator, 1), "CHAIN_BENCHMARKREGISTRY_NOTMEASURABLE", /node: \d+/);
    await settleRound(stranger, dispute, 0);
    const { owed } = await readJuror(contracts, challenger.sender.address);
    expect(owed).to.equal(BENCHMARK_DISPUTE_BOND);
  });

  /** Measures a node: two attestors agree. */
  async function measure(operator: ActionContext, node: bigint): Promise<void> {
    const { suite, stranger, chainId } = world;
    const { result: begun } = await beginBenchmark(operator, 1);
    await world.ready(Number(begun.ticket));
    const { nonce } = begun;
    const { result } = (await answerBenchmark(operator, { nonce, result: id("lanes") })).result;
    const attestors = [suite.signer(17), suite.signer(18)];
    for (const attestor of attestors) {
      await suite.accessManager.connect(suite.admin).grantRole(ROLES.ATTESTOR, attestor, 0);
    }
    const domain = { chainId, benchmarkRegistry: await suite.benchmarks.getAddress() };
    const attestation = { node, nonce, result, valid: true };
    const signed = await Promise.all(attestors.map((attestor) => signAttestation(attestor, domain, attestation)));
    expect((await concludeBenchmark(stranger, signed)).result.accepted).to.equal(true);
  }

  it("punish a copy", async function () {
    const { suite, contracts, challenger, stranger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;
    await work.deliver(0, RIGHT);
    const { node } = await work.deliver(1, RIGHT);
    const claim = { terms, fragment: 1, original: task, originalFragment: 0, evidence: EVIDENCE };
    await expectCorexError(
      () => claimDuplicate(challenger, { ...claim, originalFragment: 1 }),
      "CHAIN_ARBITRATION_NORESULT",
      /fragment: 1/,
    );
    const { result: dispute } = await claimDuplicate(challenger, claim);
    expect(await readDispute(contracts, dispute)).to.include({ kind: "duplicate", node, bond: DISPUTE_BOND });
    const actions = await announced(world, dispute);
    expect(actions.claimant.map(({ kind }) => kind)).to.deep.equal([1n, 2n]);
    const before = await readStake(contracts, node);
    expect(await pass(world, dispute)).to.equal("ruled");
    expect((await executeRuling(stranger, dispute, actions.claimant)).result).to.equal(true);
    const after = await readStake(contracts, node);
    expect(after.slashed > before.slashed && after.held < before.held).to.equal(true);
  });
});

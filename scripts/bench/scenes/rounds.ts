import { approveToken } from "@corex/sdk/actions/approve-token";
import { assignRoundFragment } from "@corex/sdk/actions/assign-round-fragment";
import { closeRound } from "@corex/sdk/actions/close-round";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { publishRoundTask } from "@corex/sdk/actions/publish-round-task";
import { readRoundCursor } from "@corex/sdk/actions/read-round-cursor";
import { readRoundGradients } from "@corex/sdk/actions/read-round-gradients";
import { readRoundTask } from "@corex/sdk/actions/read-round-task";
import { refuseRoundFragment } from "@corex/sdk/actions/refuse-round-fragment";
import {
  submitApply,
  submitEvaluation,
  submitGradient,
  submitRoundIntent,
} from "@corex/sdk/actions/submit-round-fragment";
import { roundContext } from "@corex/sdk/task/round-context";
import { APPLY_FRAGMENT, FIRST_EVALUATION } from "@corex/sdk/task/round-fragment";
import { roundTaskId } from "@corex/sdk/task/round-task-id";
import { roundTaskFees, type RoundTerms } from "@corex/sdk/task/round-terms";
import { id, parseEther } from "ethers";

import { shardTree } from "../../../test/support/rounds/shard-tree.ts";
import { TrapdoorCircuit } from "../../../test/support/rounds/trapdoor.ts";
import type { World } from "../world.ts";
import { sendTokens } from "./bonds.ts";
import type { PlainStage } from "./scene.ts";

const LANES = 4;
const ROUNDS = 2;
const ARTIFACT = id("benchmark artifact");
const INITIAL = 77n;
const MAX_RENEWALS = 4;

/** Circuits that anything can be proved with: what a proof costs on chain depends on its number of public signals alone. */
const GRADIENT = new TrapdoorCircuit({ name: "G", schema: "weights,gradient,batch,loss,ctx", publicSignals: 5 });
const EVALUATE = new TrapdoorCircuit({ name: "E", schema: "weights,batch,loss,correct,ctx", publicSignals: 5 });
const APPLY = new TrapdoorCircuit({
  name: "A",
  schema: `weights,newWeights,gradients[${LANES}],shares[${LANES}],ctx`,
  publicSignals: 2 * LANES + 3,
});
const TRAINING = shardTree(LANES, 1_000n);
const HELD_OUT = shardTree(2, 2_000n);

/** A task of two rounds of four lanes and two evaluations: every operation first and warm; then a round without three lanes. */
export async function rounds({ world, record }: PlainStage): Promise<void> {
  const [admin, owner, operator] = [
    await world.as(world.admin),
    await world.as(world.owner),
    await world.as(world.operator),
  ];
  for (const circuit of [GRADIENT, EVALUATE, APPLY]) {
    const { data } = await admin.contracts.circuitRegistry.register.populateTransaction(...circuit.registration());
    await world.send(admin.sender.address, world.deployment.contracts.CircuitRegistry, data);
  }
  await sendTokens(world, owner.sender.address, parseEther("10"));
  await approveToken(owner, world.deployment.contracts.RoundEscrow, parseEther("10"));
  await heartbeat(operator);
  await world.nextPeriod();

  const task = new BenchRounds(world, operator, { owner: owner.sender.address, nonce: 0n });
  await publishRoundTask(owner, new BenchRounds(world, operator, { owner: owner.sender.address, nonce: 9n }).terms);
  await record(`rounds publish: ${ROUNDS} x ${LANES}`, await publishRoundTask(owner, task.terms));
  for (const [round, name] of ["first", "warm"].entries()) {
    for (let lane = 0; lane < LANES; lane += 1) {
      const assigned = await task.assign(lane);
      if (lane === 1) await record(`rounds assign: gradient, ${name}`, assigned);
      const submitted = await task.gradient(lane, round);
      if (lane === 1) await record(`rounds submitGradient: ${name}`, submitted);
      if (lane === LANES - 1) await record(`rounds submitGradient: last of the round, ${name}`, submitted);
    }
    await task.assign(APPLY_FRAGMENT);
    await record(`rounds submitApply: ${LANES} lanes, ${name}`, await task.apply(round));
  }
  for (const [shard, name] of ["first", "last, completes"].entries()) {
    await task.assign(FIRST_EVALUATION + shard);
    await record(`rounds submitEvaluation: ${name}`, await task.evaluation(shard));
  }

  const dropped = new BenchRounds(world, operator, { owner: owner.sender.address, nonce: 1n });
  await publishRoundTask(owner, dropped.terms);
  await dropped.assign(0);
  await dropped.gradient(0, 0);
  for (let lane = 1; lane < LANES; lane += 1) {
    await dropped.assign(lane);
    await refuseRoundFragment(operator, dropped.terms, lane);
  }
  await world.passSeconds(Number(dropped.terms.roundDuration) + 1);
  await record(`rounds close: ${LANES - 1} lanes dropped`, await closeRound(owner, dropped.terms));
}

/** A task of rounds whose numbers depend on its options alone, and the moves of its one node. */
class BenchRounds {
  readonly terms: RoundTerms;
  readonly id: string;
  readonly #world: World;
  readonly #operator: ActionContext;

  constructor(world: World, operator: ActionContext, { owner, nonce }: { owner: string; nonce: bigint }) {
    this.#world = world;
    this.#operator = operator;
    this.terms = {
      owner,
      gradientCircuit: GRADIENT.id,
      applyCircuit: APPLY.id,
      evaluateCircuit: EVALUATE.id,
      shardRoot: TRAINING.root,
      heldOutRoot: HELD_OUT.root,
      initialWeights: INITIAL,
      manifest: id("benchmark rounds"),
      feePerGradient: 10n ** 16n,
      feePerApply: 10n ** 16n,
      feePerEvaluation: 10n ** 16n,
      fragmentDuration: 600n,
      roundDuration: 600n,
      rounds: BigInt(ROUNDS),
      shards: BigInt(LANES),
      lanes: BigInt(LANES),
      quorum: 1n,
      heldOut: 2n,
      device: 0n,
      minTier: 0n,
      nonce,
    };
    if (roundTaskFees(this.terms) > parseEther("3")) throw new Error("the owner cannot pay for the task");
    this.id = roundTaskId(world.deployment.chainId, world.deployment.contracts.RoundMarket, this.terms);
  }

  async assign(fragment: number) {
    for (let attempt = 0; attempt < MAX_RENEWALS; attempt += 1) {
      await this.#world.mineBeyond((await readRoundCursor(this.#operator.contracts, this.id, fragment)).ticket);
      const executed = await assignRoundFragment(this.#operator, this.terms, fragment);
      if (executed.result !== 0n) return executed;
    }
    throw new Error(`nobody was drawn for fragment ${fragment} of task ${this.id}`);
  }

  async gradient(lane: number, round: number) {
    const claim = { gradient: 500n + BigInt(lane), batch: 1_000n + BigInt(lane), loss: 9n };
    const ctx = this.#context(GRADIENT.id, lane, round);
    const proof = GRADIENT.prove([await this.#head(), claim.gradient, claim.batch, claim.loss, ctx]);
    const submission = { lane, round, ...claim, artifact: ARTIFACT, proof, shardProof: TRAINING.getProof(lane) };
    return submitGradient(this.#operator, this.terms, submission, submitRoundIntent(this.id, lane, round));
  }

  async apply(round: number) {
    const { gradients, shares } = await readRoundGradients(this.#operator.contracts, this.id, LANES);
    const newWeights = 600n + BigInt(round);
    const ctx = this.#context(APPLY.id, APPLY_FRAGMENT, round);
    const proof = APPLY.prove([await this.#head(), newWeights, ...gradients, ...shares.map(BigInt), ctx]);
    const submission = { round, newWeights, artifact: ARTIFACT, proof };
    return submitApply(this.#operator, this.terms, submission, submitRoundIntent(this.id, APPLY_FRAGMENT, round));
  }

  async evaluation(shard: number) {
    const fragment = FIRST_EVALUATION + shard;
    const claim = { batch: 2_000n + BigInt(shard), loss: 40n, correct: 6n };
    const ctx = this.#context(EVALUATE.id, fragment, ROUNDS);
    const proof = EVALUATE.prove([await this.#head(), claim.batch, claim.loss, claim.correct, ctx]);
    const submission = { shard, ...claim, proof, shardProof: HELD_OUT.getProof(shard) };
    return submitEvaluation(this.#operator, this.terms, submission, submitRoundIntent(this.id, fragment, ROUNDS));
  }

  async #head(): Promise<bigint> {
    const { head } = await readRoundTask(this.#operator.contracts, this.id);
    return head === 0n ? INITIAL : head;
  }

  #context(circuit: string, fragment: number, round: number): bigint {
    const { chainId, contracts } = this.#world.deployment;
    const operator = this.#operator.sender.address;
    return roundContext({ chainId, market: contracts.RoundMarket, circuit, task: this.id, fragment, round, operator });
  }
}

import { approveToken } from "@corex/sdk/actions/approve-token";
import { publishRoundTask } from "@corex/sdk/actions/publish-round-task";
import { createRoundTask } from "@corex/sdk/task/create-round-task";
import { roundTaskFees, type RoundTerms } from "@corex/sdk/task/round-terms";
import { formatEther, parseEther } from "ethers";

import { print } from "./print.ts";
import type { RoundPlan } from "./round-plan.ts";
import { publishRoundModel, readTrainedRounds, waitForRounds, type TrainedRoundTask } from "./round-training.ts";
import type { Stage } from "./scenes.ts";

/** Gradients that are enough once the time of a round is over: one node that sleeps does not stop the others. */
const QUORUM = 3;
const ROUND_SECONDS = 60;

/** CXT for the whole task, and the most that an evaluation costs; a gradient or a step costs twice as much. */
const BUDGET = parseEther("100");
const LARGEST_FEE = parseEther("1");

const SECONDS_PER_FRAGMENT_ALLOWED = 40;

/** What the rounds came to. */
export interface RoundScene {
  readonly trained: TrainedRoundTask;
  readonly model: string;
  /** Gas of the owner's two transactions. */
  readonly gas: { readonly publish: bigint; readonly register: bigint };
}

/** CXT wei that the owner needs for the data-parallel task. */
export function roundCost(plan: RoundPlan): bigint {
  return parts(plan) * unitFee(plan);
}

/** Fragments of the data-parallel task when no lane is dropped. */
export function roundFragments({ rounds, model, dataset }: RoundPlan): number {
  return rounds * (model.lanes + 1) + dataset.heldOut.length;
}

/**
 * Scene 3: the nodes compute gradients of one perceptron in parallel, one of them proves the step over all, and so on; then
 * the final weights are evaluated on held-out shards, with proofs, and the registry reads the result from the market.
 */
export async function roundScene(stage: Stage, plan: RoundPlan): Promise<RoundScene> {
  const { owner, network, context } = stage;
  const fee = unitFee(plan);
  const created = await createRoundTask({
    store: context.store,
    circuits: plan.circuits,
    dataset: plan.published,
    owner: owner.sender.address,
    rounds: plan.rounds,
    quorum: Math.min(QUORUM, plan.model.lanes),
    fees: { gradient: 2n * fee, apply: 2n * fee, evaluation: fee },
    fragmentDuration: stage.task.fragmentDuration,
    roundDuration: Math.max(ROUND_SECONDS, stage.task.fragmentDuration),
    initialWeights: plan.initialWeights,
    modelSalt: stage.task.modelSalt,
    nonce: 3n,
  });
  announce(plan, created.terms);
  const escrow = await network.contracts.roundEscrow.getAddress();
  await approveToken(owner, escrow, roundTaskFees(created.terms));
  const { result: task, receipt } = await publishRoundTask(owner, created.terms);

  const fragments = roundFragments(plan);
  const timeoutMs = 120_000 + fragments * SECONDS_PER_FRAGMENT_ALLOWED * 1_000;
  stage.board.watch(task);
  await Promise.race([waitForRounds(context, task, { rounds: plan.rounds, timeoutMs }), stage.death()]);
  const trained = await readTrainedRounds(context, { task, created, plan });
  await stage.board.finish(trained.fragments.length, 5_000);
  for (const { round } of trained.closings) {
    print(`  round ${round} went on with the gradients that were there: its time was over and its quorum reached`);
  }
  const registered = await publishRoundModel(owner, context.store, trained, "corex demo: data-parallel task");
  return { trained, model: registered.model, gas: { publish: receipt.gasUsed, register: registered.gas } };
}

function announce({ rounds, model, dataset }: RoundPlan, terms: RoundTerms): void {
  const { shape, lanes, m, T } = model;
  const layers = shape.kind === "mlp" ? [shape.d, shape.h, shape.k] : [shape.d, shape.k];
  const { feePerGradient, feePerApply, feePerEvaluation } = terms;
  const [gradient, apply, evaluation] = [feePerGradient, feePerApply, feePerEvaluation].map((fee) =>
    Number(formatEther(fee)).toFixed(2),
  );
  print(
    `\nScene 3: the owner publishes a data-parallel task, to train a perceptron (${layers.join("-")}) in ${rounds} ` +
      `${rounds === 1 ? "round" : "rounds"} and to evaluate it on ${dataset.heldOut.length} held-out shards.`,
  );
  print(
    `  A round is ${lanes} gradients in parallel, each of ${m} samples for ${gradient} CXT, and a step over them at learning ` +
      `rate ${2 ** -T} for ${apply} CXT;`,
  );
  print(`  ${terms.quorum} gradients are enough after ${terms.roundDuration} s. An evaluation pays ${evaluation} CXT.`);
}

/** The task's cost in fees of an evaluation. */
function parts({ rounds, model, dataset }: RoundPlan): bigint {
  return BigInt(2 * rounds * (model.lanes + 1) + dataset.heldOut.length);
}

function unitFee(plan: RoundPlan): bigint {
  const affordable = BUDGET / parts(plan);
  return affordable < LARGEST_FEE ? affordable : LARGEST_FEE;
}

import { encodeProof } from "@corex/sdk/proof/encode-proof";
import { proveApplyStep, proveEvaluation, proveGradient } from "@corex/sdk/proof/prove-model";
import { applyStep, laneShares } from "@corex/sdk/math/apply-step";
import { evaluateModel, modelGradient } from "@corex/sdk/math/model-gradient";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { putGradientOpening } from "@corex/sdk/task/gradient-opening";
import { roundContext } from "@corex/sdk/task/round-context";
import { FIRST_EVALUATION, roundShardIndex } from "@corex/sdk/task/round-fragment";
import { modelOpening } from "@corex/sdk/task/tensor-opening";
import { commitOpening, putWeightsOpening, type WeightsOpening } from "@corex/sdk/task/weights-opening";
import { CorexError } from "@corex/sdk/errors";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { ApplySubmission, EvaluationSubmission, GradientSubmission } from "../journal/submission-json.ts";
import type { Tools } from "../markets/open-fragment.ts";
import type { RoundInputs } from "../weights/round-library.ts";

export interface ProveRoundInput {
  readonly key: FragmentKey;
  readonly inputs: RoundInputs;
  /** Opening of the head that the fragment starts from. */
  readonly before: WeightsOpening;
  readonly chainId: number;
  readonly market: string;
  readonly operator: string;
  readonly tools: Tools;
}

/** Gradients of a round, lane by lane: undefined for an absent one. */
export interface LaneGradients {
  readonly values: readonly (readonly bigint[] | undefined)[];
  /** Commitments as the market has them; zero for an absent lane. */
  readonly commitments: readonly bigint[];
}

/** Computes the gradient of a lane, stores its opening, proves it, and returns what the market takes. Errors: see its parts. */
export async function proveLaneGradient(input: ProveRoundInput): Promise<GradientSubmission> {
  const { key, inputs, before, tools } = input;
  const { chain: lane, step: round } = key;
  const { manifest, circuits, model } = inputs;
  const index = roundShardIndex(inputs.task.terms, round, lane);
  const { X, Y, salt: batchSalt } = await tools.rounds.shard(inputs, "train", index);

  const { gradient, loss } = modelGradient({ X, Y, weights: before.values, shape: model.shape, params: model });
  const opening = modelOpening({ values: gradient, salt: manifest.modelSalt, shape: model.shape, format: model });
  const artifact = contentIdToBytes32(await putGradientOpening(tools.store, opening));
  tools.onComputed(await commitOpening(before), loss);

  const ctx = contextOf(input, inputs.task.terms.gradientCircuit);
  const secrets = { X, Y, weights: before.values, modelSalt: manifest.modelSalt, batchSalt, ctx };
  const { proof, signals } = await proveGradient(tools.prover, secrets, circuits.gradient, tools.signal);
  return {
    kind: "gradient",
    lane,
    round,
    weights: signals.weights,
    gradient: signals.gradient,
    batch: signals.batch,
    loss: signals.loss,
    artifact,
    proof: encodeProof(proof),
    shardProof: tools.rounds.shardPath(inputs, "train", index),
  };
}

/** Computes the step over the gradients of a round, stores the new weights, and proves it. Errors: see its parts. */
export async function proveRoundStep(input: ProveRoundInput, gradients: LaneGradients): Promise<ApplySubmission> {
  const { key, inputs, before, tools } = input;
  const { manifest, circuits, model } = inputs;
  const shares = laneShares(gradients.values.map((values) => values !== undefined));
  const lanes = { weights: before.values, gradients: gradients.values, shares };
  const values = applyStep({ ...lanes, params: model });
  const artifact = contentIdToBytes32(await putWeightsOpening(tools.store, { ...before, values }));
  tools.onComputed(await commitOpening(before));

  const ctx = contextOf(input, inputs.task.terms.applyCircuit);
  const secrets = { ...lanes, modelSalt: manifest.modelSalt, ctx };
  const { proof, signals } = await proveApplyStep(tools.prover, secrets, circuits.apply, tools.signal);
  return {
    kind: "apply",
    round: key.step,
    weights: signals.weights,
    newWeights: signals.newWeights,
    gradients: gradients.commitments,
    artifact,
    proof: encodeProof(proof),
  };
}

/** Evaluates the final weights on a held-out shard and proves it. Errors: see its parts. */
export async function proveShardEvaluation(input: ProveRoundInput): Promise<EvaluationSubmission> {
  const { key, inputs, before, tools } = input;
  const { manifest, circuits, model } = inputs;
  if (circuits.evaluate === undefined) throw new CorexError("TASK_MANIFEST_INVALID", "the manifest evaluates nothing");
  const shard = key.chain - FIRST_EVALUATION;
  const { X, Y, salt: batchSalt } = await tools.rounds.shard(inputs, "heldOut", shard);

  const { loss } = evaluateModel({ X, Y, weights: before.values, shape: model.shape, params: model });
  tools.onComputed(await commitOpening(before), loss);

  const ctx = contextOf(input, inputs.task.terms.evaluateCircuit);
  const secrets = { X, Y, weights: before.values, modelSalt: manifest.modelSalt, batchSalt, ctx };
  const { proof, signals } = await proveEvaluation(tools.prover, secrets, circuits.evaluate, tools.signal);
  return {
    kind: "evaluation",
    shard,
    weights: signals.weights,
    batch: signals.batch,
    loss: signals.loss,
    correct: signals.correct,
    proof: encodeProof(proof),
    shardProof: tools.rounds.shardPath(inputs, "heldOut", shard),
  };
}

function contextOf({ key, chainId, market, operator }: ProveRoundInput, circuit: string): bigint {
  const { task, chain: fragment, step: round } = key;
  return roundContext({ chainId, market, circuit, task, fragment, round, operator });
}

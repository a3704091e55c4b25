import { commitModel, commitModelGradient } from "../commit/commit-model.ts";
import type { RoundShard } from "../data/round-dataset.ts";
import { CorexError } from "../errors.ts";
import { applyStep, laneShares } from "../math/apply-step.ts";
import { evaluateModel, modelGradient } from "../math/model-gradient.ts";
import { roundShardIndex } from "./round-fragment.ts";
import type { RoundModel } from "./round-model.ts";
import type { RoundTerms } from "./round-terms.ts";

export interface TrainRoundsInput {
  readonly model: RoundModel;
  readonly terms: Pick<RoundTerms, "rounds" | "lanes" | "shards" | "heldOut">;
  readonly dataset: { readonly train: readonly RoundShard[]; readonly heldOut: readonly RoundShard[] };
  readonly initialWeights: readonly bigint[];
  readonly modelSalt: bigint;
  /** Whether a lane delivered in a round; all do when absent. */
  readonly isPresent?: (round: number, lane: number) => boolean;
}

/** What a lane computed in a round. */
export interface TrainedLane {
  readonly lane: number;
  /** Index of its training shard. */
  readonly shard: number;
  /** Sum of squared errors of the shard before the step. */
  readonly loss: bigint;
  readonly gradient: readonly bigint[];
  /** Commitment of the gradient. */
  readonly commitment: bigint;
}

/** One round: gradients and the step over them. */
export interface TrainedRound {
  readonly round: number;
  /** Commitment of the weights before the step. */
  readonly head: bigint;
  /** Lanes that were present, in lane order. */
  readonly lanes: readonly TrainedLane[];
  /** Share of every lane in 256 parts, zero for an absent one. */
  readonly shares: readonly bigint[];
  /** Weights after the step, with their commitment. */
  readonly newWeights: readonly bigint[];
  readonly newHead: bigint;
}

/** What weights are worth on a held-out shard. */
export interface ShardEvaluation {
  /** Index of the held-out shard. */
  readonly shard: number;
  /** Sum of squared errors; its unit is that of the model's gradient. */
  readonly loss: bigint;
  /** Samples whose class the model finds. */
  readonly correct: number;
}

export interface TrainedRounds {
  readonly rounds: readonly TrainedRound[];
  /** Evaluations of the last weights, shard by shard. */
  readonly evaluations: readonly ShardEvaluation[];
}

/**
 * A whole round task in plain arithmetic: what every proof of it must show, figure by figure.
 *
 * @throws CorexError TASK_INVALID when the terms have other lanes than the model or more shards than the dataset,
 * MATH_SHAPE when no lane of a round is present, MATH_OVERFLOW when a value leaves its bits: such a task has no proof.
 */
export async function trainRounds(input: TrainRoundsInput): Promise<TrainedRounds> {
  const { model, terms, dataset } = input;
  requireTerms(input);
  const rounds: TrainedRound[] = [];
  let weights = input.initialWeights;
  for (let round = 0; round < Number(terms.rounds); round += 1) {
    const trained = await trainRound(input, round, weights);
    rounds.push(trained);
    weights = trained.newWeights;
  }
  const heldOut = dataset.heldOut.slice(0, Number(terms.heldOut));
  return { rounds, evaluations: evaluateShards(model, weights, heldOut) };
}

/** Evaluates weights on held-out shards. Errors as `evaluateModel`. */
export function evaluateShards(
  model: RoundModel,
  weights: readonly bigint[],
  shards: readonly RoundShard[],
): ShardEvaluation[] {
  return shards.map(({ index, X, Y }) => {
    const { loss, correct } = evaluateModel({ X, Y, weights, shape: model.shape, params: model });
    return { shard: index, loss, correct };
  });
}

async function trainRound(
  { model, terms, dataset, modelSalt, isPresent = () => true }: TrainRoundsInput,
  round: number,
  weights: readonly bigint[],
): Promise<TrainedRound> {
  const committed = { salt: modelSalt, shape: model.shape, format: model };
  const present = Array.from({ length: model.lanes }, (_, lane) => isPresent(round, lane));
  const lanes: TrainedLane[] = [];
  for (const [lane, there] of present.entries()) {
    if (!there) continue;
    const shard = requireShard(dataset.train, roundShardIndex(terms, round, lane));
    const { gradient, loss } = modelGradient({ ...shard, weights, shape: model.shape, params: model });
    const commitment = await commitModelGradient({ ...committed, values: gradient });
    lanes.push({ lane, shard: shard.index, loss, gradient, commitment });
  }
  const shares = laneShares(present);
  const gradients = present.map((_, lane) => lanes.find((trained) => trained.lane === lane)?.gradient);
  const newWeights = applyStep({ weights, gradients, shares, params: model });
  const head = await commitModel({ ...committed, values: weights });
  const newHead = await commitModel({ ...committed, values: newWeights });
  return { round, head, lanes, shares, newWeights, newHead };
}

function requireTerms({ model, terms, dataset: { train, heldOut } }: TrainRoundsInput): void {
  if (Number(terms.lanes) !== model.lanes) {
    throw invalid(`the terms have ${terms.lanes} lanes, the apply circuit ${model.lanes}`);
  }
  if (Number(terms.shards) > train.length || Number(terms.heldOut) > heldOut.length) {
    throw invalid(
      `the terms have ${terms.shards} and ${terms.heldOut} shards, the dataset ${train.length} and ${heldOut.length}`,
    );
  }
}

function requireShard(shards: readonly RoundShard[], index: number): RoundShard {
  const shard = shards[index];
  if (shard === undefined) throw invalid(`the dataset has no training shard ${index}`);
  return shard;
}

function invalid(message: string): CorexError {
  return new CorexError("TASK_INVALID", message, { retry: "after-change" });
}

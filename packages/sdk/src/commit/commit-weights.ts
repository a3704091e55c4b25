import type { LinearStepParams } from "../math/linear-step.ts";
import { commitTensor } from "./commit-tensor.ts";
import { TENSOR_KIND } from "./tensor-tag.ts";

export interface CommitWeightsInput {
  /** d weights in units of 2^(-F). */
  readonly weights: readonly bigint[];
  /** Salt of the model: the same for every step of one chain. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "d" | "B" | "F">;
}

/** Commitment of the weights of a linear model, before or after a step. Errors as {@link commitTensor}. */
export async function commitWeights({ weights, salt, params }: CommitWeightsInput): Promise<bigint> {
  const shape = { kind: TENSOR_KIND.weights, rows: params.d, cols: 1, bits: params.B, fraction: params.F };
  return commitTensor({ ...shape, values: weights, salt });
}

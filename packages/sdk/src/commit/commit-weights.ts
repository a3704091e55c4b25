import type { LinearStepParams } from "../math/linear-step.ts";
import { commitModel } from "./commit-model.ts";

export interface CommitWeightsInput {
  /** d weights in units of 2^(-F). */
  readonly weights: readonly bigint[];
  /** Salt of the model: the same for every step of one chain. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "d" | "B" | "F">;
}

/** Commitment of the weights of a linear model, before or after a step. Errors as `commitTensor`. */
export async function commitWeights({ weights, salt, params }: CommitWeightsInput): Promise<bigint> {
  return commitModel({ values: weights, salt, shape: { kind: "linear", d: params.d, k: 1 }, format: params });
}

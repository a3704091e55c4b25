import type { LinearStepParams } from "../math/linear-step.ts";
import { commitModelGradient } from "./commit-model.ts";

export interface CommitGradientInput {
  /** d gradient values in units of 2^(-F). */
  readonly gradient: readonly bigint[];
  /** Salt of the model: a gradient is committed under the salt of its weights. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "d" | "B" | "F">;
}

/** Commitment of a gradient. Errors as `commitTensor`. */
export async function commitGradient({ gradient, salt, params }: CommitGradientInput): Promise<bigint> {
  return commitModelGradient({ values: gradient, salt, shape: { kind: "linear", d: params.d, k: 1 }, format: params });
}

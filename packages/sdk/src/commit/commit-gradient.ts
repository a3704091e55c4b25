import type { LinearStepParams } from "../math/linear-step.ts";
import { commitTensor } from "./commit-tensor.ts";
import { TENSOR_KIND } from "./tensor-tag.ts";

export interface CommitGradientInput {
  /** d gradient values in units of 2^(-F). */
  readonly gradient: readonly bigint[];
  /** Salt of the model: a gradient is committed under the salt of its weights. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "d" | "B" | "F">;
}

/** Commitment of a gradient. Errors as {@link commitTensor}. */
export async function commitGradient({ gradient, salt, params }: CommitGradientInput): Promise<bigint> {
  const shape = { kind: TENSOR_KIND.gradient, rows: params.d, cols: 1, bits: params.B, fraction: params.F };
  return commitTensor({ ...shape, values: gradient, salt });
}

import { CorexError } from "../errors.ts";
import type { LinearStepParams } from "../math/linear-step.ts";
import { commitTensor } from "./commit-tensor.ts";
import { TENSOR_KIND } from "./tensor-tag.ts";

export interface CommitBatchInput {
  /** m samples of d features in units of 2^(-F). */
  readonly X: readonly (readonly bigint[])[];
  /** m labels in units of 2^(-F). */
  readonly y: readonly bigint[];
  /** Salt of the batch, independent of the salt of the model. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "m" | "d" | "B" | "F">;
}

/** Commitment of a batch: the m * d features row by row, then the m labels. Errors as {@link commitTensor}. */
export async function commitBatch({ X, y, salt, params }: CommitBatchInput): Promise<bigint> {
  // Checked here because commitTensor only sees the flattened length.
  if (X.length !== params.m || X.some((row) => row.length !== params.d) || y.length !== params.m) {
    throw new CorexError(
      "COMMIT_SHAPE",
      `a batch is ${params.m} samples of ${params.d} features and ${params.m} labels`,
      {
        retry: "after-change",
      },
    );
  }
  const shape = { kind: TENSOR_KIND.batch, rows: params.m, cols: params.d + 1, bits: params.B, fraction: params.F };
  return commitTensor({ ...shape, values: [...X.flat(), ...y], salt });
}

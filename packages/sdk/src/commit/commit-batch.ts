import { CorexError } from "../errors.ts";
import type { LinearStepParams } from "../math/linear-step.ts";
import { column, type Matrix } from "../math/matrix.ts";
import { commitTensor } from "./commit-tensor.ts";
import { TENSOR_KIND } from "./tensor-tag.ts";

export interface CommitBatchInput {
  /** m samples of d features in units of 2^(-F). */
  readonly X: Matrix;
  /** m labels in units of 2^(-F). */
  readonly y: readonly bigint[];
  /** Salt of the batch, independent of the salt of the model. */
  readonly salt: bigint;
  readonly params: Pick<LinearStepParams, "m" | "d" | "B" | "F">;
}

/** Shape and format of a batch, named as in the circuits. */
export interface BatchParams {
  /** Samples in a batch. */
  readonly m: number;
  /** Features of a sample. */
  readonly d: number;
  /** Targets of a sample. */
  readonly k: number;
  /** Bits of a signed value. */
  readonly B: number;
  /** Bits of a signed feature; B when left out. */
  readonly BX?: number;
  /** Fraction bits of a value. */
  readonly F: number;
}

export interface CommitBatchKInput extends Omit<CommitBatchInput, "y" | "params"> {
  /** m rows of k targets in units of 2^(-F). */
  readonly Y: Matrix;
  readonly params: BatchParams;
}

/** Commitment of a batch: the m * d features row by row, then the m labels. Errors as {@link commitTensor}. */
export async function commitBatch({ X, y, salt, params: { m, d, B, F } }: CommitBatchInput): Promise<bigint> {
  return commitBatchK({ X, Y: column(y), salt, params: { m, d, k: 1, B, F } });
}

/** Commitment of a batch with k targets per sample: the features row by row, then the targets row by row. */
export async function commitBatchK({ X, Y, salt, params }: CommitBatchKInput): Promise<bigint> {
  const { m, d, k, B, BX = B, F } = params;
  // Checked here because commitTensor only sees the flattened length.
  if (X.length !== m || X.some((row) => row.length !== d) || Y.length !== m || Y.some((row) => row.length !== k)) {
    throw new CorexError("COMMIT_SHAPE", `a batch is ${m} samples of ${d} features and ${k} labels`, {
      retry: "after-change",
    });
  }
  return commitTensor({
    kind: TENSOR_KIND.batch,
    rows: m,
    cols: d + k,
    bits: B,
    fraction: F,
    depth: k === 1 ? 0 : k,
    featureBits: BX === B ? 0 : BX,
    values: [...X.flat(), ...Y.flat()],
    salt,
  });
}

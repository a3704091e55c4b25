import { type BatchParams, commitBatchK } from "../commit/commit-batch.ts";
import { commitModel, commitModelGradient } from "../commit/commit-model.ts";
import { requireField } from "../commit/field.ts";
import type { Matrix } from "../math/matrix.ts";
import type { ModelShape } from "../math/model-shape.ts";

/** What a node knows of one batch and one model. Tensors in units of 2^(-F). */
export interface TrainingSecrets {
  /** m rows of d features. */
  readonly X: Matrix;
  /** m rows of k targets. */
  readonly Y: Matrix;
  /** Weights of the model in one list: each matrix row by row, one after the other. */
  readonly weights: readonly bigint[];
  /** Salt of weights and gradient, the same along a chain of steps. */
  readonly modelSalt: bigint;
  readonly batchSalt: bigint;
  /** Context that the contract computes: binds the proof to chain, contract, task, step and sender. */
  readonly ctx: bigint;
}

/** Commitments to the tensors of one computation: what of it the verifier sees. */
export interface Committer {
  weights(values: readonly bigint[]): Promise<bigint>;
  gradient(values: readonly bigint[]): Promise<bigint>;
  batch(): Promise<bigint>;
}

/** Binds salts, shape and format. @throws CorexError COMMIT_OUT_OF_FIELD when `ctx` is not a field element. */
export function committer(
  { X, Y, modelSalt, batchSalt, ctx }: Omit<TrainingSecrets, "weights">,
  shape: ModelShape,
  { m, d, B, F, BX = B }: Omit<BatchParams, "k">,
): Committer {
  requireField(ctx, "ctx");
  const model = { salt: modelSalt, shape, format: { B, F } };
  return {
    weights: (values) => commitModel({ ...model, values }),
    gradient: (values) => commitModelGradient({ ...model, values }),
    batch: () => commitBatchK({ X, Y, salt: batchSalt, params: { m, d, k: shape.k, B, BX, F } }),
  };
}

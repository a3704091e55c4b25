import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { linearProgress, type LinearProgressResult } from "../math/linear-progress.ts";
import type { Statement } from "./prove-statement.ts";
import { type NamedSignals, signalCodec } from "./signals.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Public signals of LinearProgress, in circuit order. */
export const PROGRESS_SIGNALS = signalCodec(["weights", "newWeights", "batch", "loss", "newLoss", "ctx"]);

export type ProgressSignals = NamedSignals<"weights" | "newWeights" | "batch" | "loss" | "newLoss" | "ctx">;

export interface ProgressSecrets extends TrainingSecrets {
  /** Weights after the step, in units of 2^(-F). */
  readonly newWeights: readonly bigint[];
}

export interface ProgressStatement extends Statement<ProgressSignals>, LinearProgressResult {}

/** Statement of LinearProgress. Errors as `linearProgress` and `commitTensor`. */
export async function linearProgressStatement(
  secrets: ProgressSecrets,
  entry: CircuitName,
): Promise<ProgressStatement> {
  const { X, Y, weights, newWeights, modelSalt, batchSalt, ctx } = secrets;
  const params = circuitParams(entry, "LinearProgress");
  const y = Y.flat();
  const { loss, newLoss } = linearProgress({ X, y, weights, newWeights, params });
  const commit = committer(secrets, modelShape(entry), params);
  const signals = {
    weights: await commit.weights(weights),
    newWeights: await commit.weights(newWeights),
    batch: await commit.batch(),
    loss,
    newLoss,
    ctx,
  };
  const inputs = { X, y, w: weights, w2: newWeights, modelSalt, batchSalt, ctx };
  return { inputs, signals, publicSignals: PROGRESS_SIGNALS.encode(signals), loss, newLoss };
}

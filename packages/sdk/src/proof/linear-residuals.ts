import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import {
  linearResiduals,
  type LinearResidualsResult,
  requireBounds,
  type ResidualBounds,
} from "../math/linear-residuals.ts";
import type { Statement } from "./prove-statement.ts";
import { type NamedSignals, signalCodec } from "./signals.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Public signals of LinearResiduals, in circuit order. */
export const RESIDUALS_SIGNALS = signalCodec(["weights", "batch", "loss", "residualBound", "gradientBound", "ctx"]);

export type ResidualsSignals = NamedSignals<"weights" | "batch" | "loss" | "residualBound" | "gradientBound" | "ctx">;

/** A certificate; the bounds are the least ones when left out. */
export interface ResidualsSecrets extends TrainingSecrets, Partial<ResidualBounds> {}

export interface ResidualsStatement extends Statement<ResidualsSignals>, LinearResidualsResult {}

/** Statement of LinearResiduals. Errors as `linearResiduals`, `requireBounds` and `commitTensor`. */
export async function linearResidualsStatement(
  secrets: ResidualsSecrets,
  entry: CircuitName,
): Promise<ResidualsStatement> {
  const { X, Y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = circuitParams(entry, "LinearResiduals");
  const y = Y.flat();
  const result = linearResiduals({ X, y, weights, params });
  const { residualBound = result.largestResidual, gradientBound = result.largestGradient } = secrets;
  requireBounds(result, { residualBound, gradientBound });
  const commit = committer(secrets, modelShape(entry), params);
  const signals = {
    weights: await commit.weights(weights),
    batch: await commit.batch(),
    loss: result.loss,
    residualBound,
    gradientBound,
    ctx,
  };
  const inputs = { X, y, w: weights, g: result.gradient, residualBound, gradientBound, modelSalt, batchSalt, ctx };
  return { ...result, inputs, signals, publicSignals: RESIDUALS_SIGNALS.encode(signals) };
}

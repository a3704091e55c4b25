import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { linearGradient, type LinearGradientResult } from "../math/linear-gradient.ts";
import { type Matrix, multiply, reshape, transpose } from "../math/matrix.ts";
import { type GradientStatement, gradientStatement } from "./gradient-statement.ts";
import type { CircuitInputs } from "./prover.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of LinearGradientK. Errors as `linearGradient` and `commitTensor`. */
export async function linearGradientKStatement(
  secrets: TrainingSecrets,
  entry: CircuitName,
): Promise<GradientStatement> {
  const { X, Y, weights } = secrets;
  const params = circuitParams(entry, "LinearGradientK");
  const W = reshape("weights", weights, params.d, params.k);
  const result = linearGradient({ X, Y, W, params });
  const computed = { loss: result.loss, gradient: result.gradient.flat() };
  const inputs = linearGradientKInputs(secrets, W, result);
  return gradientStatement(secrets, committer(secrets, modelShape(entry), params), computed, inputs);
}

/** Inputs that LinearGradientK and LinearStepK share: R are the remainders of the rounding, C = Y^T residuals. */
export function linearGradientKInputs(
  { X, Y, modelSalt, batchSalt, ctx }: TrainingSecrets,
  W: Matrix,
  { gradient, remainder, residuals }: LinearGradientResult,
): CircuitInputs {
  const C = multiply(transpose(Y), residuals);
  return { X, Y, W, G: gradient, R: remainder, C, modelSalt, batchSalt, ctx };
}

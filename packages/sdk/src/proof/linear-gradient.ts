import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { linearGradient } from "../math/linear-gradient.ts";
import { column } from "../math/matrix.ts";
import { type GradientStatement, gradientStatement } from "./gradient-statement.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of LinearGradient: one output, so Y is a column. Errors as `linearGradient` and `commitTensor`. */
export async function linearGradientStatement(
  secrets: TrainingSecrets,
  entry: CircuitName,
): Promise<GradientStatement> {
  const { X, Y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = circuitParams(entry, "LinearGradient");
  const result = linearGradient({ X, Y, W: column(weights), params: { ...params, k: 1 } });
  const gradient = result.gradient.flat();
  const inputs = { X, y: Y.flat(), w: weights, g: gradient, modelSalt, batchSalt, ctx };
  return gradientStatement(secrets, committer(secrets, modelShape(entry), params), { ...result, gradient }, inputs);
}

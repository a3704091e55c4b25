import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { evaluateLinear } from "../math/evaluate-linear.ts";
import { reshape } from "../math/matrix.ts";
import { type EvaluationStatement, evaluationStatement } from "./evaluation-statement.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of LinearEvaluate. Errors as `evaluateLinear` and `commitTensor`. */
export async function linearEvaluateStatement(
  secrets: TrainingSecrets,
  entry: CircuitName,
): Promise<EvaluationStatement> {
  const { X, Y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = circuitParams(entry, "LinearEvaluate");
  const W = reshape("weights", weights, params.d, params.k);
  const result = evaluateLinear({ X, Y, W, params });
  const inputs = { X, Y, W, modelSalt, batchSalt, ctx };
  return evaluationStatement(secrets, committer(secrets, modelShape(entry), params), result, inputs);
}

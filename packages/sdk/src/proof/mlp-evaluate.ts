import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { evaluateMlp } from "../math/evaluate-mlp.ts";
import { mlpForward } from "../math/mlp-forward.ts";
import { splitMlp } from "../math/model-shape.ts";
import { type EvaluationStatement, evaluationStatement } from "./evaluation-statement.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of MlpEvaluate. Errors as `evaluateMlp` and `commitTensor`. */
export async function mlpEvaluateStatement(secrets: TrainingSecrets, entry: CircuitName): Promise<EvaluationStatement> {
  const { X, Y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = circuitParams(entry, "MlpEvaluate");
  const { W1, W2 } = splitMlp(weights, params);
  const result = evaluateMlp({ X, Y, W1, W2, params });
  const { Z1, Z1rem, Z2, Z2rem } = mlpForward({ X, W1, W2, params });
  const inputs = { X, Y, W1, W2, Z1, Z1rem, Z2, Z2rem, modelSalt, batchSalt, ctx };
  return evaluationStatement(secrets, committer(secrets, modelShape(entry), params), result, inputs);
}

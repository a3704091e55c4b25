import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { linearStepK } from "../math/linear-step-k.ts";
import { reshape } from "../math/matrix.ts";
import { linearGradientKInputs } from "./linear-gradient-k.ts";
import { type StepStatement, stepStatement } from "./step-statement.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of LinearStepK. Errors as `linearStepK` and `commitTensor`. */
export async function linearStepKStatement(secrets: TrainingSecrets, entry: CircuitName): Promise<StepStatement> {
  const { X, Y, weights } = secrets;
  const params = circuitParams(entry, "LinearStepK");
  const W = reshape("weights", weights, params.d, params.k);
  const result = linearStepK({ X, Y, W, params });
  const { loss, gradient, newWeights } = result;
  const computed = { loss, gradient: gradient.flat(), newWeights: newWeights.flat() };
  const inputs = { ...linearGradientKInputs(secrets, W, result), W2: newWeights };
  return stepStatement(secrets, committer(secrets, modelShape(entry), params), computed, inputs);
}

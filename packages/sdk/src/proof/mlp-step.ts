import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { mlpStep } from "../math/mlp-step.ts";
import { joinMlp, splitMlp } from "../math/model-shape.ts";
import { mlpGradientInputs } from "./mlp-gradient.ts";
import { type StepStatement, stepStatement } from "./step-statement.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of MlpStep. Errors as `mlpStep` and `commitTensor`. */
export async function mlpStepStatement(secrets: TrainingSecrets, entry: CircuitName): Promise<StepStatement> {
  const { X, Y, weights } = secrets;
  const params = circuitParams(entry, "MlpStep");
  const layers = splitMlp(weights, params);
  const result = mlpStep({ X, Y, ...layers, params });
  const { loss, G1, G2, W1new, W2new } = result;
  const computed = {
    loss,
    gradient: joinMlp({ W1: G1, W2: G2 }),
    newWeights: joinMlp({ W1: W1new, W2: W2new }),
  };
  const inputs = { ...mlpGradientInputs(secrets, layers, result), W1new, W2new };
  return stepStatement(secrets, committer(secrets, modelShape(entry), params), computed, inputs);
}

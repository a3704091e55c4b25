import { type CircuitName, circuitParams, modelShape } from "../circuits/circuit-params.ts";
import { mlpGradient, type MlpGradientInput, type MlpGradientResult } from "../math/mlp-gradient.ts";
import { joinMlp, splitMlp } from "../math/model-shape.ts";
import { type GradientStatement, gradientStatement } from "./gradient-statement.ts";
import type { CircuitInputs } from "./prover.ts";
import { committer, type TrainingSecrets } from "./training-secrets.ts";

/** Statement of MlpGradient. Errors as `mlpGradient` and `commitTensor`. */
export async function mlpGradientStatement(secrets: TrainingSecrets, entry: CircuitName): Promise<GradientStatement> {
  const { X, Y, weights } = secrets;
  const params = circuitParams(entry, "MlpGradient");
  const layers = splitMlp(weights, params);
  const result = mlpGradient({ X, Y, ...layers, params });
  const computed = { loss: result.loss, gradient: joinMlp({ W1: result.G1, W2: result.G2 }) };
  const inputs = mlpGradientInputs(secrets, layers, result);
  return gradientStatement(secrets, committer(secrets, modelShape(entry), params), computed, inputs);
}

/** Inputs that MlpGradient and MlpStep share. */
export function mlpGradientInputs(
  { X, Y, modelSalt, batchSalt, ctx }: TrainingSecrets,
  { W1, W2 }: Pick<MlpGradientInput, "W1" | "W2">,
  { Z1, Z1rem, Z2, Z2rem, E1, E1rem, G1, G1rem, G2, G2rem }: MlpGradientResult,
): CircuitInputs {
  const tensors = { X, Y, W1, W2, Z1, Z1rem, Z2, Z2rem, E1, E1rem, G1, G1rem, G2, G2rem };
  return { ...tensors, modelSalt, batchSalt, ctx };
}

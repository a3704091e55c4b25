import { type CircuitName, circuitParams, circuitTemplate, modelShape } from "@corex/sdk/circuits/circuit-params";
import { weightCount } from "@corex/sdk/math/model-shape";
import { applyStepStatement } from "@corex/sdk/proof/apply-step";
import { linearProgressStatement } from "@corex/sdk/proof/linear-progress";
import { linearResidualsStatement } from "@corex/sdk/proof/linear-residuals";
import { evaluationStatementOf, gradientStatementOf, stepStatementOf } from "@corex/sdk/proof/prove-model";
import type { Statement } from "@corex/sdk/proof/prove-statement";
import type { TrainingSecrets } from "@corex/sdk/proof/training-secrets";

import { BATCH_SALT, MODEL_SALT } from "../step-data.ts";

const CTX = 17n;
/** One in units of 2^(-8). */
const ONE = 256n;

/** A statement of any circuit, the same at every run. What values it has does not change the time it takes. */
export async function benchStatement(entry: CircuitName): Promise<Statement<unknown>> {
  const template = circuitTemplate(entry);
  switch (template) {
    case "LinearStep":
    case "LinearStepK":
    case "MlpStep":
      return stepStatementOf(secretsOf(entry), entry);
    case "LinearGradient":
    case "LinearGradientK":
    case "MlpGradient":
      return gradientStatementOf(secretsOf(entry), entry);
    case "LinearEvaluate":
    case "MlpEvaluate":
      return evaluationStatementOf(secretsOf(entry), entry);
    case "LinearResiduals":
      return linearResidualsStatement(secretsOf(entry), entry);
    case "LinearProgress": {
      // Weights that stay are progress too: the new loss may equal the old one.
      const secrets = secretsOf(entry);
      return linearProgressStatement({ ...secrets, newWeights: secrets.weights }, entry);
    }
    case "ApplyStep":
      return applyStatement(entry);
  }
}

async function applyStatement(entry: CircuitName): Promise<Statement<unknown>> {
  const { N } = circuitParams(entry, "ApplyStep");
  const weights = weightsOf(entry);
  const gradients = Array.from({ length: N }, (_, lane) => weights.map((value, j) => value + BigInt((lane + j) % 5)));
  return applyStepStatement({ weights, gradients, modelSalt: MODEL_SALT, ctx: CTX }, entry);
}

function secretsOf(entry: CircuitName): TrainingSecrets {
  const { m, d } = circuitParams(entry, circuitTemplate(entry)) as { m: number; d: number };
  const { k } = modelShape(entry);
  const X = Array.from({ length: m }, (_, i) =>
    Array.from({ length: d }, (_, j) => BigInt(((i * 5 + j * 7 + ((i * j) % 7)) % 11) - 5) * 40n),
  );
  const Y = Array.from({ length: m }, (_, i) => Array.from({ length: k }, (_, c) => (i % k === c ? ONE : 0n)));
  return { X, Y, weights: weightsOf(entry), modelSalt: MODEL_SALT, batchSalt: BATCH_SALT, ctx: CTX };
}

function weightsOf(entry: CircuitName): bigint[] {
  return Array.from({ length: weightCount(modelShape(entry)) }, (_, j) => BigInt(((j * 3) % 7) - 3) * 16n);
}

import type { Groth16ProofJson } from "snarkjs";

import { type CircuitName, circuitTemplate } from "../circuits/circuit-params.ts";
import type { Circuit } from "../circuits/manifest.ts";
import { CorexError } from "../errors.ts";
import { applyStepStatement, type ApplyStepSecrets, type ApplyStepStatement } from "./apply-step.ts";
import type { EvaluationStatement } from "./evaluation-statement.ts";
import type { GradientStatement } from "./gradient-statement.ts";
import { linearEvaluateStatement } from "./linear-evaluate.ts";
import { linearGradientKStatement } from "./linear-gradient-k.ts";
import { linearGradientStatement } from "./linear-gradient.ts";
import { linearProgressStatement, type ProgressSecrets, type ProgressStatement } from "./linear-progress.ts";
import { linearResidualsStatement, type ResidualsSecrets, type ResidualsStatement } from "./linear-residuals.ts";
import { linearStepKStatement } from "./linear-step-k.ts";
import { linearStepStatement } from "./linear-step.ts";
import { mlpEvaluateStatement } from "./mlp-evaluate.ts";
import { mlpGradientStatement } from "./mlp-gradient.ts";
import { mlpStepStatement } from "./mlp-step.ts";
import { proveStatement, type Statement } from "./prove-statement.ts";
import type { Prover } from "./prover.ts";
import type { StepStatement } from "./step-statement.ts";
import type { TrainingSecrets } from "./training-secrets.ts";

/** A statement with its proof. */
export type Proven<S> = S & { readonly proof: Groth16ProofJson };

/** Proves a computation of one kind with a circuit of that kind. */
export type Prove<Secrets, S> = (
  prover: Prover,
  secrets: Secrets,
  circuit: Circuit,
  signal?: AbortSignal,
) => Promise<Proven<S>>;

/**
 * Statement of a gradient of any model, by the template of the circuit.
 *
 * This and the functions below: @throws CorexError CIRCUIT_MISMATCH when the circuit does not prove such a computation,
 * else as the statement of the circuit and {@link proveStatement}.
 */
export async function gradientStatementOf(secrets: TrainingSecrets, entry: CircuitName): Promise<GradientStatement> {
  switch (circuitTemplate(entry)) {
    case "LinearGradient":
      return linearGradientStatement(secrets, entry);
    case "LinearGradientK":
      return linearGradientKStatement(secrets, entry);
    case "MlpGradient":
      return mlpGradientStatement(secrets, entry);
    default:
      throw mismatch(entry, "a gradient");
  }
}

/** Statement of a step of any model on one batch. */
export async function stepStatementOf(secrets: TrainingSecrets, entry: CircuitName): Promise<StepStatement> {
  switch (circuitTemplate(entry)) {
    case "LinearStep":
      return linearStepStatement({ ...secrets, y: secrets.Y.flat() }, entry);
    case "LinearStepK":
      return linearStepKStatement(secrets, entry);
    case "MlpStep":
      return mlpStepStatement(secrets, entry);
    default:
      throw mismatch(entry, "a step");
  }
}

/** Statement of an evaluation of any model. */
export async function evaluationStatementOf(
  secrets: TrainingSecrets,
  entry: CircuitName,
): Promise<EvaluationStatement> {
  switch (circuitTemplate(entry)) {
    case "LinearEvaluate":
      return linearEvaluateStatement(secrets, entry);
    case "MlpEvaluate":
      return mlpEvaluateStatement(secrets, entry);
    default:
      throw mismatch(entry, "an evaluation");
  }
}

export const proveGradient: Prove<TrainingSecrets, GradientStatement> = proving(gradientStatementOf);

/** Proves a step of any model; `proveLinearStep` is the same for the circuit of the network's linear tasks. */
export const proveStep: Prove<TrainingSecrets, StepStatement> = proving(stepStatementOf);

export const proveEvaluation: Prove<TrainingSecrets, EvaluationStatement> = proving(evaluationStatementOf);

export const proveApplyStep: Prove<ApplyStepSecrets, ApplyStepStatement> = proving(applyStepStatement);

export const proveResiduals: Prove<ResidualsSecrets, ResidualsStatement> = proving(linearResidualsStatement);

export const proveProgress: Prove<ProgressSecrets, ProgressStatement> = proving(linearProgressStatement);

function proving<Secrets, S extends Statement<unknown>>(
  build: (secrets: Secrets, entry: CircuitName) => Promise<S>,
): Prove<Secrets, S> {
  return async (prover, secrets, circuit, signal) => {
    const statement = await build(secrets, circuit.entry);
    return { ...statement, proof: await proveStatement(prover, circuit, statement, signal) };
  };
}

function mismatch({ name }: CircuitName, what: string): CorexError {
  return new CorexError("CIRCUIT_MISMATCH", `${name} does not prove ${what}`);
}

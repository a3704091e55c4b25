import type { Groth16ProofJson } from "snarkjs";

import type { CircuitName } from "../circuits/circuit-params.ts";
import { linearStepParams } from "../circuits/linear-step-params.ts";
import { type Circuit, loadCircuit } from "../circuits/manifest.ts";
import { linearStep } from "../math/linear-step.ts";
import { column } from "../math/matrix.ts";
import { proveStatement } from "./prove-statement.ts";
import type { Prover } from "./prover.ts";
import { STEP_SIGNALS, type StepSignals, type StepStatement, stepStatement } from "./step-statement.ts";
import { committer } from "./training-secrets.ts";

/** The circuit of the network's linear tasks. */
export const LINEAR_STEP_CIRCUIT = "linear-step-16x16";

/** What a node knows before a step. Tensors in units of 2^(-F). */
export interface LinearStepSecrets {
  readonly X: readonly (readonly bigint[])[];
  readonly y: readonly bigint[];
  readonly weights: readonly bigint[];
  /** Salt of weights and gradient, the same along a chain of steps. */
  readonly modelSalt: bigint;
  readonly batchSalt: bigint;
  /** Context that the contract computes: binds the proof to chain, contract, task, step and sender. */
  readonly ctx: bigint;
}

/** Public signals of a step, in circuit order. The loss is in units of 2^(-4F). */
export type LinearStepSignals = StepSignals;

/** A step with everything that the prover needs and that the verifier sees. */
export type LinearStepStatement = StepStatement;

export interface LinearStepProof {
  readonly proof: Groth16ProofJson;
  readonly publicSignals: LinearStepSignals;
  readonly newWeights: bigint[];
  readonly gradient: bigint[];
  readonly loss: bigint;
}

/**
 * Computes a step, its commitments and the inputs of the circuit, without proving.
 *
 * @throws CorexError as `linearStep` and `commitTensor` do.
 */
export async function linearStepStatement(
  secrets: LinearStepSecrets,
  circuit: CircuitName,
): Promise<LinearStepStatement> {
  const { X, y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = linearStepParams(circuit);
  const result = linearStep({ X, y, weights, params });
  const inputs = { X, y, w: weights, g: result.gradient, w2: result.newWeights, modelSalt, batchSalt, ctx };
  const shape = { kind: "linear", d: params.d, k: 1 } as const;
  return stepStatement(secrets, committer({ ...secrets, Y: column(y) }, shape, params), result, inputs);
}

/** The public signals as the verifier takes them: [weights, newWeights, gradient, batch, loss, ctx]. */
export function linearStepPublicSignals(signals: LinearStepSignals): bigint[] {
  return STEP_SIGNALS.encode(signals);
}

/**
 * Proves one step of gradient descent.
 *
 * @throws CorexError as {@link linearStepStatement} and {@link proveStatement}.
 */
export async function proveLinearStep(
  prover: Prover,
  secrets: LinearStepSecrets,
  options: { circuit?: Circuit; signal?: AbortSignal } = {},
): Promise<LinearStepProof> {
  const circuit = options.circuit ?? loadCircuit(LINEAR_STEP_CIRCUIT);
  const { inputs, signals, newWeights, gradient, loss } = await linearStepStatement(secrets, circuit.entry);
  const publicSignals = linearStepPublicSignals(signals);
  const proof = await proveStatement(prover, circuit, { inputs, publicSignals }, options.signal);
  return { proof, publicSignals: signals, newWeights, gradient, loss };
}

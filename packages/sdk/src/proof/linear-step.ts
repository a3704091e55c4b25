import type { Groth16ProofJson } from "snarkjs";

import { linearStepParams } from "../circuits/linear-step-params.ts";
import { type Circuit, loadCircuit } from "../circuits/manifest.ts";
import { commitBatch } from "../commit/commit-batch.ts";
import { commitGradient } from "../commit/commit-gradient.ts";
import { commitWeights } from "../commit/commit-weights.ts";
import { requireField } from "../commit/field.ts";
import { CorexError } from "../errors.ts";
import { linearStep } from "../math/linear-step.ts";
import type { CircuitInputs, Prover } from "./prover.ts";

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

/** Public signals of a step, in circuit order. */
export interface LinearStepSignals {
  readonly weights: bigint;
  readonly newWeights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  /** Sum of squared residuals in units of 2^(-4F). */
  readonly loss: bigint;
  readonly ctx: bigint;
}

/** A step with everything that the prover needs and that the verifier sees. */
export interface LinearStepStatement {
  readonly inputs: CircuitInputs;
  readonly signals: LinearStepSignals;
  readonly newWeights: bigint[];
  readonly gradient: bigint[];
  readonly loss: bigint;
}

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
  circuit: Circuit["entry"],
): Promise<LinearStepStatement> {
  const { X, y, weights, modelSalt, batchSalt, ctx } = secrets;
  const params = linearStepParams(circuit);
  requireField(ctx, "ctx");
  const { newWeights, gradient, loss } = linearStep({ X, y, weights, params });
  const signals: LinearStepSignals = {
    weights: await commitWeights({ weights, salt: modelSalt, params }),
    newWeights: await commitWeights({ weights: newWeights, salt: modelSalt, params }),
    gradient: await commitGradient({ gradient, salt: modelSalt, params }),
    batch: await commitBatch({ X, y, salt: batchSalt, params }),
    loss,
    ctx,
  };
  const inputs = { X, y, w: weights, g: gradient, w2: newWeights, modelSalt, batchSalt, ctx };
  return { inputs, signals, newWeights, gradient, loss };
}

/** The public signals as the verifier takes them: [weights, newWeights, gradient, batch, loss, ctx]. */
export function linearStepPublicSignals(signals: LinearStepSignals): bigint[] {
  const { weights, newWeights, gradient, batch, loss, ctx } = signals;
  return [weights, newWeights, gradient, batch, loss, ctx];
}

/**
 * Proves one step of gradient descent.
 *
 * @throws CorexError PROOF_SIGNALS_MISMATCH when circuit and SDK disagree (stale build), else as
 *   {@link linearStepStatement} and {@link Prover.prove}.
 */
export async function proveLinearStep(
  prover: Prover,
  secrets: LinearStepSecrets,
  options: { circuit?: Circuit; signal?: AbortSignal } = {},
): Promise<LinearStepProof> {
  const circuit = options.circuit ?? loadCircuit(LINEAR_STEP_CIRCUIT);
  const { inputs, signals, newWeights, gradient, loss } = await linearStepStatement(secrets, circuit.entry);
  const { proof, publicSignals } = await prover.prove(circuit, inputs, options.signal);

  const expected = linearStepPublicSignals(signals).map(String);
  const position = expected.findIndex((value, i) => value !== publicSignals[i]);
  if (position !== -1 || publicSignals.length !== expected.length) {
    const name = circuit.entry.publicSignals[position] ?? "number of signals";
    throw new CorexError(
      "PROOF_SIGNALS_MISMATCH",
      `circuit and SDK disagree on ${name}: run \`npm run circuits:compile\``,
      {
        retry: "after-change",
      },
    );
  }
  return { proof, publicSignals: signals, newWeights, gradient, loss };
}

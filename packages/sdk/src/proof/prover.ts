import type { Groth16ProofJson, SignalInput } from "snarkjs";

import type { Circuit } from "../circuits/manifest.ts";

/** Input signals of a circuit by name; tensors as nested arrays. Negative numbers are taken modulo the field order. */
export type CircuitInputs = Readonly<Record<string, SignalInput>>;

/** A proof in the JSON form of snarkjs, with its public signals in circuit order, as decimal strings. */
export interface ProofResult {
  readonly proof: Groth16ProofJson;
  readonly publicSignals: readonly string[];
}

/** Makes proofs outside the event loop of the caller. */
export interface Prover {
  /**
   * Computes the witness and the proof.
   *
   * @throws CorexError WITNESS_REJECTED when the inputs do not satisfy the circuit,
   *   PROVER_ABORTED when `signal` aborts, PROVER_CLOSED after `close`,
   *   PROVER_CRASHED (retry: later) when the process behind it dies, PROVER_FAILED for anything else.
   */
  prove(circuit: Circuit, inputs: CircuitInputs, signal?: AbortSignal): Promise<ProofResult>;

  /** Stops everything behind the prover, so that the process can exit. Pending proofs reject. Can be called twice. */
  close(): Promise<void>;
}

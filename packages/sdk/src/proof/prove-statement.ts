import type { Groth16ProofJson } from "snarkjs";

import type { Circuit } from "../circuits/manifest.ts";
import { CorexError } from "../errors.ts";
import type { CircuitInputs, Prover } from "./prover.ts";

/** A computation with everything that the prover needs and that the verifier sees. */
export interface Statement<Signals> {
  readonly inputs: CircuitInputs;
  readonly signals: Signals;
  /** The signals as the verifier takes them, in circuit order. */
  readonly publicSignals: readonly bigint[];
}

/**
 * Proves a statement, and checks that the circuit computed what the SDK did.
 *
 * @throws CorexError PROOF_SIGNALS_MISMATCH when circuit and SDK disagree (stale build), else as {@link Prover.prove}.
 */
export async function proveStatement(
  prover: Prover,
  circuit: Circuit,
  statement: Pick<Statement<unknown>, "inputs" | "publicSignals">,
  signal?: AbortSignal,
): Promise<Groth16ProofJson> {
  const { proof, publicSignals } = await prover.prove(circuit, statement.inputs, signal);
  const expected = statement.publicSignals.map(String);
  const position = expected.findIndex((value, i) => value !== publicSignals[i]);
  if (position !== -1 || publicSignals.length !== expected.length) {
    const name = circuit.entry.publicSignals[position] ?? "number of signals";
    throw new CorexError(
      "PROOF_SIGNALS_MISMATCH",
      `circuit and SDK disagree on ${name}: run \`npm run circuits:compile\``,
      { retry: "after-change" },
    );
  }
  return proof;
}

import { readFile } from "node:fs/promises";

import * as snarkjs from "snarkjs";

import type { Circuit } from "../circuits/manifest.ts";
import { CorexError } from "../errors.ts";
import type { CircuitInputs } from "./prover.ts";

/**
 * Computes the witness of a circuit: every signal, in the binary wtns format.
 *
 * @throws CorexError WITNESS_REJECTED when the inputs are incomplete or violate a constraint.
 */
export async function calculateWitness(circuit: Pick<Circuit, "wasm">, inputs: CircuitInputs): Promise<Uint8Array> {
  const output: { type: "mem"; data?: Uint8Array } = { type: "mem" };
  const wasm = await readFile(circuit.wasm);
  try {
    await snarkjs.wtns.calculate(inputs, wasm, output);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("WITNESS_REJECTED", `the inputs do not satisfy the circuit: ${reason.trim()}`, {
      retry: "after-change",
      cause,
    });
  }
  if (output.data === undefined) throw new CorexError("WITNESS_REJECTED", "the witness generator wrote nothing");
  return output.data;
}

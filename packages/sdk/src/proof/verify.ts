import { readFile } from "node:fs/promises";

import * as snarkjs from "snarkjs";
import type { VerificationKeyJson } from "snarkjs";

import type { Circuit } from "../circuits/manifest.ts";
import type { ProofResult } from "./prover.ts";
import { useSingleThreadCurve } from "./single-thread-curve.ts";

/**
 * Verifies a proof here, without the chain.
 *
 * @returns false when the proof does not hold, a signal is not a field element, or their number is wrong.
 */
export async function verifyProof(
  circuit: Pick<Circuit, "verificationKey">,
  { proof, publicSignals }: ProofResult,
): Promise<boolean> {
  const key = JSON.parse(await readFile(circuit.verificationKey, "utf8")) as VerificationKeyJson;
  if (publicSignals.length !== key.nPublic) return false;
  await useSingleThreadCurve();
  return snarkjs.groth16.verify(key, publicSignals, proof);
}

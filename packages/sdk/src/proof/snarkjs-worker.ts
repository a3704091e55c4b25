// Child process of SnarkjsProver: takes one job at a time over IPC and answers with a proof or an error.
import * as snarkjs from "snarkjs";

import { CorexError, type Retry } from "../errors.ts";
import type { CircuitInputs, ProofResult } from "./prover.ts";
import { calculateWitness } from "./witness.ts";

export interface SnarkjsJob {
  readonly wasm: string;
  readonly zkey: string;
  readonly inputs: CircuitInputs;
}

export type SnarkjsReply =
  | { readonly result: ProofResult }
  | { readonly error: { readonly code: string; readonly message: string; readonly retry: Retry } };

process.on("message", (job: SnarkjsJob) => {
  void prove(job).then((reply) => process.send?.(reply));
});

// An orphan has nobody to answer to.
process.on("disconnect", () => process.exit(0));

async function prove({ wasm, zkey, inputs }: SnarkjsJob): Promise<SnarkjsReply> {
  try {
    const witness = await calculateWitness({ wasm }, inputs);
    return { result: await snarkjs.groth16.prove(zkey, witness) };
  } catch (error) {
    if (error instanceof CorexError) {
      return { error: { code: error.code, message: error.message, retry: error.retry } };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: "PROVER_FAILED", message, retry: "never" } };
  }
}

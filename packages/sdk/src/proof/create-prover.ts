import type { Prover } from "./prover.ts";
import { RapidsnarkProver } from "./rapidsnark-prover.ts";
import { SnarkjsProver } from "./snarkjs-prover.ts";

/** Chooses a prover: the native program at `COREX_PROVER` when set, else snarkjs. Close it when done. */
export function createProver(env: Readonly<Record<string, string | undefined>> = process.env): Prover {
  const path = env["COREX_PROVER"];
  return path === undefined || path === "" ? new SnarkjsProver() : new RapidsnarkProver(path);
}

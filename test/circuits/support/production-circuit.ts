import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type CircuitEntry, readManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import type { CircuitInputs } from "../../../packages/sdk/src/proof/prover.ts";
import { ensureCompiled } from "../../../scripts/circuits/lib/ensure-compiled.ts";
import { type R1cs, readR1csFile } from "./r1cs.ts";

const require = createRequire(import.meta.url);

/** A circuit of the manifest with the witness generator that nodes use, which stops at an unsatisfied constraint. */
export interface ProductionCircuit {
  readonly entry: CircuitEntry;
  readonly r1cs: R1cs;
  witness(inputs: CircuitInputs): Promise<bigint[]>;
}

interface Generator {
  calculateWitness(inputs: CircuitInputs, sanityCheck: number): Promise<bigint[]>;
}

/** Compiles the circuit if it is not, and loads its generator once for many witnesses. */
export async function productionCircuit(key: string): Promise<ProductionCircuit> {
  const entry = readManifest().circuits[key];
  if (entry === undefined) throw new Error(`${key} is not in the manifest`);
  const { wasm, r1cs } = ensureCompiled(key, entry);
  const build = require(join(dirname(wasm), "witness_calculator.js")) as (code: Uint8Array) => Promise<Generator>;
  const generator = await build(readFileSync(wasm));
  return {
    entry,
    r1cs: readR1csFile(r1cs),
    witness: async (inputs) => generator.calculateWitness(inputs, 1),
  };
}

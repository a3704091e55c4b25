import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { encodeProof, type SolidityProof } from "@corex/sdk/proof/encode-proof";
import type { LinearStepStatement } from "@corex/sdk/proof/linear-step";
import { SnarkjsProver } from "@corex/sdk/proof/snarkjs-prover";
import type { Groth16ProofJson } from "snarkjs";

const CACHE = join(repositoryRoot(), "circuits/build/bench-proofs");

/** Proves steps, and keeps each proof on disk under the hash of constraints, key and inputs. */
export class CachedProver {
  readonly #circuit: Circuit;
  #prover: SnarkjsProver | undefined;

  constructor(circuit: Circuit) {
    this.#circuit = circuit;
  }

  /** Proves a step, or returns the proof of an earlier run. */
  async prove({ inputs }: LinearStepStatement): Promise<SolidityProof> {
    const { r1cs, zkey } = this.#circuit.entry;
    const text = JSON.stringify([r1cs.sha256, zkey.sha256, inputs], (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    const file = join(CACHE, `${createHash("sha256").update(text).digest("hex")}.json`);
    const cached = readProof(file);
    if (cached !== undefined) return encodeProof(cached);

    this.#prover ??= new SnarkjsProver();
    const { proof } = await this.#prover.prove(this.#circuit, inputs);
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(proof));
    renameSync(`${file}.${process.pid}`, file);
    return encodeProof(proof);
  }

  async close(): Promise<void> {
    await this.#prover?.close();
    this.#prover = undefined;
  }
}

function readProof(file: string): Groth16ProofJson | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Groth16ProofJson;
  } catch {
    return undefined; // not made yet, or cut short: it is made again
  }
}

// Real proofs of the development circuit, kept on disk by the content of their inputs.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Groth16ProofJson } from "snarkjs";

import {
  type CircuitEntry,
  loadCircuit,
  readManifest,
  repositoryRoot,
} from "../../../packages/sdk/src/circuits/manifest.ts";
import { encodeProof, type SolidityProof } from "../../../packages/sdk/src/proof/encode-proof.ts";
import {
  LINEAR_STEP_CIRCUIT,
  type LinearStepSecrets,
  linearStepStatement,
  type LinearStepStatement,
} from "../../../packages/sdk/src/proof/linear-step.ts";
import { SnarkjsProver } from "../../../packages/sdk/src/proof/snarkjs-prover.ts";

const CACHE = join(repositoryRoot(), "circuits/build/test-proofs");

let prover: SnarkjsProver | undefined;

after(async function () {
  await prover?.close();
  prover = undefined;
});

/** The manifest entry of the circuit that the tests prove with. */
export function circuitEntry(): CircuitEntry {
  const entry = readManifest().circuits[LINEAR_STEP_CIRCUIT];
  if (entry === undefined) throw new Error("the manifest lacks the linear step");
  return entry;
}

/** A step and everything its proof says, without the proof. */
export async function stateStep(secrets: LinearStepSecrets): Promise<LinearStepStatement> {
  return linearStepStatement(secrets, circuitEntry());
}

/** Proves a step, or finds the proof of an earlier run. */
export async function proveStep(statement: LinearStepStatement): Promise<SolidityProof> {
  const entry = circuitEntry();
  const text = JSON.stringify([entry.r1cs.sha256, entry.zkey.sha256, statement.inputs], (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const file = join(CACHE, `${createHash("sha256").update(text).digest("hex")}.json`);
  return encodeProof(readProof(file) ?? (await makeProof(statement, file)));
}

function readProof(file: string): Groth16ProofJson | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Groth16ProofJson;
  } catch {
    return undefined; // not made yet, or cut short: it is made again
  }
}

async function makeProof({ inputs }: LinearStepStatement, file: string): Promise<Groth16ProofJson> {
  prover ??= new SnarkjsProver();
  const { proof } = await prover.prove(loadCircuit(LINEAR_STEP_CIRCUIT), inputs);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(proof));
  renameSync(`${file}.${process.pid}`, file);
  return proof;
}

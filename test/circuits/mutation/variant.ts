import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { sha256 } from "../../../scripts/circuits/lib/sha256.ts";
import { readR1csFile } from "../support/r1cs.ts";
import { compileInProcess } from "./compiler.ts";
import { type Layout, readSymbols, type TinyCircuit } from "../support/tiny-circuit.ts";

const ROOT = repositoryRoot();
const SOURCES = join(ROOT, "circuits/src");
const STUB = join(import.meta.dirname, "hash-stub.circom.txt");

export interface Variant extends Layout {
  /** Hash of the constraints: equal constraints are equal circuits. */
  readonly hash: string;
}

/** Texts of all sources by file name. */
export function readSources(): Map<string, string> {
  return new Map(readdirSync(SOURCES).map((name) => [name, readFileSync(join(SOURCES, name), "utf8")]));
}

/**
 * Compiles the constraints of an instance over the given sources, and nothing else: witnesses come from the solver.
 *
 * @param stub whether the permutation is replaced by a shorter one.
 * @returns undefined when the compiler rejects it.
 */
export async function compileVariant(
  { file, main, publicInputs = [] }: TinyCircuit,
  sources: ReadonlyMap<string, string>,
  stub: boolean,
): Promise<Variant | undefined> {
  const directory = join(ROOT, "circuits/build/mutation", String(process.pid));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "src"), { recursive: true });
  for (const [name, text] of sources) writeFileSync(join(directory, "src", name), text);
  if (stub) writeFileSync(join(directory, "src/poseidon16.circom"), readFileSync(STUB, "utf8"));
  const signals = publicInputs.length === 0 ? "" : ` {public [${publicInputs.join(", ")}]}`;
  writeFileSync(
    join(directory, "main.circom"),
    `pragma circom 2.2.0;\ninclude "src/${file}.circom";\ncomponent main${signals} = ${main};\n`,
  );
  const accepted = await compileInProcess(`${relative(ROOT, directory)}/main.circom`, relative(ROOT, directory));
  if (!accepted) return undefined;
  const r1cs = readR1csFile(join(directory, "main.r1cs"));
  const text = JSON.stringify(r1cs, (_, value: unknown) => (typeof value === "bigint" ? value.toString(36) : value));
  return { r1cs, wires: readSymbols(join(directory, "main.sym")), hash: sha256(text) };
}

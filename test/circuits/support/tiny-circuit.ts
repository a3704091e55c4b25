import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { CIRCOM_FLAGS, CircomError, circomPackageVersion, runCircom } from "../../../scripts/circuits/lib/circom.ts";
import { sha256 } from "../../../scripts/circuits/lib/sha256.ts";
import { readR1csFile, type R1cs } from "./r1cs.ts";

const require = createRequire(import.meta.url);
const SOURCES = join(repositoryRoot(), "circuits/src");
const CACHE = join(repositoryRoot(), "circuits/build/test");

export type Inputs = Readonly<Record<string, unknown>>;

/** A main component to compile, with optional edits of the sources. */
export interface TinyCircuit {
  /** File of circuits/src to include, without extension. */
  readonly file: string;
  /** Main component, such as `Range(4, 8)`. */
  readonly main: string;
  /** Public inputs of the main component. */
  readonly publicInputs?: readonly string[];
  /** Compile anew and keep nothing on disk: for the many variants of a mutation test. */
  readonly transient?: boolean;
  /** Edits a source file, by its name without extension. An edit must change something. */
  readonly edits?: Readonly<Record<string, (source: string) => string>>;
}

/** Which signal is which wire. */
export interface Layout {
  readonly r1cs: R1cs;
  /** Wire of every signal by full name; -1 when the compiler removed it. */
  readonly wires: ReadonlyMap<string, number>;
}

export interface Compiled extends Layout {
  readonly r1csPath: string;
  /**
   * Generates a witness as a malicious prover would: the generator is compiled without any `===`, so that it never
   * stops at an unsatisfied constraint. Only `r1cs` decides whether the witness is valid. One call at a time.
   *
   * @param layout order of the wires, when the witness is meant for another variant of the same circuit.
   */
  generate(inputs: Inputs, layout?: Layout): Promise<bigint[]>;
}

interface Generator {
  calculateWitness(inputs: Inputs, sanityCheck: number): Promise<bigint[]>;
}

/**
 * Compiles a small instance at the production optimisation level, cached by the content of everything it is made of.
 *
 * @throws CircomError when the compiler rejects it. Rejections are not cached.
 */
export function compileTiny(tiny: TinyCircuit): Compiled {
  const files = closure(`${tiny.file}.circom`, sources(tiny.edits ?? {}));
  const publicInputs = tiny.publicInputs === undefined ? "" : ` {public [${tiny.publicInputs.join(", ")}]}`;
  const main = `pragma circom 2.2.0;\ninclude "src/${tiny.file}.circom";\ncomponent main${publicInputs} = ${tiny.main};\n`;
  const key = sha256(JSON.stringify({ files, main, flags: CIRCOM_FLAGS, compiler: circomPackageVersion() }));

  const directory = join(
    CACHE,
    tiny.transient === true ? `transient-${process.pid}-${key.slice(0, 32)}` : key.slice(0, 32),
  );
  if (!existsSync(directory)) compileInto(directory, files, main);
  const compiled = load(directory);
  if (tiny.transient === true) rmSync(directory, { recursive: true });
  return compiled;
}

/** True when the compiler refuses the instance because of one of its own asserts. */
export function isRejectedByAssert(tiny: TinyCircuit): boolean {
  try {
    compileTiny(tiny);
    return false;
  } catch (error) {
    if (error instanceof CircomError) return error.output.includes("False assert reached");
    throw error;
  }
}

/** Replaces exactly one occurrence, and fails when there is none or more. */
export function replaceOnce(source: string, from: string, to: string): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${parts.length - 1} occurrences of ${from}`);
  return parts.join(to);
}

function sources(edits: NonNullable<TinyCircuit["edits"]>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(SOURCES).sort()) {
    const text = readFileSync(join(SOURCES, name), "utf8");
    const edit = edits[basename(name, ".circom")];
    files[name] = edit === undefined ? text : edit(text);
    if (edit !== undefined && files[name] === text) throw new Error(`the edit of ${name} changes nothing`);
  }
  return files;
}

/** A source and what it includes of the project: an instance is not compiled again because another circuit changed. */
function closure(file: string, all: Readonly<Record<string, string>>): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (name: string): void => {
    const text = all[name];
    if (text === undefined || name in files) return; // of a library
    files[name] = text;
    for (const [, path = ""] of text.matchAll(/^\s*include\s+"([^"]+)"/gm)) visit(path);
  };
  visit(file);
  return files;
}

function compileInto(directory: string, files: Record<string, string>, main: string): void {
  // Compiled aside and renamed, so that an interrupted run leaves no half a cache entry.
  const draft = `${directory}.${process.pid}`;
  mkdirSync(join(draft, "src"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(draft, "src", name), text);
  writeFileSync(join(draft, "main.circom"), main);
  try {
    runCircom(join(draft, "main.circom"), draft, { outputs: ["r1cs", "sym"] });
    compileGenerator(join(draft, "generator"), files, main);
    if (!existsSync(directory)) renameSync(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The generator without `===`, at O0 so that it keeps the signals that nothing constrains any more. */
function compileGenerator(directory: string, files: Record<string, string>, main: string): void {
  mkdirSync(join(directory, "src"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, "src", name), text.replaceAll(/^.*===.*;$/gm, ""));
  }
  writeFileSync(join(directory, "main.circom"), main);
  runCircom(join(directory, "main.circom"), directory, { flags: ["--O0"], outputs: ["wasm", "sym"] });
}

function load(directory: string): Compiled {
  const r1csPath = join(directory, "main.r1cs");
  const r1cs = readR1csFile(r1csPath);
  const wires = readSymbols(join(directory, "main.sym"));

  const script = join(directory, "generator/main_js/witness_calculator.js");
  const build = require(script) as (code: Uint8Array) => Promise<Generator>;
  const wasm = readFileSync(join(directory, "generator/main_js/main.wasm"));
  const labels = readSymbols(join(directory, "generator/main.sym"));
  const own = sourceOfWires({ r1cs, wires }, labels);
  let generator: Promise<Generator> | undefined;
  return {
    r1csPath,
    r1cs,
    wires,
    generate: async (inputs, layout) => {
      generator ??= build(wasm);
      const values = await (await generator).calculateWitness(inputs, 0);
      const source = layout === undefined ? own : sourceOfWires(layout, labels);
      return source.map((label) => values[label] ?? 0n);
    },
  };
}

/** For every wire of the production layout, the position of its value in the output of the generator. */
function sourceOfWires({ r1cs, wires }: Layout, labels: ReadonlyMap<string, number>): number[] {
  const source = Array.from({ length: r1cs.wires }, () => 0);
  for (const [name, wire] of wires) {
    if (wire <= 0 || source[wire] !== 0) continue;
    const label = labels.get(name);
    if (label === undefined || label < 0) throw new Error(`the generator has no signal ${name}`);
    source[wire] = label;
  }
  return source;
}

/** Reads a .sym file: `label,wire,component,name` per line. */
export function readSymbols(path: string): Map<string, number> {
  const wires = new Map<string, number>();
  for (const line of readFileSync(path, "utf8").trim().split("\n")) {
    const [, wire, , name] = line.split(",");
    if (name !== undefined) wires.set(name, Number(wire));
  }
  return wires;
}

/** An edit of poseidon16: a hash that costs nothing. With it, a circuit is its arithmetic, and a challenge is a sum. */
export const SUM_FOR_HASH = {
  poseidon16: (): string => `template Poseidon16() {
    signal input capacity;
    signal input block[16];
    signal output out;
    var sum = capacity;
    for (var i = 0; i < 16; i++) { sum += (i + 2) * block[i]; }
    out <== sum;
}`,
} as const;

import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { CorexError } from "../errors.ts";

/** Repository root, found from this file: the SDK runs from its sources, without a build step. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** A file of the repository with the hash it must have. */
export interface PinnedFile {
  /** Path from the repository root. */
  readonly path: string;
  readonly sha256: string;
}

/** One entry of circuits/circuits.json. */
export interface CircuitEntry {
  /** With `version` and `params`, the identity of the circuit on chain. */
  readonly name: string;
  readonly version: number;
  readonly params: readonly number[];
  readonly paramNames: readonly string[];
  /** Source of the main component, from the repository root. */
  readonly main: string;
  /** Names of the public signals, in the order of the proof; `shares[4]` is four of them. See {@link countSignals}. */
  readonly publicSignals: readonly string[];
  readonly constraints: { readonly nonLinear: number; readonly linear: number };
  readonly r1cs: { readonly sha256: string };
  readonly zkey: PinnedFile;
  readonly verificationKey: PinnedFile;
  readonly transcript: string;
  /** Multiply-accumulates that one proof attests to. */
  readonly workUnits: number;
  /** True when the secrets of the key are public: whoever wants can forge proofs. */
  readonly devOnly: boolean;
}

export interface CircuitManifest {
  readonly compiler: { readonly package: string; readonly version: string; readonly flags: readonly string[] };
  readonly circuits: Readonly<Record<string, CircuitEntry>>;
}

/** Where the files of a circuit are, absolute. `r1cs`, `sym` and `wasm` exist after `npm run circuits:compile`. */
export interface CircuitPaths {
  readonly buildDir: string;
  readonly r1cs: string;
  readonly sym: string;
  readonly wasm: string;
  readonly zkey: string;
  readonly verificationKey: string;
}

/** A circuit that is ready to prove. */
export interface Circuit extends CircuitPaths {
  readonly key: string;
  readonly entry: CircuitEntry;
}

/**
 * How many field elements the named public signals are: one each, `n` for a name that ends in `[n]`.
 *
 * The schema of a circuit on chain is the hash of the names joined by commas, brackets included.
 */
export function countSignals(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + Number(/\[(\d+)\]$/.exec(name)?.[1] ?? 1), 0);
}

/** Absolute path of the repository root. */
export function repositoryRoot(): string {
  return ROOT;
}

/** Reads circuits/circuits.json. */
export function readManifest(): CircuitManifest {
  return JSON.parse(readFileSync(join(ROOT, "circuits/circuits.json"), "utf8")) as CircuitManifest;
}

/** Paths of a circuit's files, whether they exist or not. */
export function circuitPaths(key: string, entry: CircuitEntry): CircuitPaths {
  const buildDir = join(ROOT, "circuits/build", key);
  const name = basename(entry.main, ".circom");
  return {
    buildDir,
    r1cs: join(buildDir, `${name}.r1cs`),
    sym: join(buildDir, `${name}.sym`),
    wasm: join(buildDir, `${name}_js`, `${name}.wasm`),
    zkey: join(ROOT, entry.zkey.path),
    verificationKey: join(ROOT, entry.verificationKey.path),
  };
}

/**
 * Finds a circuit of the manifest and its files.
 *
 * @param key name in circuits.json, such as `linear-step-16x16`.
 * @throws CorexError CIRCUIT_UNKNOWN when the manifest lacks it, CIRCUIT_NOT_COMPILED or CIRCUIT_KEY_MISSING when a file does.
 */
export function loadCircuit(key: string): Circuit {
  const { circuits } = readManifest();
  const entry = circuits[key];
  if (entry === undefined) {
    throw new CorexError(
      "CIRCUIT_UNKNOWN",
      `no circuit "${key}" in circuits.json; known: ${Object.keys(circuits).join(", ")}`,
    );
  }
  const paths = circuitPaths(key, entry);
  for (const file of [paths.r1cs, paths.wasm]) {
    if (!existsSync(file)) {
      throw new CorexError("CIRCUIT_NOT_COMPILED", `${file} does not exist: run \`npm run circuits:compile\``, {
        retry: "after-change",
      });
    }
  }
  for (const file of [paths.zkey, paths.verificationKey]) {
    if (!existsSync(file)) {
      throw new CorexError("CIRCUIT_KEY_MISSING", `${file} does not exist: run \`npm run circuits:setup\``, {
        retry: "after-change",
      });
    }
  }
  return { key, entry, ...paths };
}

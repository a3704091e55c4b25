import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

import {
  type CircuitEntry,
  type CircuitManifest,
  repositoryRoot,
} from "../../../packages/sdk/src/circuits/manifest.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { CIRCOM_FLAGS, circomPackageVersion } from "../../circuits/lib/circom.ts";
import { requirePinned, type Phase1 } from "./phase1-file.ts";
import { PINNED_TABLE, readPhase1Table } from "./phase1-table.ts";
import type { Print } from "./print.ts";
import { type CeremonyRecord, readRecord, RECORD_FILE } from "./record.ts";

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  /** Circuit of circuits.json; decides the folder where none is given. */
  circuit: { type: "string" },
  /** Where the ceremony lies. */
  folder: { type: "string" },
  ptau: { type: "string" },
  download: { type: "boolean" },
  /** Where downloaded powers of tau are kept. */
  cache: { type: "string" },
  /** Another table than circuits/phase1.json, for tests. */
  "phase1-manifest": { type: "string" },
  /** Another manifest than circuits/circuits.json, for tests. */
  circuits: { type: "string" },
} as const;

export interface CommonOptions {
  readonly circuit?: string | undefined;
  readonly folder?: string | undefined;
  readonly ptau?: string | undefined;
  readonly download?: boolean | undefined;
  readonly cache?: string | undefined;
  readonly "phase1-manifest"?: string | undefined;
  readonly circuits?: string | undefined;
}

/** A ceremony with what it is made from, checked as far as that needs no computation. */
export interface Workspace {
  readonly folder: string;
  readonly record: CeremonyRecord;
  /** The record as it was read. */
  readonly recordText: string;
  readonly entry: CircuitEntry;
  readonly phase1: Phase1;
}

export function usage(message: string): CorexError {
  return new CorexError("CEREMONY_USAGE", message, { retry: "after-change" });
}

/** @throws CorexError CEREMONY_USAGE when neither folder nor circuit is given. */
export function folderOf({ folder, circuit }: CommonOptions): string {
  if (folder !== undefined) return resolve(folder);
  if (circuit === undefined) throw usage("say which ceremony: --circuit KEY or --folder DIR");
  return join(repositoryRoot(), ".corex/ceremonies", circuit);
}

/**
 * The manifest whose circuits are frozen. The installed compiler must be the one it names.
 *
 * @throws CorexError CEREMONY_COMPILER when it is another one.
 */
export function readCircuits({ circuits }: CommonOptions): CircuitManifest {
  const path = circuits ?? join(repositoryRoot(), "circuits/circuits.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as CircuitManifest;
  const installed = { package: "circom2", version: circomPackageVersion(), flags: [...CIRCOM_FLAGS] };
  if (!isDeepStrictEqual(installed, manifest.compiler)) {
    throw new CorexError(
      "CEREMONY_COMPILER",
      `the compiler here is ${JSON.stringify(installed)}, ${path} says ${JSON.stringify(manifest.compiler)}`,
    );
  }
  return manifest;
}

/** @throws CorexError CIRCUIT_UNKNOWN when the manifest lacks it. */
export function circuitOf(manifest: CircuitManifest, key: string): CircuitEntry {
  const entry = manifest.circuits[key];
  if (entry !== undefined) return entry;
  const known = Object.keys(manifest.circuits).join(", ");
  throw new CorexError("CIRCUIT_UNKNOWN", `no circuit "${key}" in the manifest; known: ${known}`);
}

/** What the record keeps of a circuit: its identity on chain and its source. */
export function identity(key: string, { name, version, params, main }: CircuitEntry): CeremonyRecord["circuit"] {
  return { key, name, version, params, main };
}

/** Where to look for powers of tau. */
export function phase1Source({ ptau, download, cache }: CommonOptions) {
  return { ptau, download, cache: cache ?? join(repositoryRoot(), ".cache/ptau") };
}

/** The table of allowed powers of tau; another than the pinned one is announced. */
export function phase1Table(options: CommonOptions, print: Print) {
  const path = options["phase1-manifest"];
  if (path !== undefined) print(`WARNING: powers of tau are those of ${path}, not the pinned public ones.`);
  return readPhase1Table(path ?? PINNED_TABLE);
}

/**
 * Opens a ceremony: reads the record, and finds the circuit and the powers of tau that it names.
 *
 * @throws CorexError CEREMONY_RECORD_INVALID, CEREMONY_COMPILER, CIRCUIT_UNKNOWN, CEREMONY_CIRCUIT_CHANGED when the
 *   circuit of that key has another identity now, CEREMONY_PTAU_HASH when the powers of tau are not the pinned ones;
 *   and what `requirePinned` throws.
 */
export async function openCeremony(options: CommonOptions, print: Print): Promise<Workspace> {
  const folder = folderOf(options);
  const record = readRecord(folder);
  const recordText = readFileSync(join(folder, RECORD_FILE), "utf8");
  const manifest = readCircuits(options);
  const entry = circuitOf(manifest, record.circuit.key);
  for (const [what, then, now] of [
    ["circuit", record.circuit, identity(record.circuit.key, entry)],
    ["compiler", record.compiler, manifest.compiler],
  ] as const) {
    if (isDeepStrictEqual(then, now)) continue;
    throw new CorexError(
      "CEREMONY_CIRCUIT_CHANGED",
      `the ceremony is for ${what} ${JSON.stringify(then)}, which is ${JSON.stringify(now)} now`,
    );
  }

  const table = phase1Table(options, print);
  const { file, blake2b } = record.phase1;
  const pinned = table.files.find((candidate) => isDeepStrictEqual(candidate, record.phase1));
  if (pinned === undefined) {
    throw new CorexError("CEREMONY_PTAU_HASH", `the ceremony is built on ${file} with BLAKE2b ${blake2b}: not pinned`);
  }
  const phase1 = await requirePinned(pinned, { ...table, files: [pinned] }, phase1Source(options), print);
  return { folder, record, recordText, entry, phase1 };
}

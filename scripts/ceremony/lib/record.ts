import { join } from "node:path";

import type { JsonReader } from "../../../packages/sdk/src/data/json-reader.ts";
import type { Phase1File } from "./phase1-table.ts";
import { readJson } from "./read-json.ts";

/** Everybody who takes part works with this version: another one may make other bytes. */
export const TOOL = "snarkjs 0.7.6";

export const RECORD_FILE = "ceremony.json";

/** Contributors besides the beacon: with one alone, that one knows the secret. */
export const LEAST_CONTRIBUTORS = 2;

/** The value that ends a ceremony. */
export interface Beacon {
  /** Where the value comes from, such as a round of drand. */
  readonly source: string;
  /** Hexadecimal, without 0x. */
  readonly value: string;
  /** The value is hashed 2^iterationsExponent times. */
  readonly iterationsExponent: number;
}

export interface Contribution {
  readonly kind: "contribution" | "beacon";
  readonly name: string;
  /** ISO 8601, as the contributor's clock said. */
  readonly date: string;
  /** BLAKE2b-512 of the public part of the contribution, as snarkjs prints it. */
  readonly contributionHash: string;
  /** Hash of the key after it. */
  readonly sha256: string;
  /** Present for a beacon only. */
  readonly beacon?: Beacon;
}

/** `ceremony.json`: what is made, from what, and by whom so far. Everything in it can be checked by anyone. */
export interface CeremonyRecord {
  readonly format: 1;
  readonly circuit: {
    readonly key: string;
    readonly name: string;
    readonly version: number;
    readonly params: readonly number[];
    readonly main: string;
  };
  readonly compiler: { readonly package: string; readonly version: string; readonly flags: readonly string[] };
  readonly tool: typeof TOOL;
  readonly r1cs: { readonly sha256: string; readonly rows: number };
  readonly phase1: Phase1File;
  /** Announced at the start, if it was: the beacon must come from there. */
  readonly beaconSource?: string;
  /** Hash of the key before any contribution. */
  readonly initialSha256: string;
  readonly contributions: readonly Contribution[];
}

/** Name of the key after `index` contributions, 0 for the initial one. */
export function zkeyFile(index: number): string {
  return `${String(index).padStart(4, "0")}.zkey`;
}

/** Whether the ceremony has ended. */
export function hasBeacon({ contributions }: CeremonyRecord): boolean {
  return contributions.some(({ kind }) => kind === "beacon");
}

/** Hash that the key after `index` contributions must have. */
export function zkeySha256({ contributions, initialSha256 }: CeremonyRecord, index: number): string | undefined {
  return index === 0 ? initialSha256 : contributions[index - 1]?.sha256;
}

/** @throws CorexError CEREMONY_RECORD_INVALID when the file is missing or malformed. */
export function readRecord(folder: string): CeremonyRecord {
  const json = readJson(join(folder, RECORD_FILE), "CEREMONY_RECORD_INVALID");
  const [circuit, compiler, phase1] = [json.field("circuit"), json.field("compiler"), json.field("phase1")];
  const beaconSource = optional(json.field("beaconSource"), (reader) => reader.string());
  return {
    format: json.field("format").literal(1),
    circuit: {
      key: circuit.field("key").matching(/^[\w-]+$/, "the name of a circuit"),
      name: circuit.field("name").string(),
      version: circuit.field("version").integer(0, 2 ** 32 - 1),
      params: circuit
        .field("params")
        .items()
        .map((item) => item.integer(0, 2 ** 32 - 1)),
      main: circuit.field("main").string(),
    },
    compiler: {
      package: compiler.field("package").string(),
      version: compiler.field("version").string(),
      flags: compiler
        .field("flags")
        .items()
        .map((item) => item.string()),
    },
    tool: json.field("tool").literal(TOOL),
    r1cs: {
      sha256: sha256(json.field("r1cs").field("sha256")),
      rows: json
        .field("r1cs")
        .field("rows")
        .integer(1, 2 ** 28),
    },
    phase1: {
      power: phase1.field("power").integer(1, 28),
      file: phase1.field("file").matching(/^[\w.-]+\.ptau$/, "a file name that ends with .ptau"),
      url: phase1.field("url").string(),
      blake2b: blake2b(phase1.field("blake2b")),
    },
    ...(beaconSource === undefined ? {} : { beaconSource }),
    initialSha256: sha256(json.field("initialSha256")),
    contributions: json.field("contributions").items().map(readContribution),
  };
}

function readContribution(json: JsonReader): Contribution {
  const kind = json.field("kind").matching(/^(contribution|beacon)$/, '"contribution" or "beacon"');
  const common = {
    name: json.field("name").string(),
    date: json.field("date").string(),
    contributionHash: blake2b(json.field("contributionHash")),
    sha256: sha256(json.field("sha256")),
  };
  if (kind === "contribution") return { kind, ...common };
  const beacon = json.field("beacon");
  return {
    kind: "beacon",
    ...common,
    beacon: {
      source: beacon.field("source").string(),
      value: beacon.field("value").matching(/^[0-9a-f]+$/, "hexadecimal digits"),
      iterationsExponent: beacon.field("iterationsExponent").integer(10, 63),
    },
  };
}

function optional<T>(reader: JsonReader, read: (reader: JsonReader) => T): T | undefined {
  return reader.isMissing() ? undefined : read(reader);
}

function sha256(reader: JsonReader): string {
  return reader.matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
}

function blake2b(reader: JsonReader): string {
  return reader.matching(/^[0-9a-f]{128}$/, "128 hexadecimal digits");
}

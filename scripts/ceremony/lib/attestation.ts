import { isDeepStrictEqual } from "node:util";

import type { JsonReader } from "../../../packages/sdk/src/data/json-reader.ts";
import type { CeremonyRecord } from "./record.ts";
import { zkeySha256 } from "./record.ts";

/** What a contributor publishes where others can find it without the coordinator: it fixes every hash up to its own. */
export interface Attestation {
  readonly ceremony: {
    readonly circuit: string;
    readonly r1csSha256: string;
    readonly phase1Blake2b: string;
    readonly initialSha256: string;
    readonly beaconSource?: string;
  };
  readonly index: number;
  readonly kind: string;
  readonly name: string;
  readonly date: string;
  readonly tool: string;
  readonly previousSha256: string;
  readonly contributionHash: string;
  readonly sha256: string;
  readonly beacon?: object;
  readonly statement: string;
}

/** Name of the attestation of contribution `index`, counted from 1. */
export function attestationFile(index: number): string {
  return `${String(index).padStart(4, "0")}.attestation.json`;
}

/** The attestation of contribution `index`, counted from 1: everything in it follows from the record. */
export function attestationOf(record: CeremonyRecord, index: number): Attestation {
  const { circuit, r1cs, phase1, initialSha256, beaconSource, tool } = record;
  const contribution = record.contributions[index - 1];
  const previousSha256 = zkeySha256(record, index - 1);
  if (contribution === undefined || previousSha256 === undefined) throw new Error(`no contribution ${index}`);
  const { kind, name, date, contributionHash, sha256, beacon } = contribution;
  return {
    ceremony: {
      circuit: circuit.key,
      r1csSha256: r1cs.sha256,
      phase1Blake2b: phase1.blake2b,
      initialSha256,
      ...(beaconSource === undefined ? {} : { beaconSource }),
    },
    index,
    kind,
    name,
    date,
    tool,
    previousSha256,
    contributionHash,
    sha256,
    ...(beacon === undefined ? {} : { beacon }),
    statement:
      beacon === undefined
        ? "I made this contribution from fresh randomness that nobody else saw and that I did not keep."
        : "This beacon came from a public source after the last contribution was published.",
  };
}

/** Compares an attestation file with what the record says. Returns what differs. */
export function compareAttestation(file: string, json: JsonReader, record: CeremonyRecord, index: number): string[] {
  const expected = Object.entries(attestationOf(record, index));
  return expected
    .filter(([field, value]) => {
      const found = json.field(field);
      return found.isMissing() || !isDeepStrictEqual(found.json(), JSON.parse(JSON.stringify(value)));
    })
    .map(([field, value]) => `${file}: ${field} is not ${JSON.stringify(value)}`);
}

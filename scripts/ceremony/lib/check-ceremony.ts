import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import * as snarkjs from "snarkjs";
import type { Logger } from "snarkjs";

import { isDevelopmentKey } from "../../../packages/sdk/src/circuits/development-key.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { checkVerificationKey } from "../../circuits/lib/check-key.ts";
import { step } from "../../circuits/lib/progress.ts";
import { attestationFile, compareAttestation } from "./attestation.ts";
import { hashFile } from "./hash-file.ts";
import type { Print } from "./print.ts";
import { readJson } from "./read-json.ts";
import { type CeremonyRecord, LEAST_CONTRIBUTORS, zkeyFile, zkeySha256 } from "./record.ts";
import type { Start } from "./start.ts";
import type { Workspace } from "./workspace.ts";
import { type ChainLink, readChain } from "./zkey-chain.ts";

export interface CheckOptions {
  /** Whether the ceremony must have ended. */
  readonly complete: boolean;
  /** Whether every key is checked by pairings, or the last one alone: it carries the proofs of all contributions. */
  readonly everyKey: boolean;
  /** Folder of attestations gathered where contributors published them. */
  readonly attestations?: string | undefined;
}

const UNKNOWN_FILE = "if a run was interrupted, move the file away; if somebody contributed, the record must be theirs";

/** What is wrong with one contribution, 0 being the start. */
export type Problems = readonly string[];

/**
 * Checks a ceremony against its start. Returns the problems of the start and of each contribution, in order.
 *
 * @throws CorexError CEREMONY_USAGE when the folder of attestations does not exist.
 */
export async function checkCeremony(
  { folder, record, entry, phase1 }: Workspace,
  start: Start,
  options: CheckOptions,
  print: Print,
): Promise<Problems[]> {
  if (options.attestations !== undefined && !existsSync(options.attestations)) {
    throw new CorexError("CEREMONY_USAGE", `${options.attestations} does not exist`, { retry: "after-change" });
  }
  const last = record.contributions.length;
  const rows: string[][] = [[...(await checkFile(folder, record, 0)), ...checkRules(folder, record, options)]];
  let before: readonly ChainLink[] = [];
  for (let index = 1; index <= last; index++) {
    const problems = await checkFile(folder, record, index);
    rows.push(problems);
    problems.push(...checkAttestation(join(folder, attestationFile(index)), record, index));
    if (options.attestations !== undefined) {
      problems.push(...checkAttestation(join(options.attestations, attestationFile(index)), record, index));
    }
    const zkey = join(folder, zkeyFile(index));
    if (!existsSync(zkey)) continue;
    try {
      const links = await readChain(zkey);
      problems.push(...checkLinks(links, before, record, index));
      before = links;
    } catch (error) {
      problems.push(reasonOf(error));
      continue;
    }
    if (!options.everyKey && index < last) continue;
    const refused = await verifyKey(start.initial, phase1.path, zkey, print);
    if (refused !== undefined) problems.push(`${zkeyFile(index)}: ${refused}`);
    else if (index === last) problems.push(...(await checkLastKey(zkey, entry)));
  }
  return rows;
}

/** Checks a key against the start by pairings. Returns why it is refused. */
export async function verifyKey(
  initial: string,
  ptau: string,
  zkey: string,
  print: Print,
): Promise<string | undefined> {
  const reasons: string[] = [];
  const check = async (logger: Logger) =>
    snarkjs.zKey.verifyFromInit(initial, ptau, zkey, { ...logger, error: (message) => reasons.push(message) });
  try {
    if (await step(`verify ${zkey}`, check, print)) return undefined;
  } catch (error) {
    reasons.push(reasonOf(error));
  }
  return `does not follow from constraints and powers of tau${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}`;
}

/** Names the problems of a ceremony in one error. */
export function requireNoProblems(rows: readonly Problems[]): void {
  const problems = rows.flat();
  if (problems.length === 0) return;
  throw new CorexError("CEREMONY_INVALID", `the ceremony is not valid:\n  ${problems.join("\n  ")}`);
}

/** What the new key records of its contributions: those of the key before, and the one that the record names. */
export function checkLinks(
  links: readonly ChainLink[],
  before: readonly ChainLink[],
  record: CeremonyRecord,
  index: number,
): string[] {
  const file = zkeyFile(index);
  if (links.length !== index) return [`${file}: has ${links.length} contributions, expected ${index}`];
  const problems: string[] = [];
  before.forEach((link, i) => {
    if (links[i]?.bytes.equals(link.bytes) !== true) {
      problems.push(`${file}: contribution ${i + 1} is not the one of ${zkeyFile(index - 1)}`);
    }
  });
  const [link, expected] = [links[index - 1], record.contributions[index - 1]];
  if (link === undefined || expected === undefined) return problems;
  for (const field of ["kind", "name", "contributionHash"] as const) {
    if (link[field] !== expected[field]) {
      problems.push(`${file}: ${field} is "${link[field]}", the record says "${expected[field]}"`);
    }
  }
  const { value, iterationsExponent } = expected.beacon ?? {};
  const beacon = expected.beacon === undefined ? undefined : { value, iterationsExponent };
  if (!isDeepStrictEqual(link.beacon, beacon)) problems.push(`${file}: not the beacon that the record names`);
  return problems;
}

async function checkFile(folder: string, record: CeremonyRecord, index: number): Promise<string[]> {
  const file = zkeyFile(index);
  const expected = zkeySha256(record, index);
  if (!existsSync(join(folder, file))) return [`${file}: is missing`];
  const actual = await hashFile(join(folder, file), "sha256");
  return actual === expected ? [] : [`${file}: sha256 is ${actual}, the record says ${expected ?? "nothing"}`];
}

function checkAttestation(path: string, record: CeremonyRecord, index: number): string[] {
  if (!existsSync(path)) return [`${path}: the attestation is missing`];
  try {
    return compareAttestation(path, readJson(path, "CEREMONY_ATTESTATION_INVALID"), record, index);
  } catch (error) {
    return [reasonOf(error)];
  }
}

/** The rules of the record as a whole, and files that it does not know. */
function checkRules(folder: string, { contributions, beaconSource }: CeremonyRecord, options: CheckOptions): string[] {
  const problems: string[] = [];
  const beacons = contributions.flatMap(({ kind }, i) => (kind === "beacon" ? [i + 1] : []));
  const people = contributions.filter(({ kind }) => kind === "contribution").map(({ name }) => name);
  if (beacons.some((index) => index !== contributions.length)) problems.push("a beacon is not the last contribution");
  if (options.complete && beacons.length === 0) problems.push("the beacon is missing: the ceremony has not ended");
  if ((options.complete || beacons.length > 0) && people.length < LEAST_CONTRIBUTORS) {
    problems.push(`${people.length} contributors, at least ${LEAST_CONTRIBUTORS} are needed`);
  }
  if (new Set(people).size < people.length) problems.push("a name contributed twice");
  const source = contributions.at(-1)?.beacon?.source;
  if (source !== undefined && beaconSource !== undefined && source !== beaconSource) {
    problems.push(`the beacon comes from "${source}", announced was "${beaconSource}"`);
  }
  const unknown = [folder, ...(options.attestations === undefined ? [] : [options.attestations])].flatMap((place) =>
    readdirSync(place)
      .filter((name) => Number(/^(\d{4,})\.(zkey|attestation\.json)$/.exec(name)?.[1] ?? 0) > contributions.length)
      .map((name) => `${join(place, name)}: the record does not know this contribution; ${UNKNOWN_FILE}`),
  );
  return [...problems, ...unknown];
}

async function checkLastKey(zkey: string, entry: Workspace["entry"]): Promise<string[]> {
  const key = await snarkjs.zKey.exportVerificationKey(zkey);
  const problems = checkVerificationKey(entry, key);
  if (isDevelopmentKey(key)) problems.push("verification key: built on the development powers of tau (DEV-ONLY)");
  return problems;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { VerificationKeyJson } from "snarkjs";

import { DEVELOPMENT_WARNING, isDevelopmentKey } from "../../../packages/sdk/src/circuits/development-key.ts";
import { type CircuitEntry, repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { JsonReader } from "../../../packages/sdk/src/data/json-reader.ts";
import { PINNED_TABLE, readPhase1Table } from "../../ceremony/lib/phase1-table.ts";
import { LEAST_CONTRIBUTORS } from "../../ceremony/lib/record.ts";
import { PHASE1, phase2BeaconText } from "./dev-setup.ts";
import { sha256 } from "./sha256.ts";

/** Reads a file by its path from the repository root. */
export type ReadFile = (path: string) => Buffer;

/** Where keys lie: a path says what a key is worth. */
const FOLDERS = { development: "circuits/keys/dev/", production: "circuits/keys/production/" };

const fromRepository: ReadFile = (path) => readFileSync(join(repositoryRoot(), path));

/**
 * Checks that verification key and transcript of a circuit belong to its manifest entry and say what the key is worth:
 * development keys are marked at every place, production keys come from a ceremony. Needs no proving key.
 *
 * @returns what is wrong.
 */
export function checkKeyMarks(key: string, entry: CircuitEntry, read: ReadFile = fromRepository): string[] {
  try {
    const verificationKey = read(entry.verificationKey.path);
    const text = read(entry.transcript).toString("utf8");
    const transcript = new JsonReader(JSON.parse(text), "TRANSCRIPT_INVALID", entry.transcript);
    const parsed = JSON.parse(verificationKey.toString("utf8")) as VerificationKeyJson;
    return [
      ...checkHashes(key, entry, transcript, sha256(verificationKey)),
      ...(entry.devOnly
        ? checkDevelopment(key, entry, parsed, transcript)
        : checkProduction(entry, parsed, transcript, text)),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The transcript speaks of this circuit, these constraints and these keys, and ends with a beacon. */
function checkHashes(
  key: string,
  entry: CircuitEntry,
  transcript: JsonReader,
  verificationKeySha256: string,
): string[] {
  const { name, version, params, main, r1cs, zkey, verificationKey, transcript: path } = entry;
  const problems: string[] = [];
  const identity = { key, name, version, params, main };
  if (!isDeepStrictEqual(transcript.field("circuit").json(), identity)) {
    problems.push(`${path}: is not about ${JSON.stringify(identity)}`);
  }
  if (verificationKeySha256 !== verificationKey.sha256) {
    problems.push(
      `${verificationKey.path}: sha256 is ${verificationKeySha256}, the manifest says ${verificationKey.sha256}`,
    );
  }
  for (const [step, expected] of [
    ["circuit, compile", r1cs.sha256],
    ["phase 2, beacon", zkey.sha256],
    ["verification key", verificationKey.sha256],
  ] as const) {
    const actual = stepOf(transcript, step).field("sha256").string();
    if (actual !== expected) problems.push(`${path}: "${step}" has sha256 ${actual}, the manifest says ${expected}`);
  }
  const made = names(transcript).filter((step) => step.startsWith("phase 2, "));
  if (made.at(-1) !== "phase 2, beacon") problems.push(`${path}: the beacon is not the last step of phase 2`);
  return problems;
}

function checkDevelopment(
  key: string,
  entry: CircuitEntry,
  verificationKey: VerificationKeyJson,
  transcript: JsonReader,
): string[] {
  const problems = checkFolder(entry, FOLDERS.development);
  if (!isDevelopmentKey(verificationKey)) {
    problems.push(
      `${entry.verificationKey.path}: not built on the development powers of tau, the manifest says devOnly`,
    );
  }
  const marked = (text: string | undefined) => text?.startsWith(`${DEVELOPMENT_WARNING}:`) === true;
  if (!marked(verificationKey.warning)) {
    problems.push(`${entry.verificationKey.path}: no warning that begins with ${DEVELOPMENT_WARNING}`);
  }
  const warning = transcript.field("warning");
  if (warning.isMissing() || !marked(warning.string())) {
    problems.push(`${entry.transcript}: no warning that begins with ${DEVELOPMENT_WARNING}`);
  }
  const beacon = stepOf(transcript, "phase 2, beacon").field("beacon").field("text").string();
  if (beacon !== phase2BeaconText(key))
    problems.push(`${entry.transcript}: the beacon is not "${phase2BeaconText(key)}"`);
  if (stepOf(transcript, "phase 1, prepare").field("sha256").string() !== PHASE1.sha256.prepared) {
    problems.push(`${entry.transcript}: phase 1 is not the development one`);
  }
  return problems;
}

function checkProduction(
  entry: CircuitEntry,
  verificationKey: VerificationKeyJson,
  transcript: JsonReader,
  text: string,
): string[] {
  const problems = checkFolder(entry, FOLDERS.production);
  if (isDevelopmentKey(verificationKey)) {
    problems.push(
      `${entry.verificationKey.path}: built on the development powers of tau, the manifest does not say devOnly`,
    );
  }
  if (verificationKey.warning !== undefined || text.includes(DEVELOPMENT_WARNING)) {
    problems.push(
      `${entry.transcript}: key or transcript says ${DEVELOPMENT_WARNING}, the manifest does not say devOnly`,
    );
  }
  const blake2b = transcript.field("phase1").field("blake2b").string();
  if (!readPhase1Table(PINNED_TABLE).files.some((file) => file.blake2b === blake2b)) {
    problems.push(`${entry.transcript}: phase 1 with BLAKE2b ${blake2b} is not pinned`);
  }
  const contributors = names(transcript).filter((step) => step.startsWith("phase 2, contribution ")).length;
  if (contributors < LEAST_CONTRIBUTORS) {
    problems.push(`${entry.transcript}: ${contributors} contributors, at least ${LEAST_CONTRIBUTORS} are needed`);
  }
  stepOf(transcript, "phase 2, beacon").field("beacon").field("source").string();
  return problems;
}

function checkFolder({ zkey, verificationKey, transcript }: CircuitEntry, folder: string): string[] {
  const outside = [zkey.path, verificationKey.path, transcript].filter((path) => !path.startsWith(folder));
  return outside.map((path) => `${path}: does not lie in ${folder}`);
}

function names(transcript: JsonReader): string[] {
  return transcript
    .field("steps")
    .items()
    .map((step) => step.field("step").string());
}

function stepOf(transcript: JsonReader, name: string): JsonReader {
  const index = names(transcript).indexOf(name);
  const found = transcript.field("steps").items()[index];
  if (found === undefined) throw transcript.field("steps").fail(`a step "${name}"`);
  return found;
}

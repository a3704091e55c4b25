import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

import * as snarkjs from "snarkjs";
import type { VerificationKeyJson } from "snarkjs";

import { type CircuitEntry, type CircuitPaths, countSignals } from "../../../packages/sdk/src/circuits/manifest.ts";
import { sha256File } from "./sha256.ts";
import { readContributions } from "./zkey-contributions.ts";

/** Checks the keys of a circuit against its manifest entry and against each other. Returns what is wrong. */
export async function checkKey(entry: CircuitEntry, paths: CircuitPaths): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, file, expected] of [
    ["zkey", paths.zkey, entry.zkey.sha256],
    ["verification key", paths.verificationKey, entry.verificationKey.sha256],
  ] as const) {
    if (!existsSync(file)) return [`${name}: ${file} does not exist`];
    const actual = sha256File(file);
    if (actual !== expected) problems.push(`${name}: sha256 is ${actual}, the manifest says ${expected}`);
  }

  const key = JSON.parse(readFileSync(paths.verificationKey, "utf8")) as VerificationKeyJson;
  // Through JSON, because the exporter returns prototypes that the file does not have.
  const exported = JSON.parse(JSON.stringify(await snarkjs.zKey.exportVerificationKey(paths.zkey))) as object;
  const warning = key.warning === undefined ? {} : { warning: key.warning };
  if (!isDeepStrictEqual({ ...warning, ...exported }, key))
    problems.push("verification key: not the one inside the zkey");
  problems.push(...checkVerificationKey(entry, key));

  const contributions = readContributions(paths.zkey);
  if (contributions.length === 0) problems.push("zkey: no phase-2 contribution, anyone can forge without any secret");
  else if (contributions.at(-1)?.beacon !== true) problems.push("zkey: the last contribution is not a beacon");
  return problems;
}

/** Checks a verification key for the degenerate values that make a verifier accept or ignore anything. */
export function checkVerificationKey(
  entry: Pick<CircuitEntry, "publicSignals">,
  key: Pick<VerificationKeyJson, "nPublic" | "vk_delta_2" | "vk_gamma_2" | "IC">,
): string[] {
  const problems: string[] = [];
  const signals = countSignals(entry.publicSignals);
  if (key.nPublic !== signals || key.IC.length !== signals + 1) {
    problems.push(`verification key: ${key.nPublic} public signals, the manifest names ${signals}`);
  }
  if (isDeepStrictEqual(key.vk_delta_2, key.vk_gamma_2)) {
    problems.push("verification key: delta equals gamma, as in a key without contributions");
  }
  key.IC.forEach((point, i) => {
    if (point[2] === "0") problems.push(`verification key: IC[${i}] is infinity, its public signal is ignored`);
  });
  return problems;
}

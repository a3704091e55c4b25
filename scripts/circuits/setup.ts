// Rebuilds the development keys and compares them with the committed ones.
//
// node scripts/circuits/setup.ts [--ptau FILE] [--only CIRCUIT]... [--write]
//
// --ptau FILE  use this prepared powers-of-tau file instead of making the development one (ten minutes on two cores)
// --only NAME  these circuits alone, such as linear-step-16x16; all without it, about a minute each
// --write      replace the committed keys, transcripts and hashes when they differ, instead of failing
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { format, resolveConfig } from "prettier";
import * as snarkjs from "snarkjs";

import {
  type CircuitEntry,
  type CircuitManifest,
  readManifest,
  repositoryRoot,
} from "../../packages/sdk/src/circuits/manifest.ts";
import { PHASE1 } from "./lib/dev-setup.ts";
import { ensureCompiled } from "./lib/ensure-compiled.ts";
import { makeDevKey } from "./lib/make-dev-key.ts";
import { developmentPowersOfTau } from "./lib/powers-of-tau.ts";
import { sha256File } from "./lib/sha256.ts";
import { transcript } from "./lib/transcript.ts";

const { values: options } = parseArgs({
  options: { ptau: { type: "string" }, only: { type: "string", multiple: true }, write: { type: "boolean" } },
});
const root = repositoryRoot();
const manifestPath = join(root, "circuits/circuits.json");

try {
  process.exitCode = await setUp();
} finally {
  // The threads of snarkjs would keep the process alive.
  await (await snarkjs.curves.getCurveFromName("bn128")).terminate();
}

async function setUp(): Promise<number> {
  const manifest = readManifest();
  const ptau = options.ptau === undefined ? await developmentPowersOfTau() : resolve(options.ptau);
  if (sha256File(ptau) !== PHASE1.sha256.prepared) {
    console.error(`${ptau} is not the development powers of tau: the keys could not be rebuilt by others`);
    return 1;
  }

  const unknown = options.only?.find((key) => !(key in manifest.circuits));
  if (unknown !== undefined) {
    console.error(`no circuit "${unknown}" in circuits.json; known: ${Object.keys(manifest.circuits).join(", ")}`);
    return 1;
  }

  const circuits: Record<string, CircuitEntry> = { ...manifest.circuits };
  let differences = 0;
  for (const [key, entry] of Object.entries(manifest.circuits)) {
    if (options.only?.includes(key) === false) continue;
    if (!entry.devOnly) {
      console.log(`${key}: has a production key, which nobody can rebuild; npm run ceremony -- verify checks it`);
      continue;
    }
    const rebuilt = await rebuild(key, entry, manifest.compiler, ptau);
    circuits[key] = rebuilt.entry;
    differences += rebuilt.differences.length;
    for (const difference of rebuilt.differences) console.log(`${key}: ${difference}`);
  }
  if (differences === 0) {
    console.log("The committed keys are reproduced byte for byte.");
    return 0;
  }
  if (options.write !== true) {
    console.error("The keys differ from the committed ones; --write replaces them.");
    return 1;
  }
  writeFileSync(manifestPath, await pretty(JSON.stringify({ ...manifest, circuits }), manifestPath));
  console.log("Keys, transcripts and hashes written.");
  return 0;
}

async function rebuild(
  key: string,
  entry: CircuitEntry,
  compiler: CircuitManifest["compiler"],
  ptau: string,
): Promise<{ entry: CircuitEntry; differences: string[] }> {
  const { r1cs, constraints } = ensureCompiled(key, entry);
  const r1csSha256 = sha256File(r1cs);
  const directory = join(root, "circuits/build/setup", key);
  const dev = await makeDevKey(key, r1cs, ptau, directory);

  const differences = [
    difference("constraints", JSON.stringify(entry.constraints), JSON.stringify(constraints)),
    difference("r1cs sha256", entry.r1cs.sha256, r1csSha256),
    difference("zkey sha256", entry.zkey.sha256, dev.zkeySha256),
    difference("verification key sha256", entry.verificationKey.sha256, dev.verificationKeySha256),
  ].filter((line) => line !== undefined);

  const updated: CircuitEntry = {
    ...entry,
    constraints,
    r1cs: { sha256: r1csSha256 },
    zkey: { ...entry.zkey, sha256: dev.zkeySha256 },
    verificationKey: { ...entry.verificationKey, sha256: dev.verificationKeySha256 },
  };
  const transcriptPath = join(root, entry.transcript);
  const text = `${JSON.stringify(transcript(key, updated, compiler, r1csSha256, dev), null, 2)}\n`;
  if (differences.length > 0 && options.write === true) {
    mkdirSync(dirname(transcriptPath), { recursive: true });
    cpSync(dev.zkey, join(root, entry.zkey.path));
    cpSync(dev.verificationKey, join(root, entry.verificationKey.path));
    writeFileSync(transcriptPath, text);
  } else if (differences.length === 0 && readFileSync(transcriptPath, "utf8") !== text) {
    differences.push("the transcript differs");
    if (options.write === true) writeFileSync(transcriptPath, text);
  }
  rmSync(directory, { recursive: true });
  return { entry: updated, differences };
}

function difference(what: string, expected: string, actual: string): string | undefined {
  return expected === actual ? undefined : `${what}: ${actual}, the manifest says ${expected}`;
}

async function pretty(json: string, path: string): Promise<string> {
  return format(json, { ...(await resolveConfig(path)), filepath: path });
}

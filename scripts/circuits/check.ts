// Checks circuits against circuits/circuits.json and circuits/gadgets.json: lints, constraints, keys. Exits 1 on a mismatch.
//
// node scripts/circuits/check.ts [--benchmarks]
//
// --benchmarks  count the circuits of circuits/bench, too, which takes minutes
//
// What was compiled from the same sources by the same compiler is not compiled again: `circuits/build` is keyed by content.
import { isDeepStrictEqual, parseArgs } from "node:util";

import * as snarkjs from "snarkjs";

import {
  type CircuitEntry,
  type CircuitManifest,
  circuitPaths,
  readManifest,
} from "../../packages/sdk/src/circuits/manifest.ts";
import { checkKey } from "./lib/check-key.ts";
import { CIRCOM_FLAGS, circomPackageVersion } from "./lib/circom.ts";
import { ensureCompiled } from "./lib/ensure-compiled.ts";
import { checkBenchmark, checkGadget, readGadgets } from "./lib/gadgets.ts";
import { checkKeyMarks } from "./lib/key-marks.ts";
import { lintSources } from "./lib/lint-sources.ts";
import { sha256File } from "./lib/sha256.ts";

const { values: options } = parseArgs({ options: { benchmarks: { type: "boolean" } } });
const manifest = readManifest();

const problems = [...lintSources(), ...checkCompiler(manifest.compiler), ...checkCounts()];
try {
  for (const [key, entry] of Object.entries(manifest.circuits)) {
    const found = [...checkConstraints(key, entry), ...(await checkKey(entry, circuitPaths(key, entry)))];
    found.push(...checkKeyMarks(key, entry));
    problems.push(...found.map((problem) => `${key}: ${problem}`));
    if (found.length === 0) console.log(`${key}: constraints, keys and hashes match the manifest`);
  }
} finally {
  // The threads of snarkjs would keep the process alive.
  await (await snarkjs.curves.getCurveFromName("bn128")).terminate();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkCounts(): string[] {
  const { gadgets, benchmarks } = readGadgets();
  const problems = gadgets.flatMap(checkGadget);
  if (problems.length === 0) console.log(`${gadgets.length} gadgets: constraints match circuits/gadgets.json`);
  if (options.benchmarks !== true) return problems;
  return [...problems, ...Object.entries(benchmarks).flatMap(([key, entry]) => checkBenchmark(key, entry))];
}

function checkCompiler({ package: name, version, flags }: CircuitManifest["compiler"]): string[] {
  const installed = `circom2@${circomPackageVersion()} ${CIRCOM_FLAGS.join(" ")}`;
  const expected = `${name}@${version} ${flags.join(" ")}`;
  return installed === expected ? [] : [`compiler: ${installed} is in use, the manifest says ${expected}`];
}

function checkConstraints(key: string, entry: CircuitEntry): string[] {
  const { r1cs, constraints } = ensureCompiled(key, entry);
  const found: string[] = [];
  const hash = sha256File(r1cs);
  if (hash !== entry.r1cs.sha256) found.push(`r1cs: sha256 is ${hash}, the manifest says ${entry.r1cs.sha256}`);
  if (!isDeepStrictEqual(constraints, entry.constraints)) {
    const [actual, expected] = [constraints, entry.constraints].map((counts) => JSON.stringify(counts));
    found.push(`constraints: ${actual}, the manifest says ${expected}`);
  }
  return found;
}

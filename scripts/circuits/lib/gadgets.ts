import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import type { ConstraintCounts } from "./circom.ts";
import { countConstraints, countInstance } from "./count-constraints.ts";

/** An instance of a template with the constraints it must have. */
export interface GadgetEntry {
  /** File of circuits/src, without extension. */
  readonly file: string;
  /** Such as `Range(16, 32768)`. */
  readonly instance: string;
  readonly constraints: ConstraintCounts;
}

/** A circuit of a realistic size that is compiled and counted, but has no key. */
export interface BenchmarkEntry {
  /** Source of the main component, from the repository root. */
  readonly main: string;
  readonly instance: string;
  readonly constraints: ConstraintCounts;
  /** Multiply-accumulates that one proof would attest to. */
  readonly workUnits: number;
}

/** circuits/gadgets.json. */
export interface GadgetManifest {
  readonly gadgets: readonly GadgetEntry[];
  readonly benchmarks: Readonly<Record<string, BenchmarkEntry>>;
}

/** A benchmark circuit of half a million constraints takes a minute or two, on a busy machine several. */
const BENCHMARK_TIMEOUT_SECONDS = 900;

/** Reads circuits/gadgets.json. */
export function readGadgets(): GadgetManifest {
  return JSON.parse(readFileSync(join(repositoryRoot(), "circuits/gadgets.json"), "utf8")) as GadgetManifest;
}

/** Counts an instance of a template and compares. Returns what is wrong, if anything. */
export function checkGadget({ file, instance, constraints }: GadgetEntry): string[] {
  return differences(instance, countInstance(file, instance), constraints);
}

/** Compiles a benchmark circuit, which takes minutes, and compares. Returns what is wrong, if anything. */
export function checkBenchmark(key: string, { main, constraints }: BenchmarkEntry): string[] {
  const actual = countConstraints(join(repositoryRoot(), main), { timeoutSeconds: BENCHMARK_TIMEOUT_SECONDS });
  return differences(key, actual, constraints);
}

function differences(name: string, actual: ConstraintCounts, expected: ConstraintCounts): string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  return [`${name}: constraints ${JSON.stringify(actual)}, the manifest says ${JSON.stringify(expected)}`];
}

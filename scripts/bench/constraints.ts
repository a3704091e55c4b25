import { readManifest, repositoryRoot, type CircuitEntry } from "@corex/sdk/circuits/manifest";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { runCircom } from "../circuits/lib/circom.ts";
import { contentHash } from "../circuits/lib/sources.ts";

const BUILD = join(repositoryRoot(), "circuits/build/bench");
const INCLUDE = "../../../src/commit_tensor.circom";

/** Field elements that one permutation absorbs, and bits of values in each of them. */
const RATE = 16;
const BITS_PER_ELEMENT = 252;
const FRACTION_BITS = 4;

/** Constraints of what is measured, all non-linear. */
export interface ConstraintReport {
  readonly circuits: Readonly<Record<string, CircuitEntry["constraints"] & { readonly workUnits: number }>>;
  /** Non-linear constraints of one more committed value: range, packing and hash. */
  readonly perValue: Readonly<Record<"16 bit" | "8 bit", number>>;
}

/** Reads the counts that the manifest pins and measures the price of a committed value. */
export function measureConstraints(): ConstraintReport {
  const circuits = Object.entries(readManifest().circuits).map(
    ([key, { constraints, workUnits }]) => [key, { ...constraints, workUnits }] as const,
  );
  return { circuits: Object.fromEntries(circuits), perValue: { "16 bit": perValue(16), "8 bit": perValue(8) } };
}

/** The slope between two tensors that differ by the values of exactly one permutation: the fixed part cancels. */
function perValue(bits: number): number {
  const step = RATE * Math.floor(BITS_PER_ELEMENT / bits);
  return (constraintsOf(2 * step, bits) - constraintsOf(step, bits)) / step;
}

/** Compiles a commitment to `values` values, or recalls the count of an earlier run from the same sources. */
function constraintsOf(values: number, bits: number): number {
  const source = join(BUILD, `commit_${values}x${bits}`, "main.circom");
  const counted = join(dirname(source), "count.json");
  mkdirSync(dirname(source), { recursive: true });
  const main = `CommitTensor(1, ${values}, 1, ${bits}, ${FRACTION_BITS})`;
  writeFileSync(source, `pragma circom 2.2.0;\ninclude "${INCLUDE}";\ncomponent main = ${main};\n`);
  const hash = contentHash(source);
  if (existsSync(counted)) {
    const known = JSON.parse(readFileSync(counted, "utf8")) as { hash: string; nonLinear: number };
    if (known.hash === hash) return known.nonLinear;
  }
  const { constraints } = runCircom(source, dirname(source), { outputs: ["r1cs"] });
  if (constraints === undefined) throw new Error(`the compiler counted no constraints of ${main}`);
  writeFileSync(counted, JSON.stringify({ hash, nonLinear: constraints.nonLinear }));
  return constraints.nonLinear;
}

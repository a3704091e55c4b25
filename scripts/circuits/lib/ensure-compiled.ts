import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  type CircuitEntry,
  type CircuitPaths,
  circuitPaths,
  repositoryRoot,
} from "../../../packages/sdk/src/circuits/manifest.ts";
import { type ConstraintCounts, runCircom } from "./circom.ts";
import { contentHash } from "./sources.ts";

/** What a build was made from, and what came out. */
interface Stamp {
  readonly content: string;
  readonly constraints: ConstraintCounts;
}

/**
 * Compiles a circuit of the manifest unless its build is of the same sources, compiler and flags.
 *
 * @returns the paths, the constraints that the compiler counted, and whether it ran.
 */
export function ensureCompiled(
  key: string,
  entry: CircuitEntry,
): CircuitPaths & { constraints: ConstraintCounts; compiled: boolean } {
  const paths = circuitPaths(key, entry);
  const source = join(repositoryRoot(), entry.main);
  const stampFile = join(paths.buildDir, "stamp.json");
  const content = contentHash(source);

  if ([paths.r1cs, paths.sym, paths.wasm, stampFile].every((file) => existsSync(file))) {
    const stamp = JSON.parse(readFileSync(stampFile, "utf8")) as Stamp;
    if (stamp.content === content) return { ...paths, constraints: stamp.constraints, compiled: false };
  }

  rmSync(paths.buildDir, { recursive: true, force: true });
  const { constraints } = runCircom(source, paths.buildDir);
  if (constraints === undefined) throw new Error(`the compiler counted no constraints of ${entry.main}`);
  // Last, so that an interrupted build is not taken for a complete one.
  writeFileSync(stampFile, JSON.stringify({ content, constraints } satisfies Stamp));
  return { ...paths, constraints, compiled: true };
}

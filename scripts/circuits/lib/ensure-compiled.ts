import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  type CircuitEntry,
  type CircuitPaths,
  circuitPaths,
  repositoryRoot,
} from "../../../packages/sdk/src/circuits/manifest.ts";
import { runCircom } from "./circom.ts";
import { contentHash } from "./sources.ts";

/**
 * Compiles a circuit of the manifest unless its build is of the same sources, compiler and flags.
 *
 * @returns the paths, and whether the compiler ran.
 */
export function ensureCompiled(key: string, entry: CircuitEntry): CircuitPaths & { compiled: boolean } {
  const paths = circuitPaths(key, entry);
  const source = join(repositoryRoot(), entry.main);
  const stamp = join(paths.buildDir, "content.sha256");
  const hash = contentHash(source);

  const complete = [paths.r1cs, paths.sym, paths.wasm, stamp].every((file) => existsSync(file));
  if (complete && readFileSync(stamp, "utf8") === hash) return { ...paths, compiled: false };

  rmSync(paths.buildDir, { recursive: true, force: true });
  runCircom(source, paths.buildDir);
  // Last, so that an interrupted build is not taken for a complete one.
  writeFileSync(stamp, hash);
  return { ...paths, compiled: true };
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { CIRCOM_FLAGS, circomPackageVersion } from "./circom.ts";
import { sha256 } from "./sha256.ts";

/** Every circuit source of the project, absolute and sorted. */
export function projectSources(): string[] {
  return ["circuits/src", "circuits/main", "circuits/bench"].flatMap((folder) => {
    const directory = join(repositoryRoot(), folder);
    return readdirSync(directory)
      .filter((name) => name.endsWith(".circom"))
      .sort()
      .map((name) => join(directory, name));
  });
}

/** A main component and everything it includes, absolute and sorted. */
export function sourceClosure(main: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, path] of readFileSync(file, "utf8").matchAll(/^\s*include\s+"([^"]+)"/gm)) {
      if (path !== undefined) visit(resolveInclude(file, path));
    }
  };
  visit(resolve(main));
  return [...seen].sort();
}

/** Hash of everything that decides the constraints: sources, compiler and flags. */
export function contentHash(main: string): string {
  const parts = sourceClosure(main).map((file) => [relative(repositoryRoot(), file), sha256(readFileSync(file))]);
  return sha256(JSON.stringify({ compiler: circomPackageVersion(), flags: CIRCOM_FLAGS, sources: parts }));
}

function resolveInclude(from: string, path: string): string {
  const beside = join(dirname(from), path);
  return existsSync(beside) ? beside : join(repositoryRoot(), "node_modules", path);
}

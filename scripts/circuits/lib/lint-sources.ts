import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { circomspect, type SpectException, unexplained } from "./circomspect.ts";
import { lintCircuit } from "./lint.ts";
import { projectSources } from "./sources.ts";

/** Lints every circuit source: the rules of this project, then circomspect. Returns what is wrong. */
export function lintSources(): string[] {
  const root = repositoryRoot();
  const sources = projectSources();
  const own = sources.flatMap((file) =>
    lintCircuit(readFileSync(file, "utf8")).map(({ line, message }) => `${relative(root, file)}:${line}: ${message}`),
  );
  const exceptions = readFileSync(join(root, "circuits/circomspect-exceptions.json"), "utf8");
  // A main component is one instantiation: nothing to analyse.
  const templates = sources.filter((file) => dirname(file).endsWith("src"));
  return [...own, ...unexplained(circomspect(templates), JSON.parse(exceptions) as readonly SpectException[])];
}

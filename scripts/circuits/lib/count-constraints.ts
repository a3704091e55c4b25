import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { type CompileOptions, type ConstraintCounts, runCircom } from "./circom.ts";
import { contentHash } from "./sources.ts";

const BUILD = join(repositoryRoot(), "circuits/build/counts");

/**
 * Constraints of a main component, compiled once per content: of the component, all it includes, compiler and flags.
 *
 * @param source absolute path, inside the repository.
 * @throws CircomError when the compiler rejects it.
 */
export function countConstraints(
  source: string,
  options: Pick<CompileOptions, "timeoutSeconds"> = {},
): ConstraintCounts {
  const known = join(BUILD, `${contentHash(source)}.json`);
  if (existsSync(known)) return JSON.parse(readFileSync(known, "utf8")) as ConstraintCounts;

  const directory = join(BUILD, `draft-${process.pid}`);
  const { constraints } = runCircom(source, directory, { ...options, outputs: ["r1cs"] });
  if (constraints === undefined) throw new Error(`the compiler counted no constraints of ${source}`);
  rmSync(directory, { recursive: true });
  writeFileSync(known, JSON.stringify(constraints));
  return constraints;
}

/**
 * Constraints of an instance of a template, such as `Range(16, 32768)` of `range`.
 *
 * @param file of circuits/src, without extension.
 */
export function countInstance(
  file: string,
  instance: string,
  options: Pick<CompileOptions, "timeoutSeconds"> = {},
): ConstraintCounts {
  const name = instance.replaceAll(/\W+/g, "_");
  const source = join(BUILD, "mains", file, `${name}.circom`);
  const main = `pragma circom 2.2.0;\ninclude "../../../../src/${file}.circom";\ncomponent main = ${instance};\n`;
  if (!existsSync(source) || readFileSync(source, "utf8") !== main) {
    mkdirSync(dirname(source), { recursive: true });
    writeFileSync(source, main);
  }
  return countConstraints(source, options);
}

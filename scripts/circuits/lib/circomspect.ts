import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";

const require = createRequire(import.meta.url);
const CONSTANTS = "circomlib/circuits/poseidon_constants.circom";

/** A finding of circomspect in a source of the project. */
export interface SpectFinding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** The line that it points at. */
  readonly code: string;
  readonly message: string;
}

/** A finding that is known and why it is none: every line of a file that is equal to `code`, under one rule. */
export interface SpectException {
  readonly rule: string;
  readonly code: string;
  readonly reason: string;
}

/** The parts of a SARIF report that are read here. */
interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

/**
 * Runs circomspect, the static analyser of Trail of Bits, at its usual level (warnings and errors) over circuit sources.
 *
 * @param sources files to analyse, all of one folder.
 * @throws Error when it does not run.
 */
export function circomspect(sources: readonly string[]): SpectFinding[] {
  const root = repositoryRoot();
  // It finds included files beside the source only, so the library is put there, in a copy.
  const copy = join(root, "circuits/build/circomspect");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const source of sources) cpSync(source, join(copy, basename(source)));
  cpSync(join(root, "node_modules", CONSTANTS), join(copy, CONSTANTS), { recursive: true });

  const report = join(copy, "report.sarif");
  const files = sources.map((source) => relative(root, join(copy, basename(source))));
  const args = [require.resolve("circomspect/cli.js"), "--sarif-file", relative(root, report), ...files];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  if (!run.stdout.includes("analyzing")) throw new Error(`circomspect did not run:\n${run.stdout}${run.stderr}`);
  // Without a finding it writes no report.
  if (/No issues found/.test(run.stdout)) return [];
  const { runs } = JSON.parse(readFileSync(report, "utf8")) as Sarif;
  return runs.flatMap(({ results }) =>
    results.flatMap(({ ruleId, message, locations }) =>
      locations.map(({ physicalLocation: { artifactLocation, region } }): SpectFinding => {
        const file = basename(artifactLocation.uri);
        const code = readFileSync(join(copy, file), "utf8").split("\n")[region.startLine - 1] ?? "";
        return { rule: ruleId, file, line: region.startLine, code: code.trim(), message: message.text };
      }),
    ),
  );
}

/** Findings that no exception explains, and exceptions that no finding needs. */
export function unexplained(findings: readonly SpectFinding[], exceptions: readonly SpectException[]): string[] {
  const explains = (exception: SpectException, finding: SpectFinding): boolean =>
    exception.rule === finding.rule && exception.code === finding.code;
  return [
    ...findings
      .filter((finding) => !exceptions.some((exception) => explains(exception, finding)))
      .map(({ rule, file, line, code, message }) => `${file}:${line}: ${rule} ${message} (${code})`),
    ...exceptions
      .filter((exception) => !findings.some((finding) => explains(exception, finding)))
      .map(({ rule, code }) => `circomspect no longer reports ${rule} for ${code}: remove the exception`),
  ];
}

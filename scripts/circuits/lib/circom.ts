import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";

const require = createRequire(import.meta.url);

/** Optimisation level of every circuit. O2 would merge constraints across templates and can drop contradictory pins. */
export const CIRCOM_FLAGS = ["--O1"] as const;

export interface ConstraintCounts {
  readonly nonLinear: number;
  readonly linear: number;
}

export interface CompileResult {
  /** `name.r1cs`, `name.sym` and `name_js/` lie here. */
  readonly directory: string;
  readonly r1cs: string;
  readonly sym: string;
  readonly wasm: string;
  /** Known when the constraints are written. */
  readonly constraints: ConstraintCounts | undefined;
}

export interface CompileOptions {
  readonly flags?: readonly string[];
  readonly outputs?: readonly ("r1cs" | "wasm" | "sym")[];
  /** Seconds after which a run of the compiler counts as hung and is started again; more for large circuits. */
  readonly timeoutSeconds?: number;
}

/** A circuit of a development key compiles in a few seconds, on a busy machine in twenty. */
const TIMEOUT_SECONDS = 90;
/** Rarely the WebAssembly compiler has written everything and then never exits. */
const ATTEMPTS = 3;

/** Thrown when the compiler rejects a source; `output` is what it printed. */
export class CircomError extends Error {
  readonly output: string;

  constructor(source: string, output: string) {
    super(`circom rejected ${source}:\n${output}`);
    this.name = "CircomError";
    this.output = output;
  }
}

/** Version of the installed npm package that wraps the compiler. */
export function circomPackageVersion(): string {
  const manifest = JSON.parse(readFileSync(require.resolve("circom2/package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/**
 * Compiles one main component to R1CS, symbols and witness generator.
 *
 * The WebAssembly compiler only sees paths below its working directory, so everything is passed relative to the root.
 *
 * @param options optimisation level and outputs, which are for tests to change, and the time limit.
 * @throws CircomError with the output of the compiler.
 * @throws Error when the compiler hangs three times.
 */
export function runCircom(
  source: string,
  directory: string,
  { flags = CIRCOM_FLAGS, outputs = ["r1cs", "wasm", "sym"], timeoutSeconds = TIMEOUT_SECONDS }: CompileOptions = {},
): CompileResult {
  const root = repositoryRoot();
  mkdirSync(directory, { recursive: true });
  const args = [
    require.resolve("circom2/cli.js"),
    relative(root, source),
    ...outputs.map((output) => `--${output}`),
    ...flags,
    "-l",
    "node_modules",
    "-o",
    relative(root, directory),
  ];
  const { status, output } = runUntilExit(args, timeoutSeconds);
  if (status !== 0 || !output.includes("Everything went okay")) {
    throw new CircomError(relative(root, source), output);
  }

  const name = basename(source, ".circom");
  const js = join(directory, `${name}_js`);
  // The generated script is CommonJS, which its extension hides inside an ES module package.
  if (outputs.includes("wasm")) writeFileSync(join(js, "package.json"), '{ "type": "commonjs" }\n');
  return {
    directory,
    r1cs: join(directory, `${name}.r1cs`),
    sym: join(directory, `${name}.sym`),
    wasm: join(js, `${name}.wasm`),
    constraints: outputs.includes("r1cs")
      ? {
          nonLinear: count(output, /non-linear constraints: (\d+)/),
          linear: count(output, /^linear constraints: (\d+)/m),
        }
      : undefined,
  };
}

function runUntilExit(args: readonly string[], timeoutSeconds: number): { status: number | null; output: string } {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const run = spawnSync(process.execPath, args, {
      cwd: repositoryRoot(),
      encoding: "utf8",
      maxBuffer: 1 << 26,
      timeout: timeoutSeconds * 1000,
      killSignal: "SIGKILL",
    });
    if (run.error !== undefined && "code" in run.error && run.error.code === "ETIMEDOUT") continue;
    // eslint-disable-next-line no-control-regex
    const output = `${run.stdout}${run.stderr}`.replaceAll(/\u001b\[[0-9;]*m/g, "");
    return { status: run.status, output };
  }
  throw new Error(`the compiler did not exit within ${timeoutSeconds} s, ${ATTEMPTS} times: ${args.join(" ")}`);
}

function count(output: string, pattern: RegExp): number {
  const digits = pattern.exec(output)?.[1];
  if (digits === undefined) throw new Error(`the compiler did not print ${pattern}`);
  return Number(digits);
}

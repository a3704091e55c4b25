/**
 * Every test of the repository, in one command: `npm test`. Ends with the line `N passed, N failed`.
 *
 * `npm test -- PATTERN` runs only the TypeScript tests whose path contains PATTERN.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Counted as one test by its exit code when it prints no counts of its own. */
  readonly counted: boolean;
}

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const pattern = process.argv[2];
const files = globSync("test/**/*.test.ts").filter((file) => pattern === undefined || file.includes(pattern));
if (files.length === 0) {
  process.stderr.write(`no test file contains "${pattern}" in its path\n`);
  process.exit(1);
}

const whole: readonly Step[] = [
  { name: "checks", args: ["scripts/checks/all.ts"], counted: true },
  { name: "circuits", args: ["scripts/circuits/check.ts"], counted: false },
  { name: "Solidity tests", args: [HARDHAT, "test", "solidity"], counted: true },
];
const steps: readonly Step[] = [
  { name: "build contracts", args: [HARDHAT, "build"], counted: false },
  { name: "build circuits", args: ["scripts/circuits/compile.ts"], counted: false },
  ...(pattern === undefined ? whole : []),
  { name: "TypeScript tests", args: [HARDHAT, "test", "mocha", ...files.toSorted()], counted: true },
];

let passed = 0;
let failed = 0;
for (const step of steps) {
  const started = Date.now();
  process.stdout.write(`\n=== ${step.name}\n`);
  const { code, output } = await run(step.args);
  const [ok, bad] = step.counted ? [count(output, "passing"), count(output, "failing")] : [Number(code === 0), 0];
  passed += ok;
  // A step that failed without counting a failure crashed: that is one.
  failed += code === 0 ? bad : Math.max(bad, 1);
  process.stdout.write(
    `=== ${step.name}: ${code === 0 ? "ok" : `failed (exit ${code})`} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`,
  );
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/** Runs a Node program, shows what it prints, and returns it. */
function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk.toString());
        target.write(chunk);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: chunks.join("") }));
  });
}

/** Sum of the numbers before `word` at line ends, as test runners print them: `12 passing (3s)`. */
function count(output: string, word: "passing" | "failing"): number {
  // eslint-disable-next-line no-control-regex -- runners colour their counts
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  return [...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}

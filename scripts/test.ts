/**
 * Every test of the repository, in one command: `npm test`. Ends with the line `N passed, N failed`.
 *
 * Two things are run at a time, the longest first, because most of them keep one core busy. Each prints what it has to
 * say when it is done, so that the report of one is not torn apart by the other.
 *
 * `npm test -- PATTERN` runs only the TypeScript tests whose path contains PATTERN.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether it prints how many tests passed and failed. */
  readonly counted: boolean;
}

interface Result {
  readonly passed: number;
  readonly failed: number;
}

const LANES = 2;
const HEARTBEAT_MS = 60_000;
const HARDHAT = "node_modules/hardhat/dist/src/cli.js";

/** Groups of TypeScript tests that are run in a process each; a file belongs to the first that names it. */
const GROUPS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: "agents and demo", pattern: /^test\/(e2e|node)\// },
  { name: "circuits", pattern: /^test\/circuits\// },
  { name: "SDK and scripts", pattern: /^test\/(sdk|cli|scripts|ceremony)\// },
  { name: "markets", pattern: /^test\/(market|rounds|models|regression)\// },
  { name: "work, verifiers and court", pattern: /^test\/(work|committee|review|arbitration)\// },
  { name: "contracts", pattern: /^/ },
];

const pattern = process.argv[2];
const files = globSync("test/**/*.test.ts").filter((file) => pattern === undefined || file.includes(pattern));
if (files.length === 0) {
  process.stderr.write(`no test file contains "${pattern}" in its path\n`);
  process.exit(1);
}

const [agents, circuits, sdk, markets, court, contracts] = groupSteps();
const build: readonly Step[] = [
  { name: "build contracts", args: [HARDHAT, "build"], counted: false },
  { name: "build circuits", args: ["scripts/circuits/compile.ts"], counted: false },
];
const solidity: Step = { name: "Solidity tests", args: [HARDHAT, "test", "solidity", "--no-compile"], counted: true };
const checks: Step = { name: "checks", args: ["scripts/checks/all.ts"], counted: true };
const keys: Step = { name: "circuits against their manifest", args: ["scripts/circuits/check.ts"], counted: false };
const whole = pattern === undefined;
const steps = [agents, markets, whole ? solidity : undefined, court, contracts, circuits, sdk].filter(
  (step) => step !== undefined,
);
// The short ones come last, to fill up the lane that is free first.
const queue = whole ? [...steps, checks, keys] : steps;

const started = Date.now();
const results: Result[] = [];
for (const step of build) results.push(await perform(step));
if (results.every(({ failed }) => failed === 0)) {
  await Promise.all(Array.from({ length: LANES }, lane));
}
const sum = (key: keyof Result) => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`\nTook ${minutes(started)}.\n${sum("passed")} passed, ${sum("failed")} failed\n`);
process.exit(sum("failed") === 0 ? 0 : 1);

/** Takes steps from the queue until it is empty. */
async function lane(): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) results.push(await perform(step));
}

function groupSteps(): (Step | undefined)[] {
  return GROUPS.map(({ name }, index) => {
    const members = files.filter((file) => GROUPS.findIndex((group) => group.pattern.test(file)) === index);
    if (members.length === 0) return undefined;
    const args = [HARDHAT, "test", "mocha", "--no-compile", ...members.toSorted()];
    return { name: `TypeScript tests: ${name}`, args, counted: true };
  });
}

/** Runs a step and prints its output when it is done; a line a minute says that it still runs. */
async function perform(step: Step): Promise<Result> {
  const since = Date.now();
  process.stdout.write(`=== ${step.name} ...\n`);
  const heartbeat = setInterval(() => {
    process.stdout.write(`... ${step.name}: running for ${minutes(since)}\n`);
  }, HEARTBEAT_MS);
  const { code, output } = await run(step.args);
  clearInterval(heartbeat);
  const [ok, bad] = step.counted ? [count(output, "passing"), count(output, "failing")] : [Number(code === 0), 0];
  // A step that failed without counting a failure crashed, one that counted nothing ran nothing: that is one.
  const failed = code === 0 && ok > 0 ? bad : Math.max(bad, 1);
  const verdict = failed === 0 ? "ok" : `failed (exit ${code})`;
  process.stdout.write(`\n${output.trimEnd()}\n=== ${step.name}: ${verdict} in ${minutes(since)}\n\n`);
  return { passed: ok, failed };
}

/** Runs a Node program and returns what it printed. */
function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: chunks.join("") }));
  });
}

function minutes(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Sum of the numbers before `word` at line ends, as test runners print them: `12 passing (3s)`. */
function count(output: string, word: "passing" | "failing"): number {
  // eslint-disable-next-line no-control-regex -- runners colour their counts
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  return [...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))].reduce(
    (total, match) => total + Number(match[1]),
    0,
  );
}

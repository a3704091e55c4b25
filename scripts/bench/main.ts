/**
 * Measures gas, constraints and proving time, and writes docs/benchmarks.md with its plot and docs/gas-snapshot.json.
 *
 * `npm run bench -- --check` measures gas only, compares it with the snapshot, writes nothing, and exits 1 naming every
 * operation that moved by more than 1 %.
 */
import { build } from "../lib/build.ts";
import { measureConstraints } from "./constraints.ts";
import { compareGas, readSnapshot, writeSnapshot } from "./snapshot.ts";
import { TARGETS } from "./targets.ts";
import { trainAll } from "./training.ts";

/** Numbers of nodes that draws and weights are measured at; a million take a minute. */
const SIZES = [10, 1_000, 10_000, 1_000_000] as const;

const WIDTH = 72;

const check = process.argv.includes("--check");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--check");
if (unknown.length > 0) {
  process.stderr.write(`unknown argument ${unknown.join(" ")}; the only one is --check\n`);
  process.exit(1);
}

await build(print);
// Loaded late: contract types and artifacts exist only once they are built.
const [{ measureGas }, { measureProving }, { writeReport }] = await Promise.all([
  import("./gas.ts"),
  import("./proving.ts"),
  import("./report.ts"),
]);

print("Measuring gas ...");
const gas = await measureGas(printGas, { sizes: SIZES });
if (check) {
  const problems = compareGas(gas.gas, readSnapshot(), { complete: true });
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  print(
    problems.length === 0 ? "Gas is that of docs/gas-snapshot.json." : `Operations that moved: ${problems.length}.`,
  );
  process.exit(problems.length === 0 ? 0 : 1);
}

print("Counting constraints ...");
const constraints = measureConstraints();
for (const [key, { nonLinear }] of Object.entries(constraints.circuits)) print(`  ${key}: ${nonLinear} non-linear`);
for (const [bits, count] of Object.entries(constraints.perValue))
  print(`  committed value of ${bits}: ${count.toFixed(2)}`);

print("Timing provers ...");
const proving = await measureProving();
print(
  `  SDK / snarkjs fullprove: ${(proving.sdk / proving.fullProve).toFixed(2)}, SDK / snarkjs prove: ${(proving.sdk / proving.prove).toFixed(2)}`,
);

print("Training in fixed point and in doubles ...");
for (const [model, { firstLoss, fixedLoss, doubleLoss }] of Object.entries(trainAll())) {
  const [left, ratio] = [(100 * doubleLoss) / firstLoss, fixedLoss / doubleLoss];
  print(`  ${model}: ${left.toFixed(1)} % of the loss left in doubles, ${ratio.toFixed(4)} times that in fixed point`);
}

writeSnapshot(gas.gas);
writeReport({ gas, constraints, proving });
print("Wrote docs/benchmarks.md, docs/gas-against-nodes.svg and docs/gas-snapshot.json.");
process.exit(0);

function printGas(operation: string, whole: number): void {
  const { gas: target, per = 1 } = TARGETS[operation] ?? {};
  const mark = target === undefined ? "" : whole / per <= target ? `  <= ${target}` : `  > ${target}`;
  print(`  ${operation.padEnd(WIDTH)}${String(Math.round(whole / per)).padStart(9)}${mark}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

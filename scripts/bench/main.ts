/**
 * Measures gas, circuits and proofs, and writes docs/benchmarks.md with its plot and docs/gas-snapshot.json. Circuits and
 * proofs alone: `npm run bench:circuits`.
 *
 * `npm run bench -- --check` measures gas only, compares it with the snapshot, writes nothing, and exits 1 naming every
 * operation that moved by more than 1 %. `npm run bench -- --gas` measures and writes gas only: what docs/benchmarks.md says of
 * circuits stays.
 */
import { build } from "../lib/build.ts";
import { measureCircuits, writeCircuits } from "./circuits/measure.ts";
import { compareGas, readSnapshot, writeSnapshot } from "./snapshot.ts";
import { TARGETS } from "./targets.ts";

/** Numbers of nodes that draws and weights are measured at; a million take a minute. */
const SIZES = [10, 1_000, 10_000, 1_000_000] as const;

const WIDTH = 72;

const [check, gasOnly] = ["--check", "--gas"].map((option) => process.argv.includes(option));
const unknown = process.argv.slice(2).filter((argument) => argument !== "--check" && argument !== "--gas");
if (unknown.length > 0) {
  process.stderr.write(`unknown argument ${unknown.join(" ")}; there are --check and --gas\n`);
  process.exit(1);
}

await build(print);
// Loaded late: contract types and artifacts exist only once they are built.
const [{ measureGas }, { writeReport }] = await Promise.all([import("./gas.ts"), import("./report.ts")]);

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

writeSnapshot(gas.gas);
writeReport(gas);
if (!gasOnly) writeCircuits(await measureCircuits(print));
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

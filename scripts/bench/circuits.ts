/**
 * Measures circuits and proofs, and writes their part of docs/benchmarks.md.
 *
 * `npm run bench:circuits -- --recompile` compiles the circuits of realistic sizes as well, which takes minutes, and exits
 * 1 when the compiler counts other constraints than circuits/gadgets.json has. Gas is not measured but read from the snapshot.
 */
import { build } from "../lib/build.ts";
import { measureCircuits, writeCircuits } from "./circuits/measure.ts";

const unknown = process.argv.slice(2).filter((argument) => argument !== "--recompile");
if (unknown.length > 0) {
  process.stderr.write(`unknown argument ${unknown.join(" ")}; the only one is --recompile\n`);
  process.exit(1);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await build(print);
writeCircuits(await measureCircuits(print, { recompile: process.argv.includes("--recompile") }));
print("Wrote the part on circuits of docs/benchmarks.md.");
process.exit(0);

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { readManifest, repositoryRoot } from "@corex/sdk/circuits/manifest";

import { measureConstraints, perMultiplication } from "../constraints.ts";
import { readSnapshot } from "../snapshot.ts";
import { trainAll } from "../training.ts";
import { type CircuitMeasurements, circuitsSection } from "./report.ts";
import { withCircuitsPart } from "./section.ts";
import { measureTimes } from "./times.ts";

const FILE = join(repositoryRoot(), "docs/benchmarks.md");

/**
 * Counts, times and trains; gas is that of the snapshot. Needs compiled circuits and their keys.
 *
 * @param recompile whether the large circuits are compiled and not only read.
 */
export async function measureCircuits(
  print: (line: string) => void,
  { recompile = false } = {},
): Promise<CircuitMeasurements> {
  print(recompile ? "Compiling the large circuits ..." : "Counting constraints ...");
  const constraints = measureConstraints({ recompile });
  for (const circuit of [...constraints.circuits, ...constraints.sizes]) {
    const each = perMultiplication(circuit).toFixed(2);
    print(`  ${circuit.name}: ${circuit.constraints.nonLinear} non-linear, ${each} per multiply-accumulate`);
  }
  for (const [bits, count] of Object.entries(constraints.perValue)) {
    print(`  committed value of ${bits}: ${count.toFixed(2)}`);
  }
  print(`  activation: ${constraints.perActivation.toFixed(2)}`);

  print("Timing compiler and provers ...");
  const times = await measureTimes((line) => print(`  ${line}`));
  for (const { name, sdk, prove } of times.circuits)
    print(`  ${name}: SDK / snarkjs prove ${(sdk / prove).toFixed(2)}`);

  print("Training in fixed point and in doubles ...");
  const training = trainAll();
  for (const [model, { fixedLoss, doubleLoss }] of Object.entries(training)) {
    print(`  ${model}: ${(fixedLoss / doubleLoss).toFixed(4)} times the loss of doubles`);
  }
  return { manifest: readManifest(), constraints, times, training, gas: readSnapshot() };
}

/** Writes the part of docs/benchmarks.md between the marks, and nothing else of it. */
export function writeCircuits(measured: CircuitMeasurements): void {
  writeFileSync(FILE, withCircuitsPart(readFileSync(FILE, "utf8"), circuitsSection(measured)));
}

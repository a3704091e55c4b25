import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";

/** Gas of whole transactions, by operation. */
export type GasReport = Readonly<Record<string, number>>;

const SNAPSHOT = join(repositoryRoot(), "docs/gas-snapshot.json");

/** Proofs are random, so zero bytes in calldata vary; anything above this share is a change of the code. */
const TOLERANCE = 0.01;

/** The committed figures. */
export function readSnapshot(): GasReport {
  return JSON.parse(readFileSync(SNAPSHOT, "utf8")) as GasReport;
}

export function writeSnapshot(gas: GasReport): void {
  writeFileSync(SNAPSHOT, `${JSON.stringify(gas, null, 2)}\n`);
}

/**
 * Compares figures with those of the snapshot.
 *
 * @param complete whether `gas` must have every operation of the snapshot.
 * @returns a line per operation that is new, missing, or more than one percent away.
 */
export function compareGas(gas: GasReport, snapshot: GasReport, { complete }: { complete: boolean }): string[] {
  const changed = Object.entries(gas).flatMap(([operation, measured]) => {
    const expected = snapshot[operation];
    if (expected === undefined) return [`${operation}: ${measured} gas, not in the snapshot`];
    const share = (measured - expected) / expected;
    if (Math.abs(share) <= TOLERANCE) return [];
    return [`${operation}: ${measured} gas, the snapshot has ${expected} (${(100 * share).toFixed(1)} %)`];
  });
  const missing = Object.keys(snapshot).filter((operation) => gas[operation] === undefined);
  return [...changed, ...(complete ? missing.map((operation) => `${operation}: not measured any more`) : [])];
}

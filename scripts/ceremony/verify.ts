import { parseArgs } from "node:util";

import { checkCeremony, type Problems } from "./lib/check-ceremony.ts";
import { type Print, printLine } from "./lib/print.ts";
import type { CeremonyRecord } from "./lib/record.ts";
import { withStart } from "./lib/start.ts";
import { COMMON_OPTIONS, openCeremony } from "./lib/workspace.ts";

/**
 * `verify (--circuit KEY | --folder DIR) [--open] [--attestations DIR] [--ptau PATH | --download]`: checks a ceremony
 * from the sources of the circuit and the public powers of tau on, trusting nothing in the folder.
 *
 * `--open` accepts one that still lacks its beacon. `--attestations` compares with files NNNN.attestation.json that were
 * gathered where the contributors published them: only they show that none was left out.
 *
 * @returns whether everything is right.
 * @throws what `openCeremony` and `withStart` throw.
 */
export async function verify(args: readonly string[], print: Print = printLine): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { ...COMMON_OPTIONS, open: { type: "boolean", default: false }, attestations: { type: "string" } },
  });
  const workspace = await openCeremony(options, print);
  const { open, attestations } = options;
  const rows = await withStart(workspace, print, async (start) =>
    checkCeremony(workspace, start, { complete: !open, everyKey: true, attestations }, print),
  );
  printTable(workspace.record, rows, print);
  return rows.flat().length === 0;
}

function printTable({ circuit, phase1, contributions }: CeremonyRecord, rows: readonly Problems[], print: Print): void {
  const line = (cells: readonly string[]) =>
    print(cells.map((cell, i) => cell.padEnd([5, 13, 24, 18, 4][i] ?? 0)).join(" "));
  print(`\n${circuit.key} on ${phase1.file}`);
  line(["#", "kind", "name", "contribution", ""]);
  rows.forEach((problems, index) => {
    const { kind, name, contributionHash } = contributions[index - 1] ?? {
      kind: "start",
      name: "",
      contributionHash: "",
    };
    line([String(index), kind, name, contributionHash.slice(0, 16), problems.length === 0 ? "ok" : "WRONG"]);
    for (const problem of problems) print(`      ${problem}`);
  });
  const wrong = rows.flat().length;
  print(wrong === 0 ? "The ceremony is valid." : `The ceremony is NOT valid: ${wrong} problems.`);
}

import { globSync, readFileSync } from "node:fs";

const ID = /INV-[A-Z]+-\d+/g;

/** A row whose invariant no longer applies: numbers are never reused, so it stays. */
const RETIRED = /^\| INV-[A-Z]+-\d+ \| retired /;

/** Every invariant that a contract names is in docs/invariants.md, and every one there, unless retired, is named by a test. */
export function invariantsAreTested(): string[] {
  const rows = read("docs/invariants.md").split("\n");
  const documented = new Set(
    rows
      .filter((row) => !RETIRED.test(row))
      .join("\n")
      .match(ID) ?? [],
  );
  const named = new Set(globSync("contracts/**/*.sol").flatMap((file) => read(file).match(ID) ?? []));
  // Solidity identifiers cannot hold a hyphen: invariant_INV_MIN_1 tests INV-MIN-1.
  const tests = globSync("test/**/*.{ts,sol}").map((file) => read(file).replaceAll(/INV_([A-Z]+)_(\d+)/g, "INV-$1-$2"));
  const tested = new Set(tests.flatMap((text) => text.match(ID) ?? []));
  return [
    ...[...named]
      .filter((id) => !documented.has(id))
      .map((id) => `${id} is in a contract but not in docs/invariants.md`),
    ...[...documented].filter((id) => !tested.has(id)).map((id) => `${id} is named by no test`),
  ];
}

function read(file: string): string {
  return readFileSync(file, "utf8");
}

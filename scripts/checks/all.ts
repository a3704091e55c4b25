/**
 * What is written is checked: types, linters, formatting and the rules of this repository. Part of `npm test`, alone as
 * `npm run lint`. Ends with `N passing` and `N failing`, like the test runners.
 */
import { spawnSync } from "node:child_process";

import { dependenciesAreJustified } from "./dependencies.ts";
import { fileSizes } from "./file-sizes.ts";
import { invariantsAreTested } from "./invariants.ts";
import { linksResolve } from "./links.ts";
import { testsAreRun } from "./orphan-tests.ts";

/** Names a problem per line; empty when there is none. */
type Check = () => readonly string[];

const tool = (bin: string, ...args: string[]): Check => {
  return () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`node_modules/${bin}`, ...args], {
      encoding: "utf8",
    });
    return status === 0 ? [] : `${stdout}${stderr}`.trimEnd().split("\n");
  };
};

const CHECKS: Readonly<Record<string, Check>> = {
  "types (tsc)": tool("typescript/bin/tsc", "--noEmit"),
  "TypeScript lint (eslint)": tool("eslint/bin/eslint.js", "."),
  "Solidity lint (solhint)": tool(
    "solhint/solhint.js",
    "--disc",
    "--noPoster",
    "--max-warnings",
    "0",
    "contracts/**/*.sol",
  ),
  "formatting (prettier)": tool("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  "every test file is run": testsAreRun,
  "files are within their size": fileSizes,
  "every invariant is documented and tested": invariantsAreTested,
  "links in documents resolve": linksResolve,
  "every dependency is pinned and justified": dependenciesAreJustified,
};

let failing = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const problems = check();
  process.stdout.write(`  ${problems.length === 0 ? "ok  " : "FAIL"} ${name}\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
  failing += problems.length === 0 ? 0 : 1;
}
process.stdout.write(`\n  ${Object.keys(CHECKS).length - failing} passing\n`);
if (failing > 0) process.stdout.write(`  ${failing} failing\n`);
process.exit(failing === 0 ? 0 : 1);

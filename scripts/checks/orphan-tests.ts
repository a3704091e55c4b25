import { globSync, readFileSync } from "node:fs";

/** A file with test cases that no runner picks up is a test that silently does not run. */
export function testsAreRun(): string[] {
  const isRun = /\.(test\.ts|deep\.ts|t\.sol)$/;
  const isTest = /\b(it|test)\(["'`]|function (test|invariant)_?\w*\(/;
  return globSync("test/**/*.{ts,sol}")
    .filter((file) => !isRun.test(file) && isTest.test(readFileSync(file, "utf8")))
    .map((file) => `${file} has test cases, but its name is not *.test.ts, *.deep.ts or *.t.sol`);
}

/**
 * The slow profiles that `npm test` leaves out: long fuzzing and invariants, circuit mutation and many random vectors, and
 * the coverage of the contracts. An hour on two cores.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const STEPS = [
  { name: "Solidity fuzzing and invariants", args: [HARDHAT, "test", "solidity"] },
  { name: "deep TypeScript tests", args: [HARDHAT, "test", "mocha", ...globSync("test/**/*.deep.ts").toSorted()] },
  { name: "coverage", args: [HARDHAT, "test", "--coverage", ...globSync("test/**/*.{test.ts,t.sol}").toSorted()] },
];

const failed = STEPS.filter(({ name, args }) => {
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, COREX_DEEP: "1" } });
  return status !== 0;
});
console.log(
  failed.length === 0 ? "\nAll deep profiles passed." : `\nFailed: ${failed.map(({ name }) => name).join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);

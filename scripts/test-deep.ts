/**
 * The slow profiles that `npm test` leaves out: long fuzzing and invariants, circuit mutation, and the coverage of the
 * contracts. Fifteen minutes on two cores.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const CONTRACT_TESTS = globSync([
  "test/{token,mining,registry,libraries,market,verification,models,deploy}/*.{test.ts,t.sol}",
  "test/regression/*.test.ts",
]);
/** Instrumented code is larger, dearer and writes to memory; and proving in other processes covers no contract. */
const NOT_INSTRUMENTED = /gas\.test|wiring\.test|ProofWords|FM-43/;

const STEPS = [
  { name: "Solidity fuzzing and invariants", args: [HARDHAT, "test", "solidity"], deep: true },
  {
    name: "circuit mutation",
    args: [HARDHAT, "test", "mocha", ...globSync("test/**/*.deep.ts").toSorted()],
    deep: true,
  },
  {
    name: "coverage of the contracts",
    args: [HARDHAT, "--coverage", "test", ...CONTRACT_TESTS.filter((file) => !NOT_INSTRUMENTED.test(file)).toSorted()],
    deep: false,
  },
];

const failed = STEPS.filter(({ name, args, deep }) => {
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(process.execPath, args, {
    stdio: "inherit",
    env: deep ? { ...process.env, COREX_DEEP: "1" } : process.env,
  });
  return status !== 0;
});
console.log(
  failed.length === 0 ? "\nAll deep profiles passed." : `\nFailed: ${failed.map(({ name }) => name).join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);

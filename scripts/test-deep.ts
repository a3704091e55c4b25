/**
 * The slow profiles that `npm test` leaves out: long fuzzing and invariants, circuit mutation, coverage of the
 * contracts, and the scenes of the demo that take long.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const CONTRACT_TESTS = globSync([
  "test/{token,mining,registry,matching,reputation,staking,benchmark,market,rounds,work,committee,review,arbitration,data,verification,models,deploy}/*.{test.ts,t.sol}",
  "test/regression/*.test.ts",
]);
/** Instrumented code is larger, dearer and writes to memory; and proving in other processes covers no contract. */
const NOT_INSTRUMENTED =
  /gas(\.batch)?\.test|wiring\.test|ProofWords|BatchWords|BatchCall|SubmissionWords|FM-14|FM-43|distribution|million/;

const STEPS = [
  { name: "Solidity fuzzing and invariants", args: [HARDHAT, "test", "solidity"], deep: true },
  {
    name: "100,000 steps of vault and slasher against the reference model; a tree of a million nodes",
    args: [HARDHAT, "test", "mocha", "test/staking/differential.test.ts", "test/matching/million.test.ts"],
    deep: true,
  },
  {
    name: "circuits of few bits, exhaustively; fixed point against doubles on 10,000 batches of each kind",
    args: [HARDHAT, "test", "mocha", ...globSync("test/**/*.deep.ts").toSorted()],
    deep: true,
  },
  {
    name: "4,000 steps of each random walk of the review",
    args: [HARDHAT, "test", "mocha", ...globSync("test/review/*.random.test.ts").toSorted()],
    deep: true,
  },
  {
    name: "every scene of work that verifiers judge, with real processes",
    args: ["scripts/demo/main.ts", "--scene", "inference,labelling,free-training,dispute"],
    deep: false,
  },
  { name: "circuit mutation", args: ["scripts/circuits/mutate.ts"], deep: true },
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

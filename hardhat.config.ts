import { createRequire } from "node:module";

import hardhatToolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

const QUICK = { fuzz: { runs: 512 }, invariant: { runs: 32, depth: 64 } };

/** Over a million calls in all invariants together. */
const DEEP = { fuzz: { runs: 20_000 }, invariant: { runs: 500, depth: 250 } };

const COMPILER = {
  version: "0.8.37",
  // The compiler comes from the lock file: nothing is downloaded at build time.
  path: require.resolve("solc/soljson.js"),
};

/** Settings that optimise for so many runs of each function. */
const optimisedFor = (runs: number) => ({ evmVersion: "cancun", optimizer: { enabled: true, runs } });

export default defineConfig({
  plugins: [hardhatToolbox],
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
    compilers: [{ ...COMPILER, settings: optimisedFor(1_000) }],
    // These would be larger than a contract may be (EIP-170), or all but.
    overrides: {
      "contracts/market/TaskMarket.sol": { ...COMPILER, settings: optimisedFor(200) },
      "contracts/committee/VerifierCommittee.sol": { ...COMPILER, settings: optimisedFor(200) },
      "contracts/arbitration/Arbitration.sol": { ...COMPILER, settings: optimisedFor(200) },
      "contracts/market/WorkMarket.sol": { ...COMPILER, settings: optimisedFor(1) },
      "contracts/governance/TechnicalGovernor.sol": { ...COMPILER, settings: optimisedFor(200) },
      "contracts/governance/PolicyGovernor.sol": { ...COMPILER, settings: optimisedFor(200) },
    },
  },
  paths: {
    sources: "contracts",
    tests: { mocha: "test", solidity: "test" },
    ignition: "deploy",
  },
  test: {
    // Hardhat 3.17 has no named test profiles yet: `npm run test:deep` sets this variable.
    solidity: process.env.COREX_DEEP === undefined ? QUICK : DEEP,
    mocha: { timeout: 120_000 },
  },
  typechain: { outDir: "typechain-types" },
  networks: {
    // What a transaction costs depends on the second it is mined in: the first of a day or of a period writes more than its estimate.
    // So that no test depends on the hour it runs at, its chain begins in the morning of a fixed day.
    default: { type: "edr-simulated", gasMultiplier: 1.3, initialDate: "2026-06-01T06:00:00Z" },
    // The chain that `hardhat node --network devnet` serves: a block a second, and at once when a transaction comes in.
    devnet: { type: "edr-simulated", chainType: "l1", chainId: 31337, mining: { auto: true, interval: 1000 } },
    // An already running local chain: `npm run demo -- --keep`, or `npx hardhat node --hostname 127.0.0.1`.
    local: { type: "http", chainType: "l1", url: process.env.COREX_RPC_URL ?? "http://127.0.0.1:8545" },
    sepolia: {
      type: "http",
      chainType: "l1",
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
  },
});

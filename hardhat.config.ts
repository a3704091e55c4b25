import { createRequire } from "node:module";

import hardhatToolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatToolbox],
  solidity: {
    version: "0.8.37",
    // The compiler comes from the lock file: nothing is downloaded at build time.
    path: require.resolve("solc/soljson.js"),
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 10_000 },
    },
  },
  paths: {
    sources: "contracts",
    tests: { mocha: "test", solidity: "test" },
    ignition: "deploy",
  },
  typechain: { outDir: "typechain-types" },
  networks: {
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

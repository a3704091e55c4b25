import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CONTRACT_NAMES, loadDeployment, parseDeployment } from "@corex/sdk/contracts/deployment";

import { expectCorexError } from "../store/support/expect-corex-error.ts";

const ADDRESS = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const contracts = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, ADDRESS]));
const valid = { chainId: 31337, contracts };

// parseDeployment
// ├── when a field is not what it should be
// │   └── it throws CONFIG_INVALID naming field and value
// └── it returns the fields, with checksummed addresses
describe("parseDeployment", function () {
  const cases = [
    { name: "no object", value: [], says: /not an object/ },
    { name: "chainId zero", value: { ...valid, chainId: 0 }, says: /chainId is 0/ },
    { name: "chainId as text", value: { ...valid, chainId: "1" }, says: /chainId is 1, expected a positive integer/ },
    { name: "rpcUrl without scheme", value: { ...valid, rpcUrl: "localhost" }, says: /rpcUrl is "localhost"/ },
    { name: "negative fromBlock", value: { ...valid, fromBlock: -1 }, says: /fromBlock is -1/ },
    {
      name: "fromBlock as text",
      value: { ...valid, fromBlock: "7" },
      says: /fromBlock is "7", expected a block number/,
    },
    { name: "no contracts", value: { chainId: 1 }, says: /contracts is missing/ },
    {
      name: "an address that is none",
      value: { ...valid, contracts: { ...contracts, TaskMarket: "0x12" } },
      says: /contracts.TaskMarket is 0x12/,
    },
    {
      name: "the zero address",
      value: { ...valid, contracts: { ...contracts, MiningPool: `0x${"0".repeat(40)}` } },
      says: /contracts.MiningPool/,
    },
  ];
  for (const { name, value, says } of cases) {
    it(`refuses ${name}`, async function () {
      await expectCorexError(() => parseDeployment(value), "CONFIG_INVALID", says);
    });
  }

  it("returns the fields, with checksummed addresses", function () {
    const full = { ...valid, rpcUrl: "http://127.0.0.1:8545", fromBlock: 12 };
    const { contracts: checked, ...rest } = parseDeployment({ ...full, more: true });
    expect(rest).to.deep.equal({ chainId: 31337, rpcUrl: full.rpcUrl, fromBlock: 12 });
    expect(checked.TaskMarket).to.equal("0x5FbDB2315678afecb367f032d93F642f64180aa3");
  });
});

describe("loadDeployment", function () {
  it("names the file that is missing, or is no deployment", async function () {
    const folder = await mkdtemp(join(tmpdir(), "corex-deployment-"));
    try {
      const file = join(folder, "deployment.json");
      await expectCorexError(() => loadDeployment(file), "CONFIG_UNREADABLE", /cannot read the deployment file/);
      await writeFile(file, "{");
      await expectCorexError(() => loadDeployment(file), "CONFIG_INVALID", /deployment\.json is no deployment/);
      await writeFile(file, JSON.stringify(valid));
      expect(loadDeployment(file).chainId).to.equal(31337);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

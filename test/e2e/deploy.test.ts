import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseDeployment } from "@corex/sdk/contracts/deployment";

import { startChain, type LocalChain } from "../../scripts/lib/chain.ts";
import { runScript } from "./support/run-script.ts";

// npm run deploy, npm run audit:permissions
// ├── when no network is named
// │   └── deploying says how to name one
// └── given a running chain
//     ├── deploying writes the addresses
//     └── the audit finds no authority over token and pool
describe("npm run deploy and npm run audit:permissions", function () {
  let chain: LocalChain;
  let folder: string;
  const file = ".corex/deployments/local.json";
  const journal = "deploy/deployments/local";

  before(async function () {
    this.timeout(90_000);
    await rm(journal, { recursive: true, force: true });
    folder = await mkdtemp(join(tmpdir(), "corex-deploy-"));
    chain = await startChain(join(folder, "chain.log"));
  });

  after(async function () {
    await chain.child.stop();
    await rm(folder, { recursive: true });
    await rm(journal, { recursive: true, force: true });
    await rm(file, { force: true });
  });

  it("says how to name a network", async function () {
    const { code, output } = await runScript("scripts/deploy.ts", []);
    expect(code).to.equal(1);
    expect(output).to.contain("npm run deploy -- --network NETWORK");
  });

  it("deploys, writes the addresses, and passes the audit", async function () {
    this.timeout(120_000);
    const env = { COREX_RPC_URL: chain.rpcUrl };
    const deployed = await runScript("scripts/deploy.ts", ["--network", "local"], env);
    expect(deployed.code, deployed.output).to.equal(0);
    const { chainId } = parseDeployment(JSON.parse(await readFile(file, "utf8")));
    expect(chainId).to.equal(31337);

    const audit = await runScript("scripts/audit-permissions.ts", ["--network", "local", "--rpc", chain.rpcUrl]);
    expect(audit.code, audit.output).to.equal(0);
    expect(audit.output).to.match(/Nobody has authority over token and pool on local: \d+ checks passed/);
  });
});

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { type AuditCheck, type Deployment, auditPermissions } from "../../scripts/audit-permissions.ts";
import {
  DEFAULT_TERMS,
  SUPPLY,
  type Suite,
  TREASURY,
  deploySuite,
  endEpochWithRewards,
  ethers,
  loadFixture,
  networkHelpers,
} from "../support/fixtures.ts";

async function deploymentOf(suite: Suite): Promise<Deployment> {
  return {
    chainId: 31337,
    contracts: {
      CorexToken: await suite.token.getAddress(),
      MiningPool: await suite.pool.getAddress(),
      VotingPower: await suite.votes.getAddress(),
      RewardDistributor: await suite.distributor.getAddress(),
      AccessManager: await suite.manager.getAddress(),
      NodeRegistry: await suite.registry.getAddress(),
      // Any spelling of an address will do.
      FeeRouter: (await suite.feeRouter.getAddress()).toLowerCase(),
    },
  };
}

async function failuresOf(deployment: Deployment): Promise<AuditCheck[]> {
  const { checks } = await auditPermissions({ provider: ethers.provider, deployment, artifactsDir: "artifacts" });
  return checks.filter(({ ok }) => !ok);
}

// auditPermissions
// ├── when the suite is as deployed
// │   └── it passes every check
// ├── when rewards were paid, fees burned and returned
// │   └── it passes every check
// ├── when the token has an owner who can mint
// │   └── it fails code, functions, owner and storage
// ├── when the pool's distributor is an account
// │   └── it fails the pool's immutables and the distributor's code
// ├── when the token belongs to another pool
// │   └── it fails
// ├── when the distributor is another suite's
// │   └── it fails the pool's immutables
// ├── when the AccessManager was told about the pool or the token
// │   └── it fails the history
// ├── when code or storage was tampered with
// │   ├── it fails the code for a single changed byte, and names the forbidden instruction
// │   ├── it fails the proxy slots, and any slot that should be empty
// │   └── it fails a supply or a ledger that no event explains
// ├── when the chain is another
// │   └── it fails the chain id
// ├── when the deployment leaves a contract out
// │   └── it names the contract
// └── when the command finds no deployment, or no chain
//     └── it says so and exits with 1
describe("auditPermissions", function () {
  describe("when the suite is as deployed", function () {
    it("passes every check", async function () {
      const suite = await loadFixture(deploySuite);
      const { checks } = await auditPermissions({
        provider: ethers.provider,
        deployment: await deploymentOf(suite),
        artifactsDir: "artifacts",
      });
      expect(checks.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(checks).to.have.length(21);
    });
  });

  describe("when rewards were paid, fees burned and returned", function () {
    it("passes every check", async function () {
      const suite = await loadFixture(deploySuite);
      await endEpochWithRewards(suite, 10n ** 12n);
      await suite.distributor.settle([1]);
      await suite.feeRouter.connect(suite.operations).setShares(3_000, 0);
      await suite.feeRouter.flush();
      expect(await suite.token.totalSupply()).to.be.lessThan(await suite.token.INITIAL_SUPPLY());
      expect(await failuresOf(await deploymentOf(suite))).to.deep.equal([]);
    });
  });

  describe("when the token has an owner who can mint", function () {
    it("fails code, functions, owner and storage", async function () {
      const suite = await loadFixture(deploySuite);
      const token = await ethers.deployContract("OwnedTokenDouble", [suite.pool]);
      const deployment = await deploymentOf(suite);
      const failures = await failuresOf({
        ...deployment,
        contracts: { ...deployment.contracts, CorexToken: await token.getAddress() },
      });
      const names = failures.map(({ name }) => name);
      expect(names).to.include.members([
        "CorexToken: code is the compiled code",
        "CorexToken: state-changing functions",
        "CorexToken: no owner, authority or proxy",
        "CorexToken: storage",
        "MiningPool: immutables",
        "token, pool and distributor name each other",
      ]);
    });
  });

  describe("when the pool's distributor is an account", function () {
    it("fails the pool's immutables and the distributor's code", async function () {
      const suite = await loadFixture(deploySuite);
      const pool = await ethers.deployContract("MiningPool", [suite.stranger, suite.votes]);
      const deployment = await deploymentOf(suite);
      const contracts = {
        ...deployment.contracts,
        MiningPool: await pool.getAddress(),
        CorexToken: await pool.token(),
      };
      const honestName = (await failuresOf({ ...deployment, contracts })).map(({ name }) => name);
      expect(honestName).to.deep.equal(["MiningPool: immutables", "token, pool and distributor name each other"]);

      const failures = await failuresOf({
        ...deployment,
        contracts: { ...contracts, RewardDistributor: await suite.stranger.getAddress() },
      });
      expect(failures.map(({ name }) => name)).to.include("RewardDistributor: code is the compiled code");
      expect(failures.find(({ name }) => name.startsWith("RewardDistributor"))?.detail).to.match(/is not a contract/);
    });
  });

  describe("when the token belongs to another pool", function () {
    it("fails", async function () {
      const suite = await loadFixture(deploySuite);
      const token = await ethers.deployContract("CorexToken", [suite.stranger, suite.votes]);
      const deployment = await deploymentOf(suite);
      const failures = await failuresOf({
        ...deployment,
        contracts: { ...deployment.contracts, CorexToken: await token.getAddress() },
      });
      expect(failures.map(({ name }) => name)).to.include.members([
        "MiningPool: immutables",
        "token, pool and distributor name each other",
        "supply: minted once, to the pool",
        "supply: what left the pool was released",
      ]);
    });
  });

  describe("when the distributor is another suite's", function () {
    it("fails", async function () {
      const suite = await loadFixture(deploySuite);
      const distributor = await ethers.deployContract("RewardDistributor", [
        suite.manager,
        suite.registry,
        DEFAULT_TERMS,
        TREASURY,
        suite.votes,
      ]);
      const deployment = await deploymentOf(suite);
      const failures = await failuresOf({
        ...deployment,
        contracts: { ...deployment.contracts, RewardDistributor: await distributor.getAddress() },
      });
      expect(failures.map(({ name }) => name)).to.deep.equal([
        "MiningPool: immutables",
        "token, pool and distributor name each other",
      ]);
    });
  });

  describe("when the AccessManager was told about the pool or the token", function () {
    it("fails the history", async function () {
      const suite = await loadFixture(deploySuite);
      await suite.manager.setTargetFunctionRole!(suite.pool, ["0x00000000"], 1);
      await suite.manager.setTargetClosed!(suite.token, true);
      const failures = await failuresOf(await deploymentOf(suite));
      expect(failures.map(({ name }) => name)).to.deep.equal([
        "CorexToken: unknown to the AccessManager",
        "MiningPool: unknown to the AccessManager",
      ]);
    });
  });

  describe("when code or storage was tampered with", function () {
    it("fails the code for a single changed byte, and names the forbidden instruction", async function () {
      const suite = await loadFixture(deploySuite);
      const code = await ethers.provider.getCode(suite.pool);
      await networkHelpers.setCode(await suite.pool.getAddress(), `${code.slice(0, 2)}5ff4${code.slice(6)}`);
      const failures = await failuresOf(await deploymentOf(suite));
      const named = new Map(failures.map(({ name, detail }) => [name, detail]));
      expect(named.get("MiningPool: code is the compiled code")).to.match(/differs from the artifact of MiningPool/);
      expect(named.get("MiningPool: no dangerous instruction")).to.equal("DELEGATECALL at 1");
    });

    it("fails the proxy slots, and any slot that should be empty", async function () {
      const suite = await loadFixture(deploySuite);
      const slot = ethers.toBeHex(BigInt(ethers.id("eip1967.proxy.admin")) - 1n, 32);
      await networkHelpers.setStorageAt(await suite.token.getAddress(), slot, 1);
      await networkHelpers.setStorageAt(await suite.pool.getAddress(), 3, 1);
      const failures = await failuresOf(await deploymentOf(suite));
      expect(failures.map(({ name }) => name)).to.deep.equal([
        "CorexToken: no owner, authority or proxy",
        "MiningPool: storage",
      ]);
    });

    it("fails a supply or a ledger that no event explains", async function () {
      const suite = await loadFixture(deploySuite);
      await networkHelpers.setStorageAt(await suite.token.getAddress(), 2, SUPPLY + 1n);
      await networkHelpers.setStorageAt(await suite.pool.getAddress(), 1, 5);
      const failures = await failuresOf(await deploymentOf(suite));
      expect(failures.map(({ name }) => name)).to.deep.equal([
        "MiningPool: storage",
        "supply: minted once, to the pool",
        "supply: what left the pool was released",
      ]);
    });
  });

  describe("when the chain is another", function () {
    it("fails the chain id", async function () {
      const suite = await loadFixture(deploySuite);
      const failures = await failuresOf({ ...(await deploymentOf(suite)), chainId: 1 });
      expect(failures).to.deep.equal([{ name: "chain id", ok: false, detail: "chain id: found 31337, expected 1" }]);
    });
  });

  describe("when the deployment leaves a contract out", function () {
    it("names the contract", async function () {
      const suite = await loadFixture(deploySuite);
      const { AccessManager, ...contracts } = (await deploymentOf(suite)).contracts;
      expect(AccessManager).to.not.equal(undefined);
      const failures = await failuresOf({ chainId: 31337, contracts });
      expect(failures.map(({ detail }) => detail)).to.include("the deployment names no AccessManager");
    });
  });

  describe("when the command finds no deployment, or no chain", function () {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ["scripts/audit-permissions.ts", "--network", "nowhere", ...args], {
        encoding: "utf8",
      });

    it("says so and exits with 1", async function () {
      const suite = await loadFixture(deploySuite);
      const missing = run("--deployment", "/nonexistent/nowhere.json");
      expect(missing.stderr).to.match(/AUDIT FAILED: ENOENT.*nowhere\.json/);
      expect(missing.status).to.equal(1);

      const folder = await mkdtemp(path.join(tmpdir(), "corex-audit-"));
      const file = path.join(folder, "deployment.json");
      await writeFile(file, JSON.stringify(await deploymentOf(suite)));
      const silent = run("--deployment", file, "--rpc", "http://127.0.0.1:9");
      await rm(folder, { recursive: true });
      expect(silent.stderr).to.match(/AUDIT FAILED: no chain answers at http:\/\/127\.0\.0\.1:9/);
      expect(silent.status).to.equal(1);
    });
  });
});

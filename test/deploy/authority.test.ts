import { readFileSync, globSync } from "node:fs";

import { expect } from "chai";
import { id, Interface } from "ethers";

import { AUTHORITY, PARAMETER_DELAY, ROLES, type RoleName } from "../../deploy/authority.ts";
import HandOver from "../../deploy/modules/HandOver.ts";
import { connection, deployBare, ethers, loadFixture, PARAMETERS } from "../support/market/suite.ts";

const ROLE_NAMES = Object.keys(ROLES) as RoleName[];
const selectorOf = (signature: string) => id(signature).slice(0, 10);

/** Functions with the `restricted` modifier, read from the sources, by contract. */
function restrictedFunctions(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync("contracts/**/*.sol")) {
    const source = readFileSync(file, "utf8").replaceAll(/\/\/.*$/gm, "");
    const contract = /^contract (\w+)/m.exec(source)?.[1];
    const functions = [...source.matchAll(/function (\w+)\([^{};]*?\brestricted\b[^{};]*\{/g)].map(
      ([, name = ""]) => name,
    );
    if (contract !== undefined && functions.length > 0) found.set(contract, functions);
  }
  return found;
}

/** The deployed contracts of the table, and one account that has each role and no other. */
async function deployWithRoles() {
  const bare = await deployBare();
  const { accessManager, signer } = bare;
  const holders = new Map<RoleName, string>();
  for (const [index, name] of ROLE_NAMES.entries()) {
    await accessManager.grantRole(ROLES[name], signer(12 + index), 0);
    holders.set(name, signer(12 + index).address);
  }
  const targets = {
    NodeRegistry: bare.nodeRegistry,
    RewardDistributor: bare.rewardDistributor,
    FeeRouter: bare.feeRouter,
    CircuitRegistry: bare.circuitRegistry,
    TaskMarket: bare.market,
  } as const;
  return { ...bare, holders, targets };
}

// The table of authority, against the deployed AccessManager
// ├── roles: equal to contracts/types/Roles.sol
// ├── lines: each names a function of the ABI that is restricted; each restricted function has a line
// ├── every role x every line: allowed exactly where the table says
// ├── a function without a line belongs to ADMIN
// ├── who holds what after the deployment: the market alone reports
// └── HandOver takes every role from the deploying account and delays parameters
describe("Authority table", function () {
  it("numbers the roles as the contracts do", function () {
    const source = readFileSync("contracts/types/Roles.sol", "utf8");
    const constants = [...source.matchAll(/uint64 internal constant (\w+) = (\d+);/g)].map(([, name, value]) => [
      name,
      BigInt(value ?? 0),
    ]);
    expect({ ADMIN: 0n, ...Object.fromEntries(constants) }).to.deep.equal(ROLES);
  });

  it("names exactly the restricted functions, by selectors that exist", async function () {
    const { targets } = await loadFixture(deployWithRoles);
    const named = new Map<string, string[]>();
    for (const { contract, signature } of AUTHORITY) {
      const fragment = (targets[contract].interface as Interface).getFunction(selectorOf(signature));
      expect(fragment?.format("sighash"), signature).to.equal(signature);
      named.set(contract, [...(named.get(contract) ?? []), fragment?.name ?? ""]);
    }
    const sorted = (map: Map<string, string[]>) =>
      [...map].map(([contract, names]) => [contract, names.toSorted()]).toSorted();
    expect(sorted(named)).to.deep.equal(sorted(restrictedFunctions()));
  });

  for (const { contract, signature, role } of AUTHORITY) {
    it(`lets ${role} and nobody else call ${contract}.${signature.split("(")[0]}`, async function () {
      const { accessManager, holders, targets, stranger, signer } = await loadFixture(deployWithRoles);
      const target = targets[contract];
      const selector = selectorOf(signature);
      expect(await accessManager.getTargetFunctionRole(target, selector)).to.equal(ROLES[role]);
      for (const name of ROLE_NAMES) {
        const [allowed, delay] = await accessManager.canCall(holders.get(name) ?? "", target, selector);
        expect([allowed, delay], name).to.deep.equal([name === role, 0n]);
      }
      for (const account of [stranger, signer(2), target]) {
        expect((await accessManager.canCall(account, target, selector))[0]).to.equal(false);
      }
    });
  }

  it("leaves every function without a line to ADMIN", async function () {
    const { accessManager, targets } = await loadFixture(deployWithRoles);
    for (const [contract, target] of Object.entries(targets)) {
      const listed = new Set(
        AUTHORITY.filter((line) => line.contract === contract).map(({ signature }) => selectorOf(signature)),
      );
      const selectors: string[] = [];
      (target.interface as Interface).forEachFunction(({ selector }) => selectors.push(selector));
      for (const selector of selectors.filter((candidate) => !listed.has(candidate))) {
        expect(await accessManager.getTargetFunctionRole(target, selector)).to.equal(ROLES.ADMIN);
      }
    }
  });

  it("grants reporting to the market alone", async function () {
    const { accessManager, admin, market, escrow, models } = await loadFixture(deployBare);
    expect((await accessManager.hasRole(ROLES.REPORTER, market))[0]).to.equal(true);
    for (const account of [admin, escrow, models]) {
      expect((await accessManager.hasRole(ROLES.REPORTER, account))[0]).to.equal(false);
    }
  });

  it("reaches neither token, pool, escrow, verifier, scheduler nor models", async function () {
    const { token, miningPool, escrow, proofVerifier, scheduler, models } = await loadFixture(deployBare);
    for (const contract of [token, miningPool, escrow, proofVerifier, scheduler, models]) {
      for (const name of ["authority", "owner", "setAuthority", "upgradeTo", "pause", "grantRole"]) {
        expect((contract.interface as Interface).getFunction(name), name).to.equal(null);
      }
    }
  });

  it("puts every restricted contract under the one manager", async function () {
    const { accessManager, targets } = await loadFixture(deployWithRoles);
    for (const target of Object.values(targets)) expect(await target.authority()).to.equal(accessManager.target);
  });

  it("hands ADMIN and PARAMETERS over, the latter with its delay, and leaves no role behind", async function () {
    const fresh = await connection.ignition.deploy(HandOver, {
      parameters: { ...localParameters(), HandOver: { admin: ADMIN, parameters: COMMITTEE } },
    });
    const manager = await ethers.getContractAt("AccessManager", await fresh.accessManager.getAddress());
    const [deployer] = await ethers.getSigners();
    expect((await manager.hasRole(ROLES.ADMIN, ADMIN))[0]).to.equal(true);
    expect(await manager.hasRole(ROLES.PARAMETERS, COMMITTEE)).to.deep.equal([true, BigInt(PARAMETER_DELAY)]);
    for (const name of ROLE_NAMES) {
      expect((await manager.hasRole(ROLES[name], deployer?.address ?? ""))[0], name).to.equal(false);
    }
    await expect(manager.grantRole(ROLES.REPORTER, ADMIN, 0)).to.be.revertedWithCustomError(
      manager,
      "AccessManagerUnauthorizedAccount",
    );
  });
});

/** The parameters of a local deployment: Ignition writes large numbers as "123n". */
function localParameters(): Record<string, Record<string, number | bigint>> {
  const revive = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(readFileSync(PARAMETERS, "utf8"), revive) as Record<string, Record<string, number | bigint>>;
}

/** Stands for the contract that the holders of ADMIN control together. */
const ADMIN = "0x00000000000000000000000000000000000ad317";

/** Stands for the Operations Committee. */
const COMMITTEE = "0x00000000000000000000000000000000000c0317";

import { readFileSync, globSync } from "node:fs";

import { expect } from "chai";
import { id, Interface, toBeHex } from "ethers";

import { AUTHORITY, CONTRACT_ROLES, ROLES, type RoleName } from "../../deploy/authority.ts";
import { GUARDIANS, TENURES } from "../../deploy/holders.ts";
import HandOver from "../../deploy/modules/HandOver.ts";
import {
  connection,
  deployBare,
  deployCorex,
  ethers,
  loadFixture,
  PARAMETERS,
  type Corex,
} from "../support/market/suite.ts";

const ROLE_NAMES = Object.keys(ROLES) as RoleName[];
const selectorOf = (signature: string) => id(signature).slice(0, 10);

/** Functions with the `restricted` modifier, read from the sources, by contract; those of its bases are its own. */
function restrictedFunctions(): Map<string, string[]> {
  const sources = new Map<string, { bases: string[]; functions: string[]; isAbstract: boolean }>();
  for (const file of globSync("contracts/**/*.sol")) {
    const source = readFileSync(file, "utf8").replaceAll(/\/\/.*$/gm, "");
    const head = /^(abstract )?contract (\w+)(?: is ([^{]+))?/m.exec(source);
    if (head === null) continue;
    const [, abstract, name = "", bases = ""] = head;
    const functions = [...source.matchAll(/function (\w+)\([^{};]*?\brestricted\b[^{};]*\{/g)];
    sources.set(name, {
      bases: bases.split(",").map((base) => base.trim()),
      functions: functions.map(([, restricted = ""]) => restricted),
      isAbstract: abstract !== undefined,
    });
  }
  const inherited = (name: string): string[] => {
    const { bases, functions } = sources.get(name) ?? { bases: [], functions: [] };
    return [...functions, ...bases.flatMap(inherited)];
  };
  const deployed = [...sources].filter(([, { isAbstract }]) => !isAbstract).map(([name]) => name);
  return new Map(
    deployed.map((name) => [name, inherited(name)] as const).filter(([, functions]) => functions.length > 0),
  );
}

/** The deployed contracts of the table, with the holders that the deployment leaves alone. */
async function deployWithoutPeople() {
  const corex = await deployCorex(connection);
  return { ...corex, targets: targetsOf(corex) };
}

async function addressesOf(contracts: readonly { getAddress(): Promise<string> }[]): Promise<string[]> {
  return Promise.all(contracts.map(async (contract) => contract.getAddress()));
}

/** The contracts of the table. */
function targetsOf(corex: Corex) {
  return {
    NodeRegistry: corex.nodeRegistry,
    RewardDistributor: corex.rewardDistributor,
    FeeRouter: corex.feeRouter,
    Scheduler: corex.scheduler,
    Reputation: corex.reputation,
    StakeVault: corex.vault,
    Slasher: corex.slasher,
    BenchmarkRegistry: corex.benchmarks,
    VerifierCommittee: corex.committee,
    CircuitRegistry: corex.circuitRegistry,
    TaskMarket: corex.market,
    RoundMarket: corex.rounds,
    WorkMarket: corex.workMarket,
    WorkReview: corex.workReview,
    Treasury: corex.treasury,
    Parameters: corex.parameters,
    SelectorRegistry: corex.selectors,
    GrantStream: corex.grants,
    BuybackAuction: corex.buyback,
    DeveloperRegistry: corex.developers,
    Council: corex.council,
    GovernanceRewards: corex.voteRewards,
  } as const;
}

/** The deployed contracts of the table, and one account that has each role and no other. */
async function deployWithRoles() {
  const bare = await deployBare();
  const { accessManager } = bare;
  const holders = new Map<RoleName, string>();
  for (const [index, name] of ROLE_NAMES.entries()) {
    const holder = toBeHex(0x40000 + index, 20);
    await accessManager.grantRole(ROLES[name], holder, 0);
    holders.set(name, holder);
  }
  const targets = targetsOf(bare);
  return { ...bare, holders, targets };
}

// The table of authority, against the deployed AccessManager
// ├── roles: equal to contracts/types/Roles.sol
// ├── lines: each names a function of the ABI that is restricted; each restricted function has a line
// ├── every role x every line: allowed exactly where the table says
// ├── a function without a line belongs to ADMIN
// ├── who holds what after the deployment: each contract what its modules need, people what committees have
// └── HandOver gives committees their roles, ADMIN to the handover, and takes every role from the deploying account
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

  it("grants the roles of contracts to exactly the contracts of the list", async function () {
    const { accessManager, targets, ...suite } = await loadFixture(deployWithoutPeople);
    const everybody = {
      ...targets,
      AccessManager: accessManager,
      MiningPool: suite.miningPool,
      CorexToken: suite.token,
      ProofVerifier: suite.proofVerifier,
      TaskEscrow: suite.escrow,
      RoundEscrow: suite.roundEscrow,
      WorkEscrow: suite.workEscrow,
      BlockEntropy: suite.entropy,
      Explainer: suite.explainer,
      ModelRegistry: suite.models,
      ModelMetrics: suite.modelMetrics,
      ModelContributions: suite.contributions,
      DatasetRegistry: suite.datasets,
      Arbitration: suite.arbitration,
      JurorPool: suite.jurorPool,
      VotingPower: suite.votes,
      ContributionUnits: suite.contributionUnits,
      CouncilPowers: suite.councilPowers,
      PolicyTimelock: suite.policyTimelock,
      TechnicalTimelock: suite.technicalTimelock,
      PolicyRegistry: suite.policies,
      SupportGovernor: suite.support,
      PolicyGovernor: suite.policyGovernor,
      TechnicalGovernor: suite.technicalGovernor,
      Handover: suite.handover,
    };
    for (const role of ROLE_NAMES) {
      const expected = CONTRACT_ROLES.filter((line) => line.role === role).map(({ contract }) => contract as string);
      const actual: string[] = [];
      for (const [name, contract] of Object.entries(everybody)) {
        if ((await accessManager.hasRole(ROLES[role], contract))[0]) actual.push(name);
      }
      expect(actual.toSorted(), role).to.deep.equal(expected.toSorted());
    }
  });

  it("grants no person a role of contracts but what committees have: not by any grant there ever was", async function () {
    const suite = await loadFixture(deployWithoutPeople);
    const { accessManager, targets } = suite;
    const granted = await accessManager.queryFilter(accessManager.filters.RoleGranted());
    const holders = [suite.arbitration, suite.technicalTimelock, suite.councilPowers, suite.handover];
    const all = [...Object.values(targets), ...holders];
    const contracts = new Set((await addressesOf(all)).map((address) => address.toLowerCase()));
    const people = new Map<bigint, number>();
    for (const { args } of granted) {
      if (!contracts.has(args.account.toLowerCase())) people.set(args.roleId, (people.get(args.roleId) ?? 0) + 1);
    }
    // Until `HandOver` the deploying account stands for the committees, and changes parameters.
    const shared = (["DISCIPLINE", "SECURITY", "EXECUTIVE", "PARAMETERS"] as const).map((name) => ROLES[name]);
    const ofContracts = CONTRACT_ROLES.map(({ role }) => ROLES[role]).filter((role) => !shared.includes(role as never));
    for (const role of ofContracts) expect(people.get(role) ?? 0, String(role)).to.equal(0);
    for (const role of shared) expect(people.get(role), String(role)).to.equal(1);
    // REPORTER and what a market can do to nodes and stake: the three markets.
    const addresses = await addressesOf([targets.TaskMarket, targets.RoundMarket, targets.WorkMarket]);
    const markets = addresses.map((address) => address.toLowerCase());
    for (const role of [ROLES.MARKET, ROLES.REPORTER]) {
      const reporters = granted
        .filter(({ args }) => args.roleId === role)
        .map(({ args }) => args.account.toLowerCase());
      expect(reporters.toSorted()).to.deep.equal(markets.toSorted());
    }
  });

  it("reaches neither token, pool, escrow, verifier, entropy, explainer, records nor court", async function () {
    const suite = await loadFixture(deployBare);
    const { token, miningPool, escrow, roundEscrow, workEscrow, proofVerifier, entropy, explainer } = suite;
    const escrows = [escrow, roundEscrow, workEscrow];
    const records = [suite.models, suite.modelMetrics, suite.contributions, suite.datasets];
    const court = [suite.arbitration, suite.jurorPool];
    for (const contract of [token, miningPool, ...escrows, proofVerifier, entropy, explainer, ...records, ...court]) {
      for (const name of ["authority", "owner", "setAuthority", "upgradeTo", "pause", "grantRole"]) {
        expect((contract.interface as Interface).getFunction(name), name).to.equal(null);
      }
    }
  });

  it("puts every restricted contract under the one manager", async function () {
    const { accessManager, targets } = await loadFixture(deployWithRoles);
    for (const target of Object.values(targets)) expect(await target.authority()).to.equal(accessManager.target);
  });

  it("gives committees their roles with their delays, ADMIN to the handover, and leaves the deploying account none", async function () {
    const fresh = await connection.ignition.deploy(HandOver, {
      parameters: { ...localParameters(), $global: COMMITTEES },
    });
    const manager = await ethers.getContractAt("AccessManager", await fresh.accessManager.getAddress());
    const [deployer] = await ethers.getSigners();
    for (const { role, holder, delays } of TENURES) {
      if (holder === "TechnicalTimelock") continue;
      const { [holder]: account } = ADDRESSES;
      const expected = delays[0] === undefined ? [false, 0n] : [true, BigInt(delays[0])];
      expect(await manager.hasRole(ROLES[role], account), `${role} of ${holder}`).to.deep.equal(expected);
    }
    for (const { role, guardian } of GUARDIANS)
      expect(await manager.getRoleGuardian(ROLES[role])).to.equal(ROLES[guardian]);
    for (const name of ROLE_NAMES) {
      expect((await manager.hasRole(ROLES[name], deployer?.address ?? ""))[0], name).to.equal(false);
    }
    // What contracts need they keep.
    const granted = (await manager.queryFilter(manager.filters.RoleGranted())).map(({ args }) => args);
    for (const name of new Set(CONTRACT_ROLES.map(({ role }) => role))) {
      const kept: string[] = [];
      for (const { roleId, account } of granted.filter((grant) => grant.roleId === ROLES[name])) {
        if ((await manager.hasRole(roleId, account))[0]) kept.push(account);
      }
      const people = TENURES.filter(
        ({ role, holder, delays }) => role === name && holder !== "TechnicalTimelock" && delays[0] !== undefined,
      );
      const contracts = CONTRACT_ROLES.filter(({ role }) => role === name);
      expect(new Set(kept).size, name).to.equal(contracts.length + people.length);
    }
    await expect(manager.grantRole(ROLES.REPORTER, ADDRESSES.ExecutiveCommittee, 0)).to.be.revertedWithCustomError(
      manager,
      "AccessManagerUnauthorizedAccount",
    );
  });
});

type IgnitionParameters = Record<string, Record<string, number | bigint | string | Record<string, number | bigint>[]>>;

/** The parameters of a local deployment: Ignition writes large numbers as "123n". */
function localParameters(): IgnitionParameters {
  const revive = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(readFileSync(PARAMETERS, "utf8"), revive) as IgnitionParameters;
}

/** Stand for the contracts that the members of each committee control together. */
const ADDRESSES = {
  ExecutiveCommittee: "0x00000000000000000000000000000000000e0317",
  OperationsCommittee: "0x00000000000000000000000000000000000c0317",
  SecurityCommittee: "0x00000000000000000000000000000000000d0317",
} as const;

const COMMITTEES = {
  executive: ADDRESSES.ExecutiveCommittee.toLowerCase(),
  operations: ADDRESSES.OperationsCommittee.toLowerCase(),
  security: ADDRESSES.SecurityCommittee.toLowerCase(),
};

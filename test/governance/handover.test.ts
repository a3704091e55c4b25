// The one-way road: what each phase gives and takes, when it may begin, and that nobody can go back.
import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { Interface, id } from "ethers";

import { AUTHORITY, CONTRACT_ROLES, ROLES, type RoleName } from "../../deploy/authority.ts";
import { phaseCalls } from "../../deploy/handover-plan.ts";
import { PHASES, TENURES } from "../../deploy/holders.ts";
import HandOver from "../../deploy/modules/HandOver.ts";
import {
  CXT,
  DAY,
  PARAMETERS,
  connection,
  deployCorex,
  ethers,
  loadFixture,
  networkHelpers,
  time,
} from "../support/market/suite.ts";
import { auditPermissions } from "../../scripts/audit-permissions.ts";

const SNAPSHOT = "docs/authority.json";
const ADMIN = 0n;

/** Contracts that the members of each committee control together. */
const COMMITTEES = {
  executive: "0x00000000000000000000000000000000000e0317",
  operations: "0x00000000000000000000000000000000000c0317",
  security: "0x00000000000000000000000000000000000d0317",
};
const ACCOUNT_OF = {
  ExecutiveCommittee: COMMITTEES.executive,
  OperationsCommittee: COMMITTEES.operations,
  SecurityCommittee: COMMITTEES.security,
} as const;

/** The whole deployment, handed over: the deploying account has nothing any more. */
async function deployHandedOver() {
  const revive = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  const file = JSON.parse(readFileSync(PARAMETERS, "utf8"), revive) as Parameters<typeof connection.ignition.deploy>[1];
  const parameters = { ...(file as object), $global: COMMITTEES };
  const suite = await deployCorex(connection, parameters, HandOver);
  const timelock = await suite.technicalTimelock.getAddress();
  const addresses = {
    ...{ AccessManager: await suite.accessManager.getAddress(), Treasury: await suite.treasury.getAddress() },
    ...{ TechnicalTimelock: timelock, ...ACCOUNT_OF },
  };
  const calls = (phase: number) => phaseCalls(phase, addresses);
  const advance = async (phase: number) => {
    await time.increaseTo((await suite.handover.conditionOf(phase)).hardDate);
    await suite.handover.announce();
    await time.increaseTo(await suite.handover.possibleAt());
    await suite.handover.advance(calls(phase));
  };
  return { ...suite, calls, advance, timelock };
}

type HandedOver = Awaited<ReturnType<typeof deployHandedOver>>;

const selectorOf = (signature: string) => id(signature).slice(0, 10);

/** For each restricted function, who may call it now, and after which delay in seconds. */
async function authorityOf(suite: HandedOver): Promise<Record<string, Record<string, string>>> {
  const targets: Record<string, string> = {};
  for (const [name, contract] of Object.entries(targetsOf(suite))) targets[name] = await contract.getAddress();
  const everybody: Record<string, string> = {
    ...targets,
    Arbitration: await suite.arbitration.getAddress(),
    TechnicalTimelock: suite.timelock,
    PolicyTimelock: await suite.policyTimelock.getAddress(),
    CouncilPowers: await suite.councilPowers.getAddress(),
    Handover: await suite.handover.getAddress(),
    ...ACCOUNT_OF,
    deployer: (await ethers.getSigners())[0]?.address ?? "",
    stranger: (await ethers.getSigners())[9]?.address ?? "",
  };
  const matrix: Record<string, Record<string, string>> = {};
  for (const { contract, signature } of AUTHORITY) {
    const callers: Record<string, string> = {};
    for (const [name, account] of Object.entries(everybody)) {
      const [now, delay] = await suite.accessManager.canCall(account, targets[contract] ?? "", selectorOf(signature));
      if (now || delay > 0n) callers[name] = now ? "at once" : `after ${delay} s`;
    }
    matrix[`${contract}.${signature.split("(")[0] ?? ""}`] = callers;
  }
  return matrix;
}

/** What the table says: contracts for ever, committees and the timelock by phase. */
function expectedOf(phase: number): Record<string, Record<string, string>> {
  const matrix: Record<string, Record<string, string>> = {};
  for (const { contract, signature, role } of AUTHORITY) {
    const callers: Record<string, string> = {};
    for (const holder of CONTRACT_ROLES.filter((line) => line.role === role)) callers[holder.contract] = "at once";
    for (const { holder, delays } of TENURES.filter((line) => line.role === role)) {
      const delay = delays[phase];
      if (delay !== undefined) callers[holder] = delay === 0 ? "at once" : `after ${delay} s`;
    }
    matrix[`${contract}.${signature.split("(")[0] ?? ""}`] = callers;
  }
  return matrix;
}

/** Addresses as a deployment file has them. */
async function deploymentOf(suite: HandedOver): Promise<Record<string, string>> {
  const contracts = {
    ...targetsOf(suite),
    ...{ AccessManager: suite.accessManager, MiningPool: suite.miningPool, CorexToken: suite.token },
    ...{ VotingPower: suite.votes, ContributionUnits: suite.contributionUnits, TaskEscrow: suite.escrow },
    ...{ RoundEscrow: suite.roundEscrow, WorkEscrow: suite.workEscrow, DatasetRegistry: suite.datasets },
    ...{ ModelContributions: suite.contributions, Arbitration: suite.arbitration, JurorPool: suite.jurorPool },
    ...{ SupportGovernor: suite.support, PolicyGovernor: suite.policyGovernor, PolicyTimelock: suite.policyTimelock },
    ...{ TechnicalGovernor: suite.technicalGovernor, TechnicalTimelock: suite.technicalTimelock },
    ...{ CouncilPowers: suite.councilPowers, Handover: suite.handover },
  };
  const entries = Object.entries(contracts).map(
    async ([name, contract]) => [name, await contract.getAddress()] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function targetsOf(corex: HandedOver) {
  return {
    ...{ NodeRegistry: corex.nodeRegistry, RewardDistributor: corex.rewardDistributor, FeeRouter: corex.feeRouter },
    ...{ Scheduler: corex.scheduler, Reputation: corex.reputation, StakeVault: corex.vault, Slasher: corex.slasher },
    ...{
      BenchmarkRegistry: corex.benchmarks,
      VerifierCommittee: corex.committee,
      CircuitRegistry: corex.circuitRegistry,
    },
    ...{
      TaskMarket: corex.market,
      RoundMarket: corex.rounds,
      WorkMarket: corex.workMarket,
      WorkReview: corex.workReview,
    },
    ...{ Treasury: corex.treasury, Parameters: corex.parameters, SelectorRegistry: corex.selectors },
    ...{ GrantStream: corex.grants, BuybackAuction: corex.buyback, DeveloperRegistry: corex.developers },
    ...{ Council: corex.council, GovernanceRewards: corex.voteRewards },
  };
}

// Handover
// ├── the matrix of every restricted function x every holder, in each phase, is the table's and the committed one's
// ├── phases begin by conditions or by their hard date, after a notice, with the planned calls alone
// ├── no order of calls goes back, skips, or repeats (INV-HND-1)
// ├── the DAO can hasten a phase, nobody else
// └── after the last phase nobody but the technical timelock is administrator, and no person can call anything restricted
describe("Handover", function () {
  it("has in every phase exactly the authority of the table, and of docs/authority.json (INV-HND-2)", async function () {
    const suite = await loadFixture(deployHandedOver);
    const matrices: Record<string, Record<string, Record<string, string>>> = {};
    for (const [phase, name] of PHASES.entries()) {
      if (phase > 0) await suite.advance(phase);
      const actual = await authorityOf(suite);
      expect(actual, name).to.deep.equal(expectedOf(phase));
      matrices[name] = actual;
    }
    if (process.env["COREX_SNAPSHOT"] !== undefined) writeFileSync(SNAPSHOT, `${JSON.stringify(matrices, null, 2)}\n`);
    expect(JSON.parse(readFileSync(SNAPSHOT, "utf8"))).to.deep.equal(matrices);
  });

  it("leaves no person with power after the last phase", async function () {
    const suite = await loadFixture(deployHandedOver);
    for (const phase of [1, 2, 3]) await suite.advance(phase);
    const { accessManager, handover, timelock } = suite;
    expect((await accessManager.hasRole(ADMIN, handover))[0]).to.equal(false);
    expect((await accessManager.hasRole(ADMIN, timelock))[0]).to.equal(false);
    await time.increase(14 * DAY);
    expect(await accessManager.hasRole(ADMIN, timelock)).to.deep.equal([true, 0n]);
    const granted = await accessManager.queryFilter(accessManager.filters.RoleGranted());
    for (const { args } of granted) {
      const [held] = await accessManager.hasRole(args.roleId, args.account);
      const code = await ethers.provider.getCode(args.account);
      // Attestors sign; their role calls nothing.
      if (held && args.roleId !== ROLES.ATTESTOR) expect(code, `${args.roleId} of ${args.account}`).to.not.equal("0x");
    }
    for (const callers of Object.values(await authorityOf(suite))) {
      for (const person of [...Object.keys(ACCOUNT_OF), "deployer", "stranger"])
        expect(callers[person]).to.equal(undefined);
    }
  });

  it("is audited from the chain in every phase: people with power are named, and in the last phase there are none", async function () {
    const suite = await loadFixture(deployHandedOver);
    const contracts = await deploymentOf(suite);
    const audit = async () => {
      const { checks } = await auditPermissions({
        provider: ethers.provider,
        deployment: { chainId: 31337, contracts },
        artifactsDir: "artifacts",
      });
      return checks.filter(({ name }) => /^(votes|timelocks|people)/.test(name));
    };
    const before = await audit();
    expect(before.map(({ ok }) => ok)).to.deep.equal([true, true, true]);
    expect(before[2]?.detail).to.match(/phase Bootstrap: .*EXECUTIVE of 0x0+e0317/);
    for (const phase of [1, 2, 3]) await suite.advance(phase);
    await time.increase(14 * DAY);
    const after = await audit();
    expect(after.map(({ ok, detail }) => [ok, detail])).to.deep.include([true, "phase DaoOnly: no person has power"]);
    // An attacker that the DAO gave a role by mistake is found.
    await networkHelpers.impersonateAccount(suite.timelock);
    await networkHelpers.setBalance(suite.timelock, CXT);
    const dao = await ethers.getSigner(suite.timelock);
    await suite.accessManager.connect(dao).grantRole(ROLES.OPERATIONS, COMMITTEES.operations, 0);
    const bad = (await audit()).filter(({ ok }) => !ok);
    expect(bad.map(({ name }) => name)).to.deep.equal(["people with power"]);
    expect(bad[0]?.detail).to.match(/OPERATIONS of 0x0+c0317/);
  });

  it("begins nothing before its conditions, without notice, or with other calls", async function () {
    const suite = await loadFixture(deployHandedOver);
    const { handover, calls } = suite;
    await expect(handover.announce()).to.be.revertedWithCustomError(handover, "HandoverNotReady");
    await expect(handover.advance(calls(1))).to.be.revertedWithCustomError(handover, "HandoverTooSoon");
    expect(await handover.isReady()).to.equal(false);
    await time.increaseTo((await handover.conditionOf(1)).hardDate);
    expect(await handover.isReady()).to.equal(true);
    await handover.announce();
    await expect(handover.announce()).to.be.revertedWithCustomError(handover, "HandoverAnnounced");
    await time.setNextBlockTimestamp((await handover.possibleAt()) - 1n);
    await expect(handover.advance(calls(1))).to.be.revertedWithCustomError(handover, "HandoverTooSoon");
    await time.increaseTo(await handover.possibleAt());
    for (const wrong of [calls(2), [], calls(1).slice(1), [...calls(1)].reverse()]) {
      await expect(handover.advance(wrong)).to.be.revertedWithCustomError(handover, "HandoverWrongCalls");
    }
    await expect(handover.advance(calls(1)))
      .to.emit(handover, "PhaseBegan")
      .withArgs(1n);
    await expect(handover.advance(calls(1))).to.be.revertedWithCustomError(handover, "HandoverTooSoon");
  });

  it("goes forward step by step, and never back (INV-HND-1, INV-HND-3)", async function () {
    const suite = await loadFixture(deployHandedOver);
    const { handover, calls } = suite;
    let highest = 0n;
    for (const phase of [1, 2, 3]) {
      await suite.advance(phase);
      for (const again of [1, 2, 3]) await expect(handover.advance(calls(again))).to.be.revert(ethers);
      const now = await handover.phase();
      expect(now).to.equal(highest + 1n);
      highest = now;
    }
    await expect(handover.announce()).to.be.revertedWithCustomError(handover, "HandoverComplete");
    expect(await handover.isReady()).to.equal(false);
  });

  it("is hastened by the technical timelock alone, and still gives notice", async function () {
    const suite = await loadFixture(deployHandedOver);
    const { handover, timelock, calls } = suite;
    await expect(handover.accelerate()).to.be.revertedWithCustomError(handover, "HandoverOnlyDao");
    await networkHelpers.impersonateAccount(timelock);
    await networkHelpers.setBalance(timelock, CXT);
    await handover.connect(await ethers.getSigner(timelock)).accelerate();
    await expect(handover.advance(calls(1))).to.be.revertedWithCustomError(handover, "HandoverTooSoon");
    await time.increase(7 * DAY);
    await handover.advance(calls(1));
  });

  it("cannot be made to call anything by the committees: their own roles administer nothing but attestors", async function () {
    const { accessManager } = await loadFixture(deployHandedOver);
    for (const name of Object.keys(ROLES) as RoleName[]) {
      const admin = name === "ATTESTOR" ? ROLES.EXECUTIVE : ADMIN;
      expect(await accessManager.getRoleAdmin(ROLES[name]), name).to.equal(admin);
    }
    const abi = new Interface(["function grantRole(uint64,address,uint32)"]);
    for (const committee of Object.values(COMMITTEES)) {
      await networkHelpers.impersonateAccount(committee);
      await networkHelpers.setBalance(committee, CXT);
      const signer = await ethers.getSigner(committee);
      const data = abi.encodeFunctionData("grantRole", [ROLES.DAO, committee, 0]);
      await expect(signer.sendTransaction({ to: accessManager, data })).to.be.revert(ethers);
    }
  });
});

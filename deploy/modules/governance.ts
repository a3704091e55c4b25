import type {
  ArgumentType,
  IgnitionModuleBuilder,
  NamedArtifactContractDeploymentFuture,
} from "@nomicfoundation/ignition-core";
import { id } from "ethers";

import { ROLES } from "../authority.ts";
import { type Committee, type PlannedCall, plannedCalls } from "../holders.ts";
import { LABELS } from "../labels.ts";

const DAY = 86_400;

type Deployed = NamedArtifactContractDeploymentFuture<string>;
type Address = ArgumentType;

/** What the DAO is built on. Contracts that others created are addresses. */
export interface Foundations {
  readonly accessManager: Deployed;
  readonly votingPower: Deployed;
  readonly treasury: Deployed;
  readonly nodeRegistry: Deployed;
  readonly rewardDistributor: Deployed;
  readonly reputation: Deployed;
  readonly scheduler: Deployed;
  readonly benchmarkRegistry: Deployed;
  readonly circuitRegistry: Deployed;
  /** Of tasks, rounds and work, in this order. */
  readonly markets: readonly [Deployed, Deployed, Deployed];
  readonly corexToken: Address;
  readonly feeRouter: Address;
}

/** Deploys everything that the DAO decides and acts with. Its timelocks obey their governors alone when this is done. */
export function deployGovernance(m: IgnitionModuleBuilder, on: Foundations) {
  const { accessManager, votingPower, treasury, nodeRegistry, rewardDistributor } = on;
  const deployer = m.getAccount(0);
  const committees = committeesOf(m);

  const contributionUnits = m.contract("ContributionUnits", [rewardDistributor, nodeRegistry, votingPower]);
  const parameters = m.contract("Parameters", [
    accessManager,
    {
      markets: [...on.markets],
      distributor: rewardDistributor,
      feeRouter: on.feeRouter,
      benchmarks: on.benchmarkRegistry,
    },
  ]);
  const grantStream = m.contract("GrantStream", [accessManager, treasury]);
  const buybackAuction = m.contract("BuybackAuction", [accessManager, on.corexToken, treasury]);
  const developerRegistry = m.contract("DeveloperRegistry", [accessManager]);
  const council = m.contract("Council", [accessManager, votingPower, developerRegistry]);

  const zero = "0x0000000000000000000000000000000000000000";
  const policyTimelock = m.contract("GovernanceTimelock", [DAY, DAY, zero, deployer], { id: "PolicyTimelock" });
  const labelled = {
    ...{ Parameters: parameters, Treasury: treasury, GrantStream: grantStream, BuybackAuction: buybackAuction },
    ...{ DeveloperRegistry: developerRegistry, Council: council, NodeRegistry: nodeRegistry },
    ...{ CircuitRegistry: on.circuitRegistry, TaskMarket: on.markets[0], RoundMarket: on.markets[1] },
    WorkMarket: on.markets[2],
  };
  const labels = LABELS.map(({ contract, selector, text }) => {
    if (!(contract in labelled)) throw new Error(`${contract} is not there to be labelled`);
    return { target: labelled[contract as keyof typeof labelled], selector, text };
  });
  const selectorRegistry = m.contract("SelectorRegistry", [accessManager, labels]);
  const technicalTimelock = m.contract("GovernanceTimelock", [7 * DAY, 3 * DAY, selectorRegistry, deployer], {
    id: "TechnicalTimelock",
  });
  const policyRegistry = m.contract("PolicyRegistry", [policyTimelock]);
  const supportGovernor = m.contract("SupportGovernor", [
    {
      votes: votingPower,
      registry: nodeRegistry,
      reputation: on.reputation,
      parameters,
      token: on.corexToken,
      treasury,
      policyRegistry,
    },
  ]);
  const stage = [votingPower, supportGovernor];
  const policyGovernor = m.contract("PolicyGovernor", [...stage, policyTimelock, parameters]);
  const technicalGovernor = m.contract("TechnicalGovernor", [...stage, technicalTimelock, parameters]);
  const councilPowers = m.contract("CouncilPowers", [
    ...[council, technicalGovernor, technicalTimelock],
    [on.scheduler, nodeRegistry, buybackAuction],
  ]);
  const governanceRewards = m.contract("GovernanceRewards", [
    accessManager,
    {
      votes: votingPower,
      policy: policyGovernor,
      technical: technicalGovernor,
      treasury,
      feeRouter: on.feeRouter,
      token: on.corexToken,
      parameters,
    },
  ]);
  const handover = m.contract("Handover", [
    {
      manager: accessManager,
      votes: votingPower,
      policy: policyGovernor,
      technical: technicalGovernor,
      technicalTimelock,
    },
    m.getParameter("phaseConditions"),
    [1, 2, 3].map((phase) =>
      plannedCalls(phase).map((call) => ({
        target: call.target === "AccessManager" ? accessManager : treasury,
        data: encode(call),
      })),
    ),
  ]);

  for (const [name, timelock, governor] of [
    ["policy", policyTimelock, policyGovernor],
    ["technical", technicalTimelock, technicalGovernor],
  ] as const) {
    const grants = ["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"].map((role) =>
      m.call(timelock, "grantRole", [id(role), governor], { id: `${name}_${role.toLowerCase()}` }),
    );
    if (name === "technical") {
      grants.push(m.call(timelock, "grantRole", [id("CANCELLER_ROLE"), councilPowers], { id: "technical_veto" }));
    }
    m.call(timelock, "renounceRole", [`0x${"0".repeat(64)}`, deployer], { id: `${name}_renounce`, after: grants });
  }

  return {
    contributionUnits,
    parameters,
    grantStream,
    buybackAuction,
    developerRegistry,
    council,
    policyTimelock,
    selectorRegistry,
    technicalTimelock,
    policyRegistry,
    supportGovernor,
    policyGovernor,
    technicalGovernor,
    councilPowers,
    governanceRewards,
    handover,
  };

  /** A planned call as data, with the addresses of this deployment. */
  function encode(call: PlannedCall) {
    const target = call.target === "AccessManager" ? accessManager : treasury;
    const { method, role, holder, value } = call;
    const callId = `plan_${method}_${role ?? ""}_${holder ?? ""}_${value ?? ""}`;
    if (role === undefined || holder === undefined)
      return m.encodeFunctionCall(target, method, [value ?? 0], { id: callId });
    const account = holder === "TechnicalTimelock" ? technicalTimelock : committees[holder];
    const args = method === "grantRole" ? [ROLES[role], account, value ?? 0] : [ROLES[role], account];
    return m.encodeFunctionCall(target, method, args, { id: callId });
  }
}

/** Accounts of the committees, from the parameters that all modules share (`$global`); the deploying account for a local chain. */
export function committeesOf(m: IgnitionModuleBuilder): Readonly<Record<Committee, Address>> {
  const deployer = m.getAccount(0);
  return {
    ExecutiveCommittee: m.getParameter("executive", deployer),
    OperationsCommittee: m.getParameter("operations", deployer),
    SecurityCommittee: m.getParameter("security", deployer),
  };
}

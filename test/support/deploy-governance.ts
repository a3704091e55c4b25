// What the DAO decides and acts with, by plain transactions, as deploy/modules/governance.ts deploys it.
import { type BaseContract, ZeroAddress, ZeroHash, id } from "ethers";

import { phaseCalls } from "../../deploy/handover-plan.ts";
import { LABELS } from "../../deploy/labels.ts";

const DAY = 86_400;

/** Conditions of the three phases as in deploy/parameters/local.json. */
export const PHASE_CONDITIONS = [
  { minTime: 30 * DAY, minDelegated: 10_000n * 10n ** 18n, minExecuted: 1, hardDate: 365 * DAY },
  { minTime: 60 * DAY, minDelegated: 20_000n * 10n ** 18n, minExecuted: 2, hardDate: 730 * DAY },
  { minTime: 90 * DAY, minDelegated: 50_000n * 10n ** 18n, minExecuted: 3, hardDate: 1_095 * DAY },
];

export interface Foundations {
  readonly accessManager: BaseContract;
  readonly votingPower: BaseContract;
  readonly treasury: BaseContract;
  readonly nodeRegistry: BaseContract;
  readonly rewardDistributor: BaseContract;
  readonly reputation: BaseContract;
  readonly scheduler: BaseContract;
  readonly benchmarkRegistry: BaseContract;
  readonly circuitRegistry: BaseContract;
  /** Of tasks, rounds and work, in this order. */
  readonly markets: readonly [BaseContract, BaseContract, BaseContract];
  readonly token: string;
  readonly feeRouter: string;
  /** Stands for all three committees in the plan of the handover. */
  readonly admin: string;
}

/** Deploys the contract at `path` (`contracts/folder/Name`). */
export type Deploy = (path: string, args: readonly unknown[]) => Promise<BaseContract>;

/** Sends a transaction and waits for it. */
export type Send = (contract: BaseContract, method: string, args: readonly unknown[]) => Promise<void>;

export async function deployGovernance(on: Foundations, deploy: Deploy, send: Send) {
  const { accessManager, votingPower, treasury, nodeRegistry, feeRouter, token } = on;
  const parameters = await deploy("contracts/governance/Parameters", [
    accessManager,
    { markets: on.markets, distributor: on.rewardDistributor, feeRouter, benchmarks: on.benchmarkRegistry },
  ]);
  const contributionUnits = await deploy("contracts/votes/ContributionUnits", [
    ...[on.rewardDistributor, nodeRegistry, votingPower],
  ]);
  const grantStream = await deploy("contracts/treasury/GrantStream", [accessManager, treasury]);
  const buybackAuction = await deploy("contracts/treasury/BuybackAuction", [accessManager, token, treasury]);
  const developerRegistry = await deploy("contracts/council/DeveloperRegistry", [accessManager]);
  const council = await deploy("contracts/council/Council", [accessManager, votingPower, developerRegistry]);

  const labelled: Readonly<Record<string, BaseContract>> = {
    ...{ Parameters: parameters, Treasury: treasury, GrantStream: grantStream, BuybackAuction: buybackAuction },
    ...{ DeveloperRegistry: developerRegistry, Council: council, NodeRegistry: nodeRegistry },
    ...{ CircuitRegistry: on.circuitRegistry, TaskMarket: on.markets[0], RoundMarket: on.markets[1] },
    WorkMarket: on.markets[2],
  };
  const selectorRegistry = await deploy("contracts/governance/SelectorRegistry", [
    accessManager,
    LABELS.map(({ contract, selector, text }) => ({ target: labelled[contract], selector, text })),
  ]);
  const timelock = "contracts/governance/GovernanceTimelock";
  const policyTimelock = await deploy(timelock, [DAY, DAY, ZeroAddress, on.admin]);
  const technicalTimelock = await deploy(timelock, [7 * DAY, 3 * DAY, selectorRegistry, on.admin]);
  const policyRegistry = await deploy("contracts/governance/PolicyRegistry", [policyTimelock]);
  const supportGovernor = await deploy("contracts/governance/SupportGovernor", [
    {
      ...{ votes: votingPower, registry: nodeRegistry, reputation: on.reputation, parameters },
      ...{ token, treasury, policyRegistry },
    },
  ]);
  const stage = [votingPower, supportGovernor];
  const policyGovernor = await deploy("contracts/governance/PolicyGovernor", [...stage, policyTimelock, parameters]);
  const technicalGovernor = await deploy("contracts/governance/TechnicalGovernor", [
    ...[...stage, technicalTimelock, parameters],
  ]);
  const councilPowers = await deploy("contracts/council/CouncilPowers", [
    ...[council, technicalGovernor, technicalTimelock],
    [on.scheduler, nodeRegistry, buybackAuction],
  ]);
  const governanceRewards = await deploy("contracts/governance/GovernanceRewards", [
    accessManager,
    {
      votes: votingPower,
      policy: policyGovernor,
      technical: technicalGovernor,
      treasury,
      feeRouter,
      token,
      parameters,
    },
  ]);

  const addresses = {
    ...{ AccessManager: await accessManager.getAddress(), Treasury: await treasury.getAddress() },
    ...{ TechnicalTimelock: await technicalTimelock.getAddress(), ExecutiveCommittee: on.admin },
    ...{ OperationsCommittee: on.admin, SecurityCommittee: on.admin },
  };
  const handover = await deploy("contracts/governance/Handover", [
    {
      ...{ manager: accessManager, votes: votingPower, policy: policyGovernor, technical: technicalGovernor },
      technicalTimelock,
    },
    PHASE_CONDITIONS,
    [1, 2, 3].map((phase) => phaseCalls(phase, addresses)),
  ]);

  for (const [controller, governor] of [
    [policyTimelock, policyGovernor],
    [technicalTimelock, technicalGovernor],
  ] as const) {
    for (const role of ["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"]) {
      await send(controller, "grantRole", [id(role), governor]);
    }
  }
  await send(technicalTimelock, "grantRole", [id("CANCELLER_ROLE"), councilPowers]);
  for (const controller of [policyTimelock, technicalTimelock]) {
    await send(controller, "renounceRole", [ZeroHash, on.admin]);
  }
  return {
    ...{ Parameters: parameters, ContributionUnits: contributionUnits, GrantStream: grantStream },
    ...{ BuybackAuction: buybackAuction, DeveloperRegistry: developerRegistry, Council: council },
    ...{ SelectorRegistry: selectorRegistry, PolicyTimelock: policyTimelock, TechnicalTimelock: technicalTimelock },
    ...{ PolicyRegistry: policyRegistry, SupportGovernor: supportGovernor, PolicyGovernor: policyGovernor },
    ...{ TechnicalGovernor: technicalGovernor, CouncilPowers: councilPowers },
    ...{ GovernanceRewards: governanceRewards, Handover: handover },
  };
}

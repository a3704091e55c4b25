import type { ContractRunner } from "ethers";

import { AccessManager__factory } from "../../../../typechain-types/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { ICouncilPowers__factory } from "../../../../typechain-types/factories/contracts/council/ICouncilPowers__factory.ts";
import { ICouncil__factory } from "../../../../typechain-types/factories/contracts/council/ICouncil__factory.ts";
import { IDeveloperRegistry__factory } from "../../../../typechain-types/factories/contracts/council/IDeveloperRegistry__factory.ts";
import { IGovernanceRewards__factory } from "../../../../typechain-types/factories/contracts/governance/IGovernanceRewards__factory.ts";
import { IHandover__factory } from "../../../../typechain-types/factories/contracts/governance/IHandover__factory.ts";
import { IParameters__factory } from "../../../../typechain-types/factories/contracts/governance/IParameters__factory.ts";
import { IPolicyRegistry__factory } from "../../../../typechain-types/factories/contracts/governance/IPolicyRegistry__factory.ts";
import { ISelectorRegistry__factory } from "../../../../typechain-types/factories/contracts/governance/ISelectorRegistry__factory.ts";
import { IStageGovernor__factory } from "../../../../typechain-types/factories/contracts/governance/IStageGovernor__factory.ts";
import { ISupportGovernor__factory } from "../../../../typechain-types/factories/contracts/governance/ISupportGovernor__factory.ts";
import { ITechnicalGovernor__factory } from "../../../../typechain-types/factories/contracts/governance/ITechnicalGovernor__factory.ts";
import { IBuybackAuction__factory } from "../../../../typechain-types/factories/contracts/treasury/IBuybackAuction__factory.ts";
import { IGrantStream__factory } from "../../../../typechain-types/factories/contracts/treasury/IGrantStream__factory.ts";
import { IContributionUnits__factory } from "../../../../typechain-types/factories/contracts/votes/IContributionUnits__factory.ts";
import { IVotingPower__factory } from "../../../../typechain-types/factories/contracts/votes/IVotingPower__factory.ts";
import { connect } from "./connect.ts";
import type { Deployment } from "./deployment.ts";

/** Typed handles of every contract of one deployment, those of its governance included. */
export type GovernanceContracts = ReturnType<typeof connectGovernance>;

/** Connects to the contracts of `deployment` and of its governance. No network access. */
export function connectGovernance(deployment: Deployment, runner: ContractRunner) {
  const { contracts: at } = deployment;
  return {
    ...connect(deployment, runner),
    accessManager: AccessManager__factory.connect(at.AccessManager, runner),
    votingPower: IVotingPower__factory.connect(at.VotingPower, runner),
    contributionUnits: IContributionUnits__factory.connect(at.ContributionUnits, runner),
    parameters: IParameters__factory.connect(at.Parameters, runner),
    selectorRegistry: ISelectorRegistry__factory.connect(at.SelectorRegistry, runner),
    policyRegistry: IPolicyRegistry__factory.connect(at.PolicyRegistry, runner),
    supportGovernor: ISupportGovernor__factory.connect(at.SupportGovernor, runner),
    policyGovernor: IStageGovernor__factory.connect(at.PolicyGovernor, runner),
    technicalGovernor: ITechnicalGovernor__factory.connect(at.TechnicalGovernor, runner),
    developerRegistry: IDeveloperRegistry__factory.connect(at.DeveloperRegistry, runner),
    council: ICouncil__factory.connect(at.Council, runner),
    councilPowers: ICouncilPowers__factory.connect(at.CouncilPowers, runner),
    grantStream: IGrantStream__factory.connect(at.GrantStream, runner),
    buybackAuction: IBuybackAuction__factory.connect(at.BuybackAuction, runner),
    governanceRewards: IGovernanceRewards__factory.connect(at.GovernanceRewards, runner),
    handover: IHandover__factory.connect(at.Handover, runner),
  };
}

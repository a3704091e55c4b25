// The contracts of governance of a deployment by Ignition, typed.
import type { network } from "hardhat";
import type Corex from "../../../deploy/modules/Corex.ts";

type Connection = Awaited<ReturnType<typeof network.create>>;
type Deployed = Awaited<ReturnType<Connection["ignition"]["deploy"]>> &
  Readonly<Record<string, { getAddress(): Promise<string> }>>;

export async function governanceOf({ ethers }: Connection, deployed: Deployed) {
  const at = async (name: keyof typeof Corex.results) => {
    const contract = deployed[name];
    if (contract === undefined) throw new Error(`the deployment has no ${name}`);
    return contract.getAddress();
  };
  return {
    treasury: await ethers.getContractAt("Treasury", await at("treasury")),
    votes: await ethers.getContractAt("VotingPower", await at("votingPower")),
    contributionUnits: await ethers.getContractAt("ContributionUnits", await at("contributionUnits")),
    parameters: await ethers.getContractAt("Parameters", await at("parameters")),
    selectors: await ethers.getContractAt("SelectorRegistry", await at("selectorRegistry")),
    grants: await ethers.getContractAt("GrantStream", await at("grantStream")),
    buyback: await ethers.getContractAt("BuybackAuction", await at("buybackAuction")),
    developers: await ethers.getContractAt("DeveloperRegistry", await at("developerRegistry")),
    council: await ethers.getContractAt("Council", await at("council")),
    councilPowers: await ethers.getContractAt("CouncilPowers", await at("councilPowers")),
    policyTimelock: await ethers.getContractAt("GovernanceTimelock", await at("policyTimelock")),
    technicalTimelock: await ethers.getContractAt("GovernanceTimelock", await at("technicalTimelock")),
    policies: await ethers.getContractAt("PolicyRegistry", await at("policyRegistry")),
    support: await ethers.getContractAt("SupportGovernor", await at("supportGovernor")),
    policyGovernor: await ethers.getContractAt("PolicyGovernor", await at("policyGovernor")),
    technicalGovernor: await ethers.getContractAt("TechnicalGovernor", await at("technicalGovernor")),
    voteRewards: await ethers.getContractAt("GovernanceRewards", await at("governanceRewards")),
    handover: await ethers.getContractAt("Handover", await at("handover")),
  };
}

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { id } from "ethers";

import { EXCLUDED_FROM_VOTES } from "../excluded.ts";
import { AUTHORITY, CONTRACT_ROLES, ROLES } from "../authority.ts";
import { deployGovernance } from "./governance.ts";

/**
 * The whole suite, configured from the authority table. The deploying account is ADMIN until `HandOver` runs.
 *
 * No address is predicted: the distributor creates the pool, the pool creates the token, each market creates its escrow,
 * each in its constructor, so that none of them needs a setter.
 */
export default buildModule("Corex", (m) => {
  const deployer = m.getAccount(0);

  const accessManager = m.contract("AccessManager", [deployer]);
  const nodeRegistry = m.contract("NodeRegistry", [accessManager]);
  const votingPower = m.contract("VotingPower");
  const treasury = m.contract("Treasury", [accessManager]);
  const rewardDistributor = m.contract("RewardDistributor", [
    accessManager,
    nodeRegistry,
    {
      computeShareBps: m.getParameter("computeShareBps"),
      matchBps: m.getParameter("matchBps"),
      networkShareBps: m.getParameter("networkShareBps"),
      claimFeeBps: m.getParameter("claimFeeBps"),
      maxRewardPerPoint: m.getParameter("maxRewardPerPoint"),
    },
    treasury,
    votingPower,
  ]);
  const miningPool = m.contractAt("MiningPool", m.staticCall(rewardDistributor, "pool"));
  const corexToken = m.contractAt("CorexToken", m.staticCall(miningPool, "token"));
  const feeRouter = m.contractAt("FeeRouter", m.staticCall(rewardDistributor, "feeRouter"));
  const entropySource = m.contract("BlockEntropy", [
    m.getParameter("periodBlocks"),
    m.getParameter("tailBlocks"),
    m.getParameter("maxDrawValue"),
  ]);
  const scheduler = m.contract("Scheduler", [accessManager, nodeRegistry, entropySource]);
  const reputation = m.contract("Reputation", [accessManager, nodeRegistry, scheduler]);
  const stakeVault = m.contract("StakeVault", [accessManager, corexToken, nodeRegistry, scheduler, feeRouter]);
  const slasher = m.contract("Slasher", [accessManager, stakeVault, reputation, nodeRegistry, feeRouter]);
  const benchmarkRegistry = m.contract("BenchmarkRegistry", [
    accessManager,
    nodeRegistry,
    entropySource,
    scheduler,
    reputation,
    stakeVault,
    slasher,
    corexToken,
    m.getParameter("macsPerWorkUnit"),
  ]);
  const verifierCommittee = m.contract("VerifierCommittee", [
    accessManager,
    nodeRegistry,
    scheduler,
    reputation,
    stakeVault,
    slasher,
  ]);
  const circuitRegistry = m.contract("CircuitRegistry", [accessManager]);
  const proofVerifier = m.contract("ProofVerifier", [circuitRegistry]);
  const suite = {
    registry: nodeRegistry,
    scheduler,
    reputation,
    vault: stakeVault,
    slasher,
    circuits: circuitRegistry,
    verifier: proofVerifier,
    distributor: rewardDistributor,
  };
  const taskMarket = m.contract("TaskMarket", [accessManager, suite]);
  const explainer = m.contract("Explainer", [taskMarket, suite]);
  const taskEscrow = m.contractAt("TaskEscrow", m.staticCall(taskMarket, "escrow"));
  const roundMarket = m.contract("RoundMarket", [accessManager, suite]);
  const roundEscrow = m.contractAt("TaskEscrow", m.staticCall(roundMarket, "escrow"), { id: "RoundEscrow" });
  const datasetRegistry = m.contract("DatasetRegistry", [corexToken, feeRouter]);
  const workMarket = m.contract("WorkMarket", [accessManager, suite, datasetRegistry]);
  const workEscrow = m.contractAt("TaskEscrow", m.staticCall(workMarket, "escrow"), { id: "WorkEscrow" });
  const modelRegistry = m.contract("ModelRegistry", [taskMarket, roundMarket, circuitRegistry, workMarket]);
  const modelMetrics = m.contract("ModelMetrics", [modelRegistry]);
  const modelContributions = m.contract("ModelContributions", [
    modelRegistry,
    taskMarket,
    roundMarket,
    nodeRegistry,
    corexToken,
    feeRouter,
  ]);
  const workReview = m.contract("WorkReview", [accessManager, workMarket, verifierCommittee, scheduler, nodeRegistry]);
  const arbitration = m.contract("Arbitration", [
    {
      review: workReview,
      market: workMarket,
      benchmarks: benchmarkRegistry,
      registry: nodeRegistry,
      reputation,
      vault: stakeVault,
      slasher,
      entropy: entropySource,
      feeRouter,
    },
  ]);
  const jurorPool = m.contractAt("JurorPool", m.staticCall(arbitration, "jurorPool"));
  const dao = deployGovernance(m, {
    accessManager,
    votingPower,
    treasury,
    nodeRegistry,
    rewardDistributor,
    reputation,
    scheduler,
    benchmarkRegistry,
    circuitRegistry,
    markets: [taskMarket, roundMarket, workMarket],
    corexToken,
    feeRouter,
  });

  const restricted = {
    NodeRegistry: nodeRegistry,
    RewardDistributor: rewardDistributor,
    FeeRouter: feeRouter,
    Scheduler: scheduler,
    Reputation: reputation,
    StakeVault: stakeVault,
    Slasher: slasher,
    BenchmarkRegistry: benchmarkRegistry,
    VerifierCommittee: verifierCommittee,
    CircuitRegistry: circuitRegistry,
    TaskMarket: taskMarket,
    RoundMarket: roundMarket,
    WorkMarket: workMarket,
    WorkReview: workReview,
    Treasury: treasury,
    Parameters: dao.parameters,
    SelectorRegistry: dao.selectorRegistry,
    GrantStream: dao.grantStream,
    BuybackAuction: dao.buybackAuction,
    DeveloperRegistry: dao.developerRegistry,
    Council: dao.council,
    GovernanceRewards: dao.governanceRewards,
  };
  const holdingCXT = {
    ...restricted,
    MiningPool: miningPool,
    TaskEscrow: taskEscrow,
    RoundEscrow: roundEscrow,
    WorkEscrow: workEscrow,
    DatasetRegistry: datasetRegistry,
    ModelContributions: modelContributions,
    Arbitration: arbitration,
    JurorPool: jurorPool,
    SupportGovernor: dao.supportGovernor,
    PolicyTimelock: dao.policyTimelock,
    TechnicalTimelock: dao.technicalTimelock,
  };
  const excluded = EXCLUDED_FROM_VOTES.map((name) => holdingCXT[name]);
  for (const [index, line] of AUTHORITY.entries()) {
    m.call(
      accessManager,
      "setTargetFunctionRole",
      [restricted[line.contract], [id(line.signature).slice(0, 10)], ROLES[line.role]],
      { id: `authority_${index}` },
    );
  }

  m.call(votingPower, "seal", [corexToken, stakeVault, dao.contributionUnits, excluded], { id: "seal_votes" });

  const holders = {
    ...restricted,
    Arbitration: arbitration,
    TechnicalTimelock: dao.technicalTimelock,
    CouncilPowers: dao.councilPowers,
    Handover: dao.handover,
  };
  for (const { role, contract } of CONTRACT_ROLES) {
    m.call(accessManager, "grantRole", [ROLES[role], holders[contract], 0], { id: `grant_${role}_${contract}` });
  }

  // Until `HandOver`, roles without a named holder are the deploying account's, without delay.
  m.call(accessManager, "grantRole", [ROLES.PARAMETERS, deployer, 0], { id: "grant_parameters" });
  m.call(accessManager, "grantRole", [ROLES.EXECUTIVE, deployer, 0], { id: "grant_executive" });
  for (const [name, role] of [
    ["operations", ROLES.OPERATIONS],
    ["security", ROLES.SECURITY],
    ["discipline", ROLES.DISCIPLINE],
    ["attestor", ROLES.ATTESTOR],
    ["attestor2", ROLES.ATTESTOR],
  ] as const) {
    const holder = m.getParameter(name === "discipline" ? "security" : name, deployer);
    m.call(accessManager, "grantRole", [role, holder, 0], { id: `grant_${name}` });
  }

  return {
    accessManager,
    votingPower,
    treasury,
    nodeRegistry,
    rewardDistributor,
    miningPool,
    corexToken,
    feeRouter,
    entropySource,
    scheduler,
    reputation,
    stakeVault,
    slasher,
    benchmarkRegistry,
    verifierCommittee,
    circuitRegistry,
    proofVerifier,
    taskMarket,
    taskEscrow,
    roundMarket,
    roundEscrow,
    explainer,
    modelRegistry,
    modelMetrics,
    modelContributions,
    datasetRegistry,
    workMarket,
    workEscrow,
    workReview,
    arbitration,
    jurorPool,
    ...dao,
  };
});

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { id } from "ethers";

import { AUTHORITY, ROLES } from "../authority.ts";

/**
 * The whole suite, configured from the authority table. The deploying account is ADMIN until `HandOver` runs.
 *
 * No address is predicted: the distributor creates the pool, the pool creates the token, the market creates the escrow,
 * each in its constructor, so that none of them needs a setter.
 */
export default buildModule("Corex", (m) => {
  const deployer = m.getAccount(0);

  const accessManager = m.contract("AccessManager", [deployer]);
  const nodeRegistry = m.contract("NodeRegistry", [accessManager]);
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
  ]);
  const miningPool = m.contractAt("MiningPool", m.staticCall(rewardDistributor, "pool"));
  const corexToken = m.contractAt("CorexToken", m.staticCall(miningPool, "token"));
  const feeRouter = m.contractAt("FeeRouter", m.staticCall(rewardDistributor, "feeRouter"));
  const circuitRegistry = m.contract("CircuitRegistry", [accessManager]);
  const proofVerifier = m.contract("ProofVerifier", [circuitRegistry]);
  const scheduler = m.contract("UniformScheduler", [nodeRegistry]);
  const taskMarket = m.contract("TaskMarket", [
    accessManager,
    nodeRegistry,
    circuitRegistry,
    proofVerifier,
    scheduler,
    rewardDistributor,
  ]);
  const taskEscrow = m.contractAt("TaskEscrow", m.staticCall(taskMarket, "escrow"));
  const modelRegistry = m.contract("ModelRegistry", [taskMarket]);

  const restricted = {
    NodeRegistry: nodeRegistry,
    RewardDistributor: rewardDistributor,
    FeeRouter: feeRouter,
    CircuitRegistry: circuitRegistry,
    TaskMarket: taskMarket,
  };
  for (const [index, line] of AUTHORITY.entries()) {
    m.call(
      accessManager,
      "setTargetFunctionRole",
      [restricted[line.contract], [id(line.signature).slice(0, 10)], ROLES[line.role]],
      { id: `authority_${index}` },
    );
  }

  // Until `HandOver`, roles without a named holder are the deploying account's, without delay.
  m.call(accessManager, "grantRole", [ROLES.REPORTER, taskMarket, 0], { id: "grant_reporter" });
  m.call(accessManager, "grantRole", [ROLES.PARAMETERS, deployer, 0], { id: "grant_parameters" });
  for (const [name, role] of [
    ["operations", ROLES.OPERATIONS],
    ["security", ROLES.SECURITY],
    ["attestor", ROLES.ATTESTOR],
  ] as const) {
    m.call(accessManager, "grantRole", [role, m.getParameter(name, deployer), 0], { id: `grant_${name}` });
  }

  return {
    accessManager,
    nodeRegistry,
    rewardDistributor,
    miningPool,
    corexToken,
    feeRouter,
    circuitRegistry,
    proofVerifier,
    scheduler,
    taskMarket,
    taskEscrow,
    modelRegistry,
  };
});

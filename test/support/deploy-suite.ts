import { ContractFactory, id, type BaseContract, type InterfaceAbi, type Signer } from "ethers";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { readManifest, repositoryRoot } from "@corex/sdk/circuits/manifest";
import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";

import { AUTHORITY, ROLES } from "../../deploy/authority.ts";
import { circuitRegistration } from "../../deploy/circuit-registration.ts";

/** Terms of rewards that the tests start from; the local deployment uses the same. */
export const REWARD_TERMS = {
  computeShareBps: 8_000,
  matchBps: 10_000,
  networkShareBps: 5_000,
  claimFeeBps: 200,
  maxRewardPerPoint: 2_000_000_000n,
};

export interface DeployedSuite {
  readonly deployment: Deployment;
  readonly contracts: CorexContracts;
  /** Id of the registered training circuit. */
  readonly circuit: string;
}

export interface DeploySuiteOptions {
  /** Deploys everything and holds every role but ATTESTOR. */
  readonly admin: Signer;
  /** Signs benchmarks; the admin when absent. */
  readonly attestor?: string;
  readonly rpcUrl?: string;
}

/** Deploys the suite by plain transactions, quicker than Ignition, configured from the same table of authority. */
export async function deploySuite({ admin, attestor, rpcUrl }: DeploySuiteOptions): Promise<DeployedSuite> {
  const adminAddress = await admin.getAddress();
  const accessManager = await deploy(admin, "@openzeppelin/contracts/access/manager/AccessManager", [adminAddress]);
  const nodeRegistry = await deploy(admin, "contracts/registry/NodeRegistry", [accessManager]);
  const rewardDistributor = await deploy(admin, "contracts/mining/RewardDistributor", [
    accessManager,
    nodeRegistry,
    REWARD_TERMS,
  ]);
  const circuitRegistry = await deploy(admin, "contracts/verification/CircuitRegistry", [accessManager]);
  const proofVerifier = await deploy(admin, "contracts/verification/ProofVerifier", [circuitRegistry]);
  const scheduler = await deploy(admin, "contracts/market/UniformScheduler", [nodeRegistry]);
  const market = [accessManager, nodeRegistry, circuitRegistry, proofVerifier, scheduler, rewardDistributor];
  const taskMarket = await deploy(admin, "contracts/market/TaskMarket", market);
  const modelRegistry = await deploy(admin, "contracts/models/ModelRegistry", [taskMarket]);

  const miningPool = await addressFrom(rewardDistributor, "pool");
  const addresses = {
    AccessManager: await accessManager.getAddress(),
    NodeRegistry: await nodeRegistry.getAddress(),
    RewardDistributor: await rewardDistributor.getAddress(),
    MiningPool: miningPool,
    CorexToken: await addressFrom(attach(admin, "contracts/mining/MiningPool", miningPool), "token"),
    FeeRouter: await addressFrom(rewardDistributor, "feeRouter"),
    CircuitRegistry: await circuitRegistry.getAddress(),
    ProofVerifier: await proofVerifier.getAddress(),
    Scheduler: await scheduler.getAddress(),
    TaskEscrow: await addressFrom(taskMarket, "escrow"),
    TaskMarket: await taskMarket.getAddress(),
    ModelRegistry: await modelRegistry.getAddress(),
  };

  for (const { contract, signature, role } of AUTHORITY) {
    await send(accessManager, "setTargetFunctionRole", [
      addresses[contract],
      [id(signature).slice(0, 10)],
      ROLES[role],
    ]);
  }
  await send(accessManager, "grantRole", [ROLES.REPORTER, addresses.TaskMarket, 0]);
  await send(accessManager, "grantRole", [ROLES.OPERATIONS, adminAddress, 0]);
  await send(accessManager, "grantRole", [ROLES.PARAMETERS, adminAddress, 0]);
  await send(accessManager, "grantRole", [ROLES.SECURITY, adminAddress, 0]);
  await send(accessManager, "grantRole", [ROLES.ATTESTOR, attestor ?? adminAddress, 0]);

  const entry = readManifest().circuits[LINEAR_STEP_CIRCUIT];
  if (entry === undefined) throw new Error(`${LINEAR_STEP_CIRCUIT} is not in circuits.json`);
  const { name, terms, verifyingKey } = circuitRegistration(entry);
  await send(circuitRegistry, "register", [name, terms, verifyingKey]);

  const chainId = Number((await admin.provider?.getNetwork())?.chainId ?? 31_337n);
  const deployment = { chainId, ...(rpcUrl === undefined ? {} : { rpcUrl }), contracts: addresses };
  return { deployment, contracts: connect(deployment, admin), circuit: circuitId(entry) };
}

function artifact(path: string): { abi: InterfaceAbi; bytecode: string } {
  const file = join(repositoryRoot(), "artifacts", `${path}.sol`, `${path.split("/").at(-1)}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as { abi: InterfaceAbi; bytecode: string };
}

async function deploy(signer: Signer, path: string, args: readonly unknown[]): Promise<BaseContract> {
  const { abi, bytecode } = artifact(path);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  return contract.waitForDeployment();
}

function attach(signer: Signer, path: string, address: string): BaseContract {
  const { abi, bytecode } = artifact(path);
  return new ContractFactory(abi, bytecode, signer).attach(address);
}

async function addressFrom(contract: BaseContract, getter: string): Promise<string> {
  return (await contract.getFunction(getter).staticCall()) as string;
}

async function send(contract: BaseContract, method: string, args: readonly unknown[]): Promise<void> {
  const response = (await contract.getFunction(method).send(...args)) as { wait(): Promise<unknown> };
  await response.wait();
}

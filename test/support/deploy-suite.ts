import { ContractFactory, id, type BaseContract, type InterfaceAbi, type Signer } from "ethers";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { readManifest, repositoryRoot } from "@corex/sdk/circuits/manifest";
import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";

import { AUTHORITY, CONTRACT_ROLES, ROLES } from "../../deploy/authority.ts";
import { EXCLUDED_FROM_VOTES } from "../../deploy/excluded.ts";
import { deployGovernance } from "./deploy-governance.ts";
import { circuitRegistration } from "../../deploy/circuit-registration.ts";

/** Terms of rewards that the tests start from; the local deployment uses the same. */
export const REWARD_TERMS = {
  computeShareBps: 8_000,
  matchBps: 10_000,
  networkShareBps: 5_000,
  claimFeeBps: 200,
  maxRewardPerPoint: 2_000_000_000n,
};

/** Blocks of a period, blocks left at its end, most that one draw may be worth; short, so that tests need not wait. */
const ENTROPY = [16, 3, 3_000n * 10n ** 18n];

const MACS_PER_WORK_UNIT = 8_388_608n;

export interface DeployedSuite {
  readonly deployment: Deployment;
  readonly contracts: CorexContracts;
  /** Id of the registered training circuit. */
  readonly circuit: string;
}

export interface DeploySuiteOptions {
  /** Deploys everything and holds every role but ATTESTOR. */
  readonly admin: Signer;
  /** Attest benchmarks; the admin alone when absent. */
  readonly attestors?: readonly string[] | undefined;
  readonly rpcUrl?: string;
}

/** Deploys the suite by plain transactions, quicker than Ignition, configured from the same table of authority. */
export async function deploySuite({ admin, attestors, rpcUrl }: DeploySuiteOptions): Promise<DeployedSuite> {
  const adminAddress = await admin.getAddress();
  const accessManager = await deploy(admin, "@openzeppelin/contracts/access/manager/AccessManager", [adminAddress]);
  const nodeRegistry = await deploy(admin, "contracts/registry/NodeRegistry", [accessManager]);
  const votingPower = await deploy(admin, "contracts/votes/VotingPower", []);
  const treasury = await deploy(admin, "contracts/treasury/Treasury", [accessManager]);
  const rewardDistributor = await deploy(admin, "contracts/mining/RewardDistributor", [
    ...[accessManager, nodeRegistry, REWARD_TERMS, treasury, votingPower],
  ]);
  const feeRouter = await addressFrom(rewardDistributor, "feeRouter");
  const miningPool = await addressFrom(rewardDistributor, "pool");
  const token = await addressFrom(attach(admin, "contracts/mining/MiningPool", miningPool), "token");
  const entropy = await deploy(admin, "contracts/matching/BlockEntropy", ENTROPY);
  const scheduler = await deploy(admin, "contracts/matching/Scheduler", [accessManager, nodeRegistry, entropy]);
  const reputation = await deploy(admin, "contracts/reputation/Reputation", [accessManager, nodeRegistry, scheduler]);
  const stakeVault = await deploy(admin, "contracts/staking/StakeVault", [
    ...[accessManager, token, nodeRegistry, scheduler, feeRouter],
  ]);
  const slasher = await deploy(admin, "contracts/staking/Slasher", [
    ...[accessManager, stakeVault, reputation, nodeRegistry, feeRouter],
  ]);
  const benchmarkRegistry = await deploy(admin, "contracts/benchmark/BenchmarkRegistry", [
    ...[accessManager, nodeRegistry, entropy, scheduler, reputation, stakeVault, slasher, token],
    MACS_PER_WORK_UNIT,
  ]);
  const verifierCommittee = await deploy(admin, "contracts/committee/VerifierCommittee", [
    ...[accessManager, nodeRegistry, scheduler, reputation, stakeVault, slasher],
  ]);
  const circuitRegistry = await deploy(admin, "contracts/verification/CircuitRegistry", [accessManager]);
  const proofVerifier = await deploy(admin, "contracts/verification/ProofVerifier", [circuitRegistry]);
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
  const taskMarket = await deploy(admin, "contracts/market/TaskMarket", [accessManager, suite]);
  const roundMarket = await deploy(admin, "contracts/market/RoundMarket", [accessManager, suite]);
  const explainer = await deploy(admin, "contracts/market/Explainer", [taskMarket, suite]);
  const datasetRegistry = await deploy(admin, "contracts/data/DatasetRegistry", [token, feeRouter]);
  const workMarket = await deploy(admin, "contracts/market/WorkMarket", [accessManager, suite, datasetRegistry]);
  const modelRegistry = await deploy(admin, "contracts/models/ModelRegistry", [
    ...[taskMarket, roundMarket, circuitRegistry, workMarket],
  ]);
  const modelMetrics = await deploy(admin, "contracts/models/ModelMetrics", [modelRegistry]);
  const modelContributions = await deploy(admin, "contracts/models/ModelContributions", [
    ...[modelRegistry, taskMarket, roundMarket, nodeRegistry, token, feeRouter],
  ]);
  const workReview = await deploy(admin, "contracts/review/WorkReview", [
    ...[accessManager, workMarket, verifierCommittee, scheduler, nodeRegistry],
  ]);
  const arbitration = await deploy(admin, "contracts/arbitration/Arbitration", [
    {
      review: workReview,
      market: workMarket,
      benchmarks: benchmarkRegistry,
      registry: nodeRegistry,
      reputation,
      vault: stakeVault,
      slasher,
      entropy,
      feeRouter,
    },
  ]);

  const governance = await deployGovernance(
    {
      ...{ accessManager, votingPower, treasury, nodeRegistry, rewardDistributor, reputation, scheduler },
      ...{ benchmarkRegistry, circuitRegistry, token, feeRouter, admin: adminAddress },
      markets: [taskMarket, roundMarket, workMarket],
    },
    async (contract, args) => deploy(admin, contract, args),
    send,
  );
  const governed: Record<string, string> = {};
  for (const [name, contract] of Object.entries(governance)) governed[name] = await contract.getAddress();

  const addresses = {
    ...(governed as Record<keyof typeof governance, string>),
    AccessManager: await accessManager.getAddress(),
    VotingPower: await votingPower.getAddress(),
    Treasury: await treasury.getAddress(),
    NodeRegistry: await nodeRegistry.getAddress(),
    RewardDistributor: await rewardDistributor.getAddress(),
    MiningPool: miningPool,
    CorexToken: token,
    FeeRouter: feeRouter,
    EntropySource: await entropy.getAddress(),
    Scheduler: await scheduler.getAddress(),
    Reputation: await reputation.getAddress(),
    StakeVault: await stakeVault.getAddress(),
    Slasher: await slasher.getAddress(),
    BenchmarkRegistry: await benchmarkRegistry.getAddress(),
    VerifierCommittee: await verifierCommittee.getAddress(),
    CircuitRegistry: await circuitRegistry.getAddress(),
    ProofVerifier: await proofVerifier.getAddress(),
    TaskEscrow: await addressFrom(taskMarket, "escrow"),
    TaskMarket: await taskMarket.getAddress(),
    RoundEscrow: await addressFrom(roundMarket, "escrow"),
    RoundMarket: await roundMarket.getAddress(),
    Explainer: await explainer.getAddress(),
    ModelRegistry: await modelRegistry.getAddress(),
    ModelMetrics: await modelMetrics.getAddress(),
    ModelContributions: await modelContributions.getAddress(),
    DatasetRegistry: await datasetRegistry.getAddress(),
    WorkEscrow: await addressFrom(workMarket, "escrow"),
    WorkMarket: await workMarket.getAddress(),
    WorkReview: await workReview.getAddress(),
    Arbitration: await arbitration.getAddress(),
    JurorPool: await addressFrom(arbitration, "jurorPool"),
  };

  await send(votingPower, "seal", [
    ...[token, stakeVault, addresses.ContributionUnits],
    EXCLUDED_FROM_VOTES.map((name) => addresses[name]),
  ]);
  for (const { contract, signature, role } of AUTHORITY) {
    await send(accessManager, "setTargetFunctionRole", [
      addresses[contract],
      [id(signature).slice(0, 10)],
      ROLES[role],
    ]);
  }
  for (const { role, contract } of CONTRACT_ROLES) {
    await send(accessManager, "grantRole", [ROLES[role], addresses[contract], 0]);
  }
  for (const role of ["OPERATIONS", "PARAMETERS", "EXECUTIVE", "SECURITY", "DISCIPLINE", "BENCHMARK"] as const) {
    await send(accessManager, "grantRole", [ROLES[role], adminAddress, 0]);
  }
  for (const attestor of attestors ?? [adminAddress]) {
    await send(accessManager, "grantRole", [ROLES.ATTESTOR, attestor, 0]);
  }

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

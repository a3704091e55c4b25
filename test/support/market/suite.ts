// The deployed suite with a registered circuit, three measured nodes and an owner whose CXT came out of the pool by work.
import { network } from "hardhat";
import { id } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { ROLES } from "../../../deploy/authority.ts";
import Corex from "../../../deploy/modules/Corex.ts";
import type HandOver from "../../../deploy/modules/HandOver.ts";
import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import { governanceOf } from "./governance.ts";
import { circuitEntry } from "./proofs.ts";
import { LinearTask } from "./task.ts";

export const connection = await network.create();
export const { ethers, networkHelpers } = connection;
export const { time } = networkHelpers;

let loaded: unknown;

/** The chain before its first transaction. */
async function genesis(): Promise<void> {}
await networkHelpers.loadFixture(genesis);

/**
 * Loads a fixture as the helper of the same name does, but always from an empty chain: so addresses, and with them the
 * statements that are proved, are the same whichever tests ran before.
 */
export const loadFixture: typeof networkHelpers.loadFixture = async (fixture) => {
  if (loaded !== fixture) await networkHelpers.loadFixture(genesis);
  loaded = fixture;
  return networkHelpers.loadFixture(fixture);
};
export const mine: typeof networkHelpers.mine = async (blocks) => networkHelpers.mine(blocks);

export const DAY = 86_400;
export const CXT = 10n ** 18n;
export const BPS = 10_000n;
/** Signature of the public signals that the market asks for. */
export const STEP_SCHEMA = id("weights,newWeights,gradient,batch,loss,ctx");
export const PARAMETERS = new URL("../../../deploy/parameters/local.json", import.meta.url).pathname;

export type Signer = HardhatEthersSigner;

export interface Operator {
  readonly signer: Signer;
  readonly address: string;
  readonly node: bigint;
  readonly payout: Signer;
}

type DeployParameters = NonNullable<Parameters<(typeof connection)["ignition"]["deploy"]>[1]>["parameters"];

/** Deploys what a real deployment deploys, on the given connection. */
export async function deployCorex(
  on: typeof connection,
  parameters: DeployParameters = PARAMETERS,
  module: typeof Corex | typeof HandOver = Corex,
) {
  const { ethers, ignition } = on;
  const deployed = await ignition.deploy(module, { parameters });
  const at = async (contract: { getAddress(): Promise<string> }) => contract.getAddress();
  return {
    ...(await governanceOf(on, deployed)),
    accessManager: await ethers.getContractAt("AccessManager", await at(deployed.accessManager)),
    nodeRegistry: await ethers.getContractAt("NodeRegistry", await at(deployed.nodeRegistry)),
    rewardDistributor: await ethers.getContractAt("RewardDistributor", await at(deployed.rewardDistributor)),
    miningPool: await ethers.getContractAt("MiningPool", await at(deployed.miningPool)),
    token: await ethers.getContractAt("CorexToken", await at(deployed.corexToken)),
    feeRouter: await ethers.getContractAt("FeeRouter", await at(deployed.feeRouter)),
    circuitRegistry: await ethers.getContractAt("CircuitRegistry", await at(deployed.circuitRegistry)),
    proofVerifier: await ethers.getContractAt("ProofVerifier", await at(deployed.proofVerifier)),
    entropy: await ethers.getContractAt("BlockEntropy", await at(deployed.entropySource)),
    scheduler: await ethers.getContractAt("Scheduler", await at(deployed.scheduler)),
    reputation: await ethers.getContractAt("Reputation", await at(deployed.reputation)),
    vault: await ethers.getContractAt("StakeVault", await at(deployed.stakeVault)),
    slasher: await ethers.getContractAt("Slasher", await at(deployed.slasher)),
    benchmarks: await ethers.getContractAt("BenchmarkRegistry", await at(deployed.benchmarkRegistry)),
    committee: await ethers.getContractAt("VerifierCommittee", await at(deployed.verifierCommittee)),
    market: await ethers.getContractAt("TaskMarket", await at(deployed.taskMarket)),
    escrow: await ethers.getContractAt("TaskEscrow", await at(deployed.taskEscrow)),
    rounds: await ethers.getContractAt("RoundMarket", await at(deployed.roundMarket)),
    roundEscrow: await ethers.getContractAt("TaskEscrow", await at(deployed.roundEscrow)),
    explainer: await ethers.getContractAt("Explainer", await at(deployed.explainer)),
    models: await ethers.getContractAt("ModelRegistry", await at(deployed.modelRegistry)),
    modelMetrics: await ethers.getContractAt("ModelMetrics", await at(deployed.modelMetrics)),
    contributions: await ethers.getContractAt("ModelContributions", await at(deployed.modelContributions)),
    datasets: await ethers.getContractAt("DatasetRegistry", await at(deployed.datasetRegistry)),
    workMarket: await ethers.getContractAt("WorkMarket", await at(deployed.workMarket)),
    workEscrow: await ethers.getContractAt("TaskEscrow", await at(deployed.workEscrow)),
    workReview: await ethers.getContractAt("WorkReview", await at(deployed.workReview)),
    arbitration: await ethers.getContractAt("Arbitration", await at(deployed.arbitration)),
    jurorPool: await ethers.getContractAt("JurorPool", await at(deployed.jurorPool)),
  };
}

export type Corex = Awaited<ReturnType<typeof deployCorex>>;

/** What registers the linear step: name, terms and development key, as a deployment reads them from the manifest. */
export function linearCircuit() {
  const { name, terms, verifyingKey } = circuitRegistration(circuitEntry());
  return { name, terms: { ...terms, workUnits: BigInt(terms.workUnits) }, key: verifyingKey };
}

/** Work units a day of every node that `joinNode` makes, unless told otherwise. */
export const CAPACITY = 1_000_000_000n;

/** Registers the node of `signer` and gives it a benchmark, recorded by `recorder`, who holds role BENCHMARK. */
export async function joinNode(
  corex: Corex,
  recorder: Signer,
  signer: Signer,
  payout: Signer,
  { capacity = CAPACITY, device = 0 } = {},
): Promise<Operator> {
  const { nodeRegistry } = corex;
  await nodeRegistry.connect(signer).register(payout, device, "ipfs://node");
  const node = await nodeRegistry.nodeOf(signer);
  await recordBenchmark(corex, recorder, node, { capacity });
  return { signer, address: signer.address, node, payout };
}

/** Records a fresh benchmark of `node`, as the benchmark registry does when it accepted a measurement. */
export async function recordBenchmark(
  { nodeRegistry, reputation, scheduler }: Corex,
  recorder: Signer,
  node: bigint,
  { capacity = CAPACITY, lifetime = 60 * DAY } = {},
): Promise<void> {
  await nodeRegistry.connect(recorder).recordBenchmark(node, capacity, (await time.latest()) + lifetime);
  await reputation.connect(recorder).recordMeasured(node);
  await scheduler.poke(node);
}

/** Moves to the first block of the next period: from then on draws use the weights of now. */
export async function nextPeriod({ entropy }: Pick<Corex, "entropy">): Promise<void> {
  const blocks = Number(await entropy.periodBlocks());
  await mine(blocks - ((await time.latestBlock()) % blocks));
}

/** Moves past the entropy that a draw requested now waits for. */
export async function decide({ scheduler }: Pick<Corex, "scheduler">, ticket?: bigint): Promise<void> {
  const last = Number(ticket ?? (await scheduler.nextTicket()));
  const missing = last - (await time.latestBlock());
  if (missing > 0) await mine(missing);
}

/** The suite without nodes or money. */
export async function deployBare() {
  const corex = await deployCorex(connection);
  const signers = await ethers.getSigners();
  const signer = (index: number): Signer => {
    const found = signers[index];
    if (found === undefined) throw new Error(`no signer ${index}`);
    return found;
  };
  const { name, terms, key } = linearCircuit();
  await corex.circuitRegistry.register(name, terms, key);
  await corex.accessManager.grantRole(ROLES.BENCHMARK, signer(0), 0);
  const circuit = await corex.circuitRegistry.idOf(name);
  return { ...corex, circuit, admin: signer(0), owner: signer(1), stranger: signer(8), signer };
}

/** The suite with three active nodes, and an owner who has about one CXT that a network task brought into the world. */
export async function deploySuite() {
  const bare = await deployBare();
  const { admin, owner, signer } = bare;

  // The first node alone does one step of a network task: it is drawn for sure.
  const first = await joinNode(bare, admin, signer(2), signer(5));
  await nextPeriod(bare);
  const task = await LinearTask.create(bare, { owner: admin, network: true, chains: 1, steps: 1, nonce: 1_000n });
  await task.publish();
  await task.assign(0);
  await task.submit(0);

  // Its reward becomes the owner's money once the epoch is over.
  await time.increase(DAY);
  await bare.rewardDistributor.settle([first.node]);
  const earned = await bare.token.balanceOf(first.payout);
  await bare.token.connect(first.payout).transfer(owner, earned);
  await bare.token.connect(owner).approve(bare.escrow, earned);

  await bare.nodeRegistry.connect(first.signer).heartbeat();
  const second = await joinNode(bare, admin, signer(3), signer(6));
  const third = await joinNode(bare, admin, signer(4), signer(7));
  await bare.scheduler.poke(first.node);
  await nextPeriod(bare);
  return { ...bare, operators: [first, second, third] as const, earned };
}

export type Bare = Awaited<ReturnType<typeof deployBare>>;
export type Suite = Awaited<ReturnType<typeof deploySuite>>;

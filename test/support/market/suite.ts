// The deployed suite with a registered circuit, three attested nodes and an owner whose CXT came out of the pool by work.
import { network } from "hardhat";
import { id } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { BENCHMARK_TYPES, benchmarkDomain } from "@corex/sdk/actions/benchmark";

import Corex from "../../../deploy/modules/Corex.ts";
import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
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

/** Deploys what a real deployment deploys, on the given connection. */
export async function deployCorex({ ethers, ignition }: typeof connection) {
  const deployed = await ignition.deploy(Corex, { parameters: PARAMETERS });
  const at = async (contract: { getAddress(): Promise<string> }) => contract.getAddress();
  return {
    accessManager: await ethers.getContractAt("AccessManager", await at(deployed.accessManager)),
    nodeRegistry: await ethers.getContractAt("NodeRegistry", await at(deployed.nodeRegistry)),
    rewardDistributor: await ethers.getContractAt("RewardDistributor", await at(deployed.rewardDistributor)),
    miningPool: await ethers.getContractAt("MiningPool", await at(deployed.miningPool)),
    token: await ethers.getContractAt("CorexToken", await at(deployed.corexToken)),
    feeRouter: await ethers.getContractAt("FeeRouter", await at(deployed.feeRouter)),
    circuitRegistry: await ethers.getContractAt("CircuitRegistry", await at(deployed.circuitRegistry)),
    proofVerifier: await ethers.getContractAt("ProofVerifier", await at(deployed.proofVerifier)),
    scheduler: await ethers.getContractAt("UniformScheduler", await at(deployed.scheduler)),
    market: await ethers.getContractAt("TaskMarket", await at(deployed.taskMarket)),
    escrow: await ethers.getContractAt("TaskEscrow", await at(deployed.taskEscrow)),
    models: await ethers.getContractAt("ModelRegistry", await at(deployed.modelRegistry)),
  };
}

export type Corex = Awaited<ReturnType<typeof deployCorex>>;

/** What registers the linear step: name, terms and development key, as a deployment reads them from the manifest. */
export function linearCircuit() {
  const { name, terms, verifyingKey } = circuitRegistration(circuitEntry());
  return { name, terms: { ...terms, workUnits: BigInt(terms.workUnits) }, key: verifyingKey };
}

/** Registers the node of `signer` and has its benchmark attested by `attestor`. */
export async function joinNode(corex: Corex, attestor: Signer, signer: Signer, payout: Signer): Promise<Operator> {
  const { nodeRegistry } = corex;
  await nodeRegistry.connect(signer).register(payout, 0, "ipfs://node");
  const node = await nodeRegistry.nodeOf(signer);
  await attestBenchmark(corex, attestor, node);
  return { signer, address: signer.address, node, payout };
}

/** Signs a fresh benchmark of `node` and submits it. */
export async function attestBenchmark(
  corex: Corex,
  attestor: Signer,
  node: bigint,
  lifetime = 60 * DAY,
): Promise<void> {
  const { nodeRegistry } = corex;
  const measuredAt = await time.latest();
  const { benchmarkNonce } = await nodeRegistry.get(node);
  const benchmark = {
    node,
    dailyWorkUnits: 1_000_000_000n,
    measuredAt,
    expiresAt: measuredAt + lifetime,
    nonce: benchmarkNonce,
  };
  const { chainId } = await ethers.provider.getNetwork();
  const domain = benchmarkDomain(chainId, await nodeRegistry.getAddress());
  const signature = await attestor.signTypedData(domain, BENCHMARK_TYPES, benchmark);
  await nodeRegistry.submitBenchmark(benchmark, attestor, signature);
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
  const circuit = await corex.circuitRegistry.idOf(name);
  return { ...corex, circuit, admin: signer(0), owner: signer(1), stranger: signer(8), signer };
}

/** The suite with three active nodes, and an owner who has about one CXT that a network task brought into the world. */
export async function deploySuite() {
  const bare = await deployBare();
  const { admin, owner, signer } = bare;

  // The first node alone does one step of a network task: it is drawn for sure.
  const first = await joinNode(bare, admin, signer(2), signer(5));
  await mine();
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
  await mine();
  return { ...bare, operators: [first, second, third] as const, earned };
}

export type Bare = Awaited<ReturnType<typeof deployBare>>;
export type Suite = Awaited<ReturnType<typeof deploySuite>>;

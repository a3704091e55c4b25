// Deploys the token, the pool, the rewards and the registry as tests need them, with every role given to one signer.
import { createRequire } from "node:module";

import type { Addressable, Contract } from "ethers";
import { network } from "hardhat";

import type { VotingPower } from "../../typechain-types/index.ts";

export const { ethers, networkHelpers } = await network.create();

/** Runs `deploy` once, and from then on returns to the state after it. */
export function loadFixture<T>(deploy: () => Promise<T>): Promise<T> {
  return networkHelpers.loadFixture(deploy);
}

export const EPOCH = 86_400n;
export const BPS = 10_000n;
export const SUPPLY = 100_000_000n * 10n ** 18n;
export const RATE_WAD = 474_320_862_749_585n;
export const WAD = 10n ** 18n;
export const POINTS_PER_WORK_UNIT = 1_000_000n;

export const Track = { ComputePoC: 0n, StakeToValidate: 1n } as const;
export const NodeStatus = { None: 0n, Registered: 1n, Active: 2n, Suspended: 3n, Exited: 4n, Removed: 5n } as const;
export const DeviceClass = { CPU: 0n, GPU: 1n, FPGA: 2n, Edge: 3n } as const;
export const Roles = { ADMIN: 0n, OPERATIONS: 1n, SECURITY: 2n, REPORTER: 4n, BENCHMARK: 6n, DISCIPLINE: 7n } as const;

/** A multiplier of one: work counts for what it is. */
export const ONE = BPS;

/** The largest multiplier that the rewards accept. */
export const MAX_MULTIPLIER_BPS = 39_000n;

export const DEFAULT_TERMS = {
  computeShareBps: 8_000n,
  matchBps: 10_000n,
  networkShareBps: 5_000n,
  claimFeeBps: 200n,
  maxRewardPerPoint: 2_000_000_000n,
};

/** Stands for the treasury where only its balance counts. */
export const TREASURY = "0x0000000000000000000000000000000000007ea5";

const AccessManager = createRequire(import.meta.url)("@openzeppelin/contracts/build/contracts/AccessManager.json") as {
  abi: object[];
  bytecode: string;
};

/** Work units a day of every node that `deployNodes` makes. */
export const CAPACITY = 10n ** 11n;

/** Most work units a day that the registry records. */
export const MAX_CAPACITY = 2n * 10n ** 11n;

/** More points, or wei of fee, than any cap. */
export const PLENTY = 2n ** 255n;

interface SealOptions {
  readonly vault?: string | Addressable;
  readonly contributions?: string | Addressable;
  readonly excluded?: readonly (string | Addressable)[];
}

/**
 * Fixes the sources of votes, as a deployment does at its end: from then on CXT moves. `pool` holds all of it and has no votes, as
 * the other `excluded` accounts.
 */
export async function sealVotes(
  votes: VotingPower,
  token: Addressable,
  pool: Addressable,
  { vault = ethers.ZeroAddress, contributions = ethers.ZeroAddress, excluded = [] }: SealOptions = {},
): Promise<void> {
  await votes.seal(token, vault, contributions, [pool, ...excluded]);
}

/** A token whose whole supply `holder` has, as if it were the pool: it has no votes. */
export async function deployToken(holder: Addressable, vault: string | Addressable = ethers.ZeroAddress) {
  const votes = await ethers.deployContract("VotingPower");
  const token = await ethers.deployContract("CorexToken", [holder, votes]);
  await sealVotes(votes, token, holder, { vault });
  return { token, votes };
}

/** The suite, with roles, and no node. A test with a stake vault seals the votes itself, once it has the vault. */
export async function deploySuite({ sealed = true } = {}) {
  const signers = await ethers.getSigners();
  const [admin, operations, security, benchmark, reporter, stranger] = signers as [
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
  ];
  const manager = await new ethers.ContractFactory<[string], Contract>(
    AccessManager.abi,
    AccessManager.bytecode,
    admin,
  ).deploy(admin.address);
  const registry = await ethers.deployContract("NodeRegistry", [manager]);
  const votes = await ethers.deployContract("VotingPower");
  const distributor = await ethers.deployContract("RewardDistributor", [
    ...[manager, registry, DEFAULT_TERMS, TREASURY, votes],
  ]);
  const pool = await ethers.getContractAt("MiningPool", await distributor.pool());
  const token = await ethers.getContractAt("CorexToken", await pool.token());
  const feeRouter = await ethers.getContractAt("FeeRouter", await distributor.feeRouter());
  if (sealed) await sealVotes(votes, token, pool);

  const selectors = (
    contract: { interface: { getFunction(name: string): { selector: string } | null } },
    names: string[],
  ) =>
    names.map((name) => {
      const fragment = contract.interface.getFunction(name);
      if (fragment === null) throw new Error(`no function ${name}`);
      return fragment.selector;
    });
  await manager.setTargetFunctionRole!(
    distributor,
    selectors(distributor, ["creditMatched", "creditNetwork", "creditMany"]),
    Roles.REPORTER,
  );
  await manager.setTargetFunctionRole!(distributor, selectors(distributor, ["setTerms"]), Roles.OPERATIONS);
  await manager.setTargetFunctionRole!(feeRouter, selectors(feeRouter, ["setShares"]), Roles.OPERATIONS);
  await manager.setTargetFunctionRole!(
    registry,
    selectors(registry, ["suspend", "reinstate", "remove"]),
    Roles.DISCIPLINE,
  );
  await manager.setTargetFunctionRole!(registry, selectors(registry, ["recordBenchmark"]), Roles.BENCHMARK);
  await manager.grantRole!(Roles.OPERATIONS, operations, 0);
  await manager.grantRole!(Roles.SECURITY, security, 0);
  await manager.grantRole!(Roles.DISCIPLINE, security, 0);
  await manager.grantRole!(Roles.BENCHMARK, benchmark, 0);
  await manager.grantRole!(Roles.REPORTER, reporter, 0);

  return {
    manager,
    registry,
    votes,
    distributor,
    pool,
    token,
    feeRouter,
    admin,
    operations,
    security,
    benchmark,
    reporter,
    stranger,
    signers,
  };
}

export type Suite = Awaited<ReturnType<typeof deploySuite>>;

/** What the benchmark registry records of a node. */
export interface Benchmark {
  node: bigint | number;
  dailyWorkUnits: bigint;
  expiresAt: bigint;
}

/** A benchmark of `node` that the registry accepts now. */
export async function benchmarkOf(
  node: bigint | number,
  changes: Partial<Omit<Benchmark, "node">> = {},
): Promise<Benchmark> {
  const now = BigInt(await networkHelpers.time.latest());
  return { node, dailyWorkUnits: CAPACITY, expiresAt: now + 60n * EPOCH, ...changes };
}

/** Records `benchmark` as `signer`, by default the one that holds BENCHMARK. */
export async function recordBenchmark(suite: Suite, benchmark: Benchmark, signer = suite.benchmark) {
  const { node, dailyWorkUnits, expiresAt } = benchmark;
  return suite.registry.connect(signer).recordBenchmark(node, dailyWorkUnits, expiresAt);
}

/** Registers the operator with number `index` (from 1) and makes its node active; its id is the number of nodes so far. */
export async function activeNode(suite: Suite, index: number, dailyWorkUnits = CAPACITY) {
  const operator = operatorOf(suite, index);
  const payout = payoutOf(index);
  await suite.registry.connect(operator).register(payout, DeviceClass.GPU, `ipfs://node-${index}`);
  const node = await suite.registry.nodeOf(operator);
  await recordBenchmark(suite, await benchmarkOf(node, { dailyWorkUnits }));
  return { node, operator, payout };
}

/** Makes node 1 active, credits it with `points` of network work and lets that epoch end: its reward can be settled. */
export async function endEpochWithRewards(suite: Suite, points: bigint) {
  const active = await activeNode(suite, 1);
  await suite.distributor.connect(suite.reporter).creditNetwork(active.node, Track.ComputePoC, points, ONE);
  await networkHelpers.time.increase(EPOCH);
  return active;
}

/** A signer that holds no role. */
export function operatorOf(suite: Suite, index: number) {
  const operator = suite.signers[5 + index];
  if (operator === undefined) throw new Error(`there is no signer for operator ${index}`);
  return operator;
}

/** An address that never held anything. */
export function payoutOf(index: number): string {
  return ethers.getAddress(ethers.toBeHex(0xc0ffee0000n + BigInt(index), 20));
}

/** A distributor over a directory whose answers a test sets; nodes 1 to 9 have capacity and a payout address each. */
export async function deployRewards() {
  const suite = await deploySuite();
  const directory = await ethers.deployContract("DirectoryDouble");
  const votes = await ethers.deployContract("VotingPower");
  const distributor = await ethers.deployContract("RewardDistributor", [
    ...[suite.manager, directory, DEFAULT_TERMS, TREASURY, votes],
  ]);
  const pool = await ethers.getContractAt("MiningPool", await distributor.pool());
  const token = await ethers.getContractAt("CorexToken", await pool.token());
  const feeRouter = await ethers.getContractAt("FeeRouter", await distributor.feeRouter());
  await sealVotes(votes, token, pool);
  const selectorOf = (name: "creditMatched" | "creditNetwork" | "creditMany" | "setTerms") =>
    distributor.interface.getFunction(name).selector;
  await suite.manager.setTargetFunctionRole!(
    distributor,
    [selectorOf("creditMatched"), selectorOf("creditNetwork"), selectorOf("creditMany")],
    Roles.REPORTER,
  );
  await suite.manager.setTargetFunctionRole!(distributor, [selectorOf("setTerms")], Roles.OPERATIONS);
  for (let node = 1; node <= 9; node++) await directory.set!(node, payoutOf(node), CAPACITY);
  const reporter = distributor.connect(suite.reporter);
  const nextEpoch = async () => {
    const genesis = await pool.genesis();
    await networkHelpers.time.increaseTo(genesis + ((await pool.currentEpoch()) + 1n) * EPOCH);
  };
  return {
    ...suite,
    votes,
    directory,
    distributor,
    pool,
    token,
    feeRouter,
    reporter,
    reporterSigner: suite.reporter,
    nextEpoch,
  };
}

/** The budget of an epoch that begins with `remaining`, by the formula of the emission curve. */
export function budgetDown(remaining: bigint): bigint {
  return (remaining * RATE_WAD) / WAD;
}

/** A fee on `amount`, rounded up. */
export function feeUp(amount: bigint, feeBps: bigint): bigint {
  return (amount * feeBps + BPS - 1n) / BPS;
}

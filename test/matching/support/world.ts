// A scheduler with block entropy and every role given to one signer: over the real registry, or over a double of it.
import type { BaseContract } from "ethers";

import { ethers, deploySuite, networkHelpers, activeNode, type Suite } from "../../support/fixtures.ts";

export const PERIOD_BLOCKS = 32n;
export const TAIL_BLOCKS = 8n;
export const MAX_DRAW_VALUE = 1_000n * 10n ** 18n;

export const Outcome = { Pending: 0n, Drawn: 1n, Nobody: 2n, Expired: 3n } as const;
export const Spread = { Uniform: 0, Linear: 1, HeavyTailed: 2 } as const;
export const GPU_CLASS = 2;
export const ZERO_SALT = ethers.ZeroHash;

const MATCHING_ROLES = { MARKET: 8n, REPUTATION: 9n, STAKING: 10n } as const;

/** Work units a day that are a weight of one at half reputation and without stake. */
export const WORK_PER_WEIGHT = 40_000n;

export type Signer = Suite["signers"][0];

function signerAt(suite: Suite, index: number): Signer {
  const signer = suite.signers[index];
  if (signer === undefined) throw new Error(`there is no signer ${index}`);
  return signer;
}

async function assignRoles(suite: Suite, scheduler: BaseContract, grants: readonly (readonly [bigint, string])[]) {
  const selector = (name: string) => {
    const found = scheduler.interface.getFunction(name);
    if (found === null) throw new Error(`no function ${name}`);
    return found.selector;
  };
  const { manager } = suite;
  await manager.setTargetFunctionRole!(
    scheduler,
    ["take", "giveBack", "giveBackMany"].map(selector),
    MATCHING_ROLES.MARKET,
  );
  await manager.setTargetFunctionRole!(scheduler, [selector("setStanding")], MATCHING_ROLES.REPUTATION);
  await manager.setTargetFunctionRole!(scheduler, [selector("setBoost")], MATCHING_ROLES.STAKING);
  for (const [role, account] of grants) await manager.grantRole!(role, account, 0);
}

/** A scheduler over the real registry; `market`, `reputation` and `staking` are signers. */
export async function deployScheduler() {
  const suite = await deploySuite();
  const entropy = await ethers.deployContract("BlockEntropy", [PERIOD_BLOCKS, TAIL_BLOCKS, MAX_DRAW_VALUE]);
  const scheduler = await ethers.deployContract("Scheduler", [suite.manager, suite.registry, entropy]);
  const [market, reputation, staking] = [signerAt(suite, 17), signerAt(suite, 18), signerAt(suite, 19)];
  await assignRoles(suite, scheduler, [
    [MATCHING_ROLES.MARKET, market.address],
    [MATCHING_ROLES.REPUTATION, reputation.address],
    [MATCHING_ROLES.STAKING, staking.address],
  ]);
  return {
    ...suite,
    entropy,
    scheduler,
    reputation,
    staking,
    marketSigner: market,
    market: scheduler.connect(market),
    scorer: scheduler.connect(reputation),
    vault: scheduler.connect(staking),
  };
}

export type World = Awaited<ReturnType<typeof deployScheduler>>;

/** Three active GPU nodes with weights 1,000, 2,000 and 3,000, in a fresh period. */
export async function deployThreeNodes() {
  const world = await deployScheduler();
  const nodes = [];
  for (const index of [1, 2, 3]) {
    const joined = await activeNode(world, index, BigInt(index) * 1_000n * WORK_PER_WEIGHT);
    await world.scorer.setStanding(joined.node, 5_000, 0);
    await world.scheduler.poke(joined.node);
    nodes.push(joined);
  }
  await nextPeriod();
  return { ...world, nodes: nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]] };
}

/** A scheduler over a double of the registry, filled by a harness that holds all roles. */
export async function deployCrowd() {
  const suite = await deploySuite();
  const double = await ethers.deployContract("NodeRegistryDouble");
  const harness = await ethers.deployContract("SchedulerHarness");
  const entropy = await ethers.deployContract("BlockEntropy", [PERIOD_BLOCKS, TAIL_BLOCKS, MAX_DRAW_VALUE]);
  const scheduler = await ethers.deployContract("Scheduler", [suite.manager, double, entropy]);
  const account = await harness.getAddress();
  await assignRoles(
    suite,
    scheduler,
    Object.values(MATCHING_ROLES).map((role) => [role, account] as const),
  );
  return { ...suite, double, harness, entropy, scheduler };
}

export type Crowd = Awaited<ReturnType<typeof deployCrowd>>;

const NODES_PER_CALL = 150;

/** Makes nodes `first` ... `last` known to the scheduler, and starts a new period. */
export async function populate(crowd: Crowd, first: number, last: number, spread: number = Spread.Uniform) {
  const { harness, scheduler, double } = crowd;
  for (let from = first; from <= last; from += NODES_PER_CALL) {
    const count = Math.min(NODES_PER_CALL, last - from + 1);
    await harness.getFunction("populate")(scheduler, double, from, count, spread);
  }
  await nextPeriod();
}

/** Mines to the third block of the next period. */
export async function nextPeriod(): Promise<void> {
  const number = BigInt(await networkHelpers.time.latestBlock());
  await networkHelpers.mine(Number(PERIOD_BLOCKS - (number % PERIOD_BLOCKS)) + 2);
}

/** The draw with the entropy of the last block: known, and of the running period unless that just began. */
export async function drawOf(changes: Partial<DrawStruct> = {}): Promise<DrawStruct> {
  const ticket = BigInt(await networkHelpers.time.latestBlock()) - 1n;
  return { ticket, salt: ZERO_SALT, device: 0, minTier: 0, excluded: 0, ...changes };
}

export interface DrawStruct {
  ticket: bigint;
  salt: string;
  device: bigint | number;
  minTier: bigint | number;
  excluded: bigint | number;
}

/** The `number`-th salt. */
export const saltOf = (number: bigint | number): string => ethers.toBeHex(number, 32);

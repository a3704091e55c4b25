// The stake vault and the slasher over the real registry, token and fee router; scheduler and reputation are doubles.
import type { Addressable, Contract } from "ethers";

import { type Suite, activeNode, deploySuite, ethers, networkHelpers, sealVotes } from "../../support/fixtures.ts";

export const CXT = 10n ** 18n;
export const DAY = 86_400n;
export const MIN_STAKE = 1_000n * CXT;
export const MIN_PERIOD = 14n * DAY;
export const MAX_PERIOD = 1_461n * DAY;

/** CXT of each staker: what the pool gave out before the test began. */
export const FUNDS = 1_000_000n * CXT;

export const StakingRoles = { SLASHER: 11n, LIABILITY: 12n, JUDGE: 13n } as const;

export const Offence = {
  None: 0n,
  MissedDeadline: 1n,
  InvalidResult: 2n,
  DuplicateSubmission: 3n,
  FakeBenchmark: 4n,
  UnrevealedVote: 5n,
  IncoherentVote: 6n,
  ApprovedPlant: 7n,
} as const;

/** The test contract `name` with its calls typed: generated types cover `contracts/` alone. */
async function deployDouble<Calls>(name: string): Promise<Pick<Contract, "getAddress" | "interface"> & Calls> {
  return (await ethers.deployContract(name)) as unknown as Pick<Contract, "getAddress" | "interface"> & Calls;
}

interface SchedulerDouble {
  boostOf(node: bigint): Promise<bigint>;
  callsFor(node: bigint): Promise<bigint>;
}

interface ReputationDouble {
  offencesOf(node: bigint): Promise<bigint>;
  lastOf(node: bigint): Promise<bigint>;
}

/** Vault and slasher of `suite`, with the functions of each role given to it; nobody holds a role but the slasher. */
export async function deployStakingOn(suite: Suite) {
  const { manager, registry, token, feeRouter } = suite;
  const scheduler = await deployDouble<SchedulerDouble>("SchedulerDouble");
  const reputation = await deployDouble<ReputationDouble>("ReputationDouble");
  const vault = await ethers.deployContract("StakeVault", [manager, token, registry, scheduler, feeRouter]);
  const slasher = await ethers.deployContract("Slasher", [manager, vault, reputation, registry, feeRouter]);
  // As in a deployment, whoever slashes has no votes.
  const excluded = [vault, slasher, feeRouter, ...suite.signers.slice(13, 14)];
  await sealVotes(suite.votes, token, suite.pool, { vault, excluded });
  const roles = [
    [vault, ["hold", "unhold"], StakingRoles.LIABILITY],
    [vault, ["slash"], StakingRoles.SLASHER],
    [slasher, ["punish"], StakingRoles.JUDGE],
  ] as const;
  for (const [target, names, role] of roles) {
    const { interface: abi } = target as unknown as Contract;
    await manager.setTargetFunctionRole!(
      target,
      names.map((name) => abi.getFunction(name)?.selector),
      role,
    );
  }
  await manager.grantRole!(StakingRoles.SLASHER, slasher, 0);
  return { ...suite, scheduler, reputation, vault, slasher };
}

/** Voting units of `amount` CXT wei committed to `period` seconds, rounded down. */
export function stakeUnits(amount: bigint, period: bigint): bigint {
  return amount + (amount * 3n * period) / MAX_PERIOD;
}

/** Gives `amount` CXT wei of the pool to `receiver`. */
export async function fund(suite: Suite, receiver: Addressable | string, amount: bigint): Promise<void> {
  const pool = await suite.pool.getAddress();
  await networkHelpers.impersonateAccount(pool);
  await networkHelpers.setBalance(pool, CXT);
  await suite.token.connect(await ethers.getSigner(pool)).transfer(receiver, amount);
}

/** Nodes 1 and 2 active; their operators, and a staker without a node, hold CXT that the vault may take. */
export async function deployStaking() {
  const suite = await deployStakingOn(await deploySuite({ sealed: false }));
  const { operator, node } = await activeNode(suite, 1);
  const { operator: otherOperator, node: otherNode } = await activeNode(suite, 2);
  const [staker, liability, judge, rawSlasher, reporter] = suite.signers.slice(10) as [
    Suite["admin"],
    Suite["admin"],
    Suite["admin"],
    Suite["admin"],
    Suite["admin"],
  ];
  for (const account of [operator, otherOperator, staker]) {
    await fund(suite, account, FUNDS);
    await suite.token.connect(account).approve(suite.vault, FUNDS);
  }
  await suite.manager.grantRole!(StakingRoles.LIABILITY, liability, 0);
  await suite.manager.grantRole!(StakingRoles.JUDGE, judge, 0);
  await suite.manager.grantRole!(StakingRoles.SLASHER, rawSlasher, 0);
  return { ...suite, operator, node, otherOperator, otherNode, staker, liability, judge, rawSlasher, reporter };
}

export type StakingSuite = Awaited<ReturnType<typeof deployStaking>>;

/** The suite with position 0 of node 1: 10,000 CXT of its operator for 100 days. */
export async function deployStaked() {
  const suite = await deployStaking();
  await suite.vault.connect(suite.operator).stake(suite.node, 10_000n * CXT, 100n * DAY);
  return suite;
}

/** Everything the vault keeps about `node` and its position `place`, and the balances around it. */
export async function bookOf({ vault, token, feeRouter, scheduler, operator, staker }: StakingSuite, node: bigint) {
  const data = await vault.stakeDataOf(node);
  return {
    tokens: data.tokens,
    totalShares: data.totalShares,
    places: data.places,
    stayingShares: data.stayingShares,
    committedShares: data.committedShares,
    held: data.held,
    slashed: data.slashed,
    boost: await vault.boostOf(node),
    told: await scheduler.boostOf(node),
    total: await vault.totalStaked(),
    vaultBalance: await token.balanceOf(vault),
    routerBalance: await token.balanceOf(feeRouter),
    operatorBalance: await token.balanceOf(operator),
    stakerBalance: await token.balanceOf(staker),
  };
}

// The suite with money: an owner who can pay high fees, and operators who can stake.
import { ROLES } from "../../../deploy/authority.ts";
import {
  BPS,
  CXT,
  DAY,
  deploySuite,
  ethers,
  joinNode,
  networkHelpers,
  nextPeriod,
  time,
  type Operator,
  type Suite,
} from "./suite.ts";

/** What each operator and the owner have, at least. */
export const WEALTH = 3_000n * CXT;
/** The least stake, and its boost in basis points for the shortest period. */
export const MIN_STAKE = 1_000n * CXT;
export const MIN_BOOST = 11_000n;
/** The shortest period, in seconds. */
export const STAKE_PERIOD = 14 * DAY;

/** The suite whose owner and operators got a day's network work of the first node. */
export async function deployRich() {
  const suite = await deploySuite();
  const { accessManager, admin, rewardDistributor, token, escrow, vault, owner, operators } = suite;
  const [first] = operators;
  await accessManager.grantRole(ROLES.REPORTER, admin, 0);
  await rewardDistributor.creditNetwork(first.node, 0, 10n ** 13n, BPS);
  await time.increase(DAY);
  await rewardDistributor.settle([first.node]);
  for (const { signer } of operators) {
    await token.connect(first.payout).transfer(signer, WEALTH);
    await token.connect(signer).approve(vault, WEALTH);
  }
  await token.connect(first.payout).transfer(owner, WEALTH);
  await token.connect(owner).approve(escrow, 2n ** 255n);
  await wake(suite);
  return suite;
}

/** Lets every node live and counts it from now on. */
export async function wake(suite: Suite): Promise<void> {
  for (const { signer, node } of suite.operators) {
    await suite.nodeRegistry.connect(signer).heartbeat();
    await suite.scheduler.poke(node);
  }
  await nextPeriod(suite);
}

/** Stakes for the node of `operator`; counts in draws from the next period on. */
export async function stakeFor({ vault }: Suite, { signer, node }: Operator, amount = MIN_STAKE): Promise<void> {
  await vault.connect(signer).stake(node, amount, STAKE_PERIOD);
}

/** The suite in which every node is staked with `MIN_STAKE`. */
export async function deployStaked() {
  const suite = await deployRich();
  for (const operator of suite.operators) await stakeFor(suite, operator);
  await wake(suite);
  return suite;
}

/** Registers and measures `count` nodes of accounts of their own; they are in the draws from now on. */
export async function joinMany(suite: Suite, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const { address } = ethers.Wallet.createRandom();
    await networkHelpers.setBalance(address, CXT);
    await joinNode(suite, suite.admin, await ethers.getImpersonatedSigner(address), suite.admin);
  }
  await nextPeriod(suite);
}

/** The operator of `node`. */
export function operatorOf({ operators }: Suite, node: bigint): Operator {
  const found = operators.find((operator) => operator.node === node);
  if (found === undefined) throw new Error(`no operator of node ${node}`);
  return found;
}

/** Takes every node but that of `staying` out of the network, and out of the draws of the period that begins now. */
export async function leaveOnly(suite: Suite, staying: Operator): Promise<void> {
  for (const { signer, node } of suite.operators.filter((operator) => operator.node !== staying.node)) {
    await suite.nodeRegistry.connect(signer).exit();
    await suite.scheduler.poke(node);
  }
  await nextPeriod(suite);
}

/** Gives the node of `operator` a record of `completions` and tells the scheduler: with 50 of them it reaches tier 3, or tier
 * 4 when it is staked. */
export async function promote(suite: Suite, operator: Operator, completions = 50): Promise<void> {
  const { accessManager, admin, reputation, scheduler, nodeRegistry } = suite;
  await accessManager.grantRole(ROLES.MARKET, admin, 0);
  await nodeRegistry.recordBenchmark(operator.node, 4n * 10n ** 9n, (await time.latest()) + 60 * DAY);
  for (let i = 0; i < completions; i++) await reputation.recordCompleted(operator.node, CXT);
  await accessManager.revokeRole(ROLES.MARKET, admin);
  await reputation.sync(operator.node);
  await scheduler.poke(operator.node);
}

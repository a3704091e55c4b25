// The deployed suite with people who vote: an author with a staked node, a whale, a crowd, and proposals on their way.
import { type BigNumberish, id } from "ethers";

import {
  CXT,
  DAY,
  type Corex,
  type Signer,
  deployBare,
  ethers,
  joinNode,
  networkHelpers,
  time,
} from "./market/suite.ts";

export const YEAR = 365 * DAY;
export const Vote = { Against: 0, For: 1, Abstain: 2 } as const;
export const State = {
  Pending: 0n,
  Active: 1n,
  Canceled: 2n,
  Defeated: 3n,
  Succeeded: 4n,
  Queued: 5n,
  Expired: 6n,
  Executed: 7n,
} as const;
export const Parameter = {
  ProtocolFeeBps: 0,
  BurnShareBps: 1,
  TreasuryShareBps: 2,
  ComputeShareBps: 3,
  MatchBps: 4,
  NetworkShareBps: 5,
  ClaimFeeBps: 6,
  MaxRewardPerPoint: 7,
  MacsPerWorkUnit: 8,
  SupportBps: 9,
  ProposerStake: 10,
  ProposerScore: 11,
  ProposalBond: 12,
  PolicyQuorumBps: 13,
  TechnicalQuorumBps: 14,
  RewardShareBps: 15,
} as const;

export interface Proposal {
  readonly targets: string[];
  readonly values: bigint[];
  readonly calldatas: string[];
  readonly description: string;
}

/** CXT that voters have, in wei: nobody's units are round. */
export const WHALE = 600_001n * CXT;
export const SMALL = 40_003n * CXT;
export const AUTHOR_STAKE = 30_000n * CXT;

/** Gives CXT of the pool, as if it had been earned. */
export async function fund({ token, miningPool }: Corex, to: { address: string }, amount: bigint): Promise<void> {
  const pool = await miningPool.getAddress();
  await networkHelpers.impersonateAccount(pool);
  await networkHelpers.setBalance(pool, CXT);
  await token.connect(await ethers.getSigner(pool)).transfer(to.address, amount);
}

/** Operates a measured node and stakes `amount` for it over `period` seconds. */
export async function stakeFor(suite: Corex & { admin: Signer }, signer: Signer, amount: bigint, period = YEAR) {
  const { node } = await joinNode(suite, suite.admin, signer, signer);
  await fund(suite, signer, amount);
  await suite.token.connect(signer).approve(suite.vault, amount);
  await suite.vault.connect(signer).stake(node, amount, period);
  return node;
}

/** The suite, a day after an author has staked for its node, and after a whale and two others delegated to themselves. */
export async function deployGovernance() {
  const suite = await deployBare();
  const [author, whale, small, other, poor] = [3, 4, 5, 6, 7].map((index) => suite.signer(index)) as [
    ...[Signer, Signer, Signer, Signer, Signer],
  ];
  const node = await stakeFor(suite, author, AUTHOR_STAKE);
  for (const [voter, amount] of [
    [whale, WHALE],
    [small, SMALL],
    [other, SMALL],
    [author, 5_000n * CXT],
    [poor, 2_000n * CXT],
  ] as const) {
    await fund(suite, voter, amount);
    await suite.votes.connect(voter).delegate(voter);
  }
  await suite.token.connect(author).approve(suite.support, 100_000n * CXT);
  await suite.token.connect(poor).approve(suite.support, 100_000n * CXT);
  await time.increase(2 * DAY);
  return { ...suite, author, whale, small, other, poor, node };
}

export type Governance = Awaited<ReturnType<typeof deployGovernance>>;

/** A proposal of one call. */
export async function callOf(
  target: { getAddress(): Promise<string>; interface: { encodeFunctionData(name: never, args: never): string } },
  method: string,
  args: readonly unknown[],
  description = `${method} #${String(args)}`,
): Promise<Proposal> {
  return {
    targets: [await target.getAddress()],
    values: [0n],
    calldatas: [target.interface.encodeFunctionData(method as never, args as never)],
    description,
  };
}

/** Lowers the protocol fee from 5 % to 4 %: a small technical proposal. */
export async function feeProposal({ parameters }: Corex, value: BigNumberish = 400, note = ""): Promise<Proposal> {
  return callOf(parameters, "set", [Parameter.ProtocolFeeBps, value], `Lower the protocol fee to ${value}${note}`);
}

/** Adopts a text: a policy proposal. */
export async function textProposal({ policies }: Corex, text = "Be kind."): Promise<Proposal> {
  const category = ethers.encodeBytes32String("conduct");
  return callOf(policies, "ratify", [id(text), "ipfs://text", category], `Adopt: ${text}`);
}

export function argsOf({ targets, values, calldatas, description }: Proposal) {
  return [targets, values, calldatas, id(description)] as const;
}

export function fullArgsOf({ targets, values, calldatas, description }: Proposal) {
  return [targets, values, calldatas, description] as const;
}

export async function idOf({ support }: Corex, proposal: Proposal): Promise<bigint> {
  return support.hashProposal(...argsOf(proposal));
}

/** Proposes as `author` and moves to the time of votes. */
export async function propose(suite: Governance, proposal: Proposal, author = suite.author): Promise<bigint> {
  await suite.support.connect(author).propose(...fullArgsOf(proposal));
  const proposalId = await idOf(suite, proposal);
  await time.increaseTo((await suite.support.proposalSnapshot(proposalId)) + 1n);
  return proposalId;
}

/** Proposes, and lets the whale support it: it can be promoted. */
export async function supported(suite: Governance, proposal: Proposal, author = suite.author): Promise<bigint> {
  const proposalId = await propose(suite, proposal, author);
  await suite.support.connect(suite.whale).castVote(proposalId, Vote.For);
  return proposalId;
}

/** The governor of the second stage that decides a proposal. */
export async function governorOf(suite: Governance, proposalId: bigint) {
  const policy = (await suite.support.proposalKind(proposalId)) === 1n;
  return policy ? suite.policyGovernor : suite.technicalGovernor;
}

/** Proposes, promotes, and moves to the time of the binding votes. */
export async function promoted(suite: Governance, proposal: Proposal, author = suite.author): Promise<bigint> {
  const proposalId = await supported(suite, proposal, author);
  const governor = await governorOf(suite, proposalId);
  await governor.promote(...fullArgsOf(proposal));
  await time.increaseTo((await governor.proposalSnapshot(proposalId)) + 1n);
  return proposalId;
}

/** The same, adopted by the whale and the small one, and queued. */
export async function queued(suite: Governance, proposal: Proposal, author = suite.author): Promise<bigint> {
  const proposalId = await promoted(suite, proposal, author);
  const governor = await governorOf(suite, proposalId);
  await governor.connect(suite.whale).castVote(proposalId, Vote.For);
  await governor.connect(suite.small).castVote(proposalId, Vote.For);
  await time.increaseTo((await governor.proposalDeadline(proposalId)) + 1n);
  await governor["queue(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal));
  return proposalId;
}

/** The same, executed once its timelock is over. */
export async function executed(suite: Governance, proposal: Proposal, author = suite.author): Promise<bigint> {
  const proposalId = await queued(suite, proposal, author);
  const governor = await governorOf(suite, proposalId);
  await time.increaseTo(await governor.proposalEta(proposalId));
  await governor["execute(address[],uint256[],bytes[],bytes32)"](...argsOf(proposal));
  return proposalId;
}

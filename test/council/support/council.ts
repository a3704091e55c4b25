// The council with people of each constituency: stakers, developers, and nodes that contributed.
import { CXT, DAY, type Signer, ethers, networkHelpers, time } from "../../support/market/suite.ts";
import { type Governance, deployGovernance, stakeFor } from "../../support/governance.ts";

export const Constituency = { Compute: 0, Stakers: 1, Developers: 2 } as const;
export const CANDIDACY = 7 * DAY;
export const VOTING = 14 * DAY;
export const SETTLING = 3 * DAY;
export const TERM = 365 * DAY;

/** Signer of an address without a key. */
export async function actAs(address: string): Promise<Signer> {
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, CXT);
  return ethers.getSigner(address);
}

/** Three stakers and four developers; the ledger of contributions is spoken for. */
export async function deployCouncil() {
  const suite = await deployGovernance();
  const { developers, technicalTimelock, votes, contributionUnits } = suite;
  const dao = await actAs(await technicalTimelock.getAddress());
  const ledger = await actAs(await contributionUnits.getAddress());
  const stakers = [9, 10, 11].map((index) => suite.signer(index));
  for (const [index, staker] of stakers.entries()) await stakeFor(suite, staker, BigInt(index + 1) * 10_000n * CXT);
  const coders = [12, 13, 14, 15].map((index) => suite.signer(index));
  for (const coder of coders) await developers.connect(dao).admit(coder, ethers.id(coder.address));
  const workers = [16, 17, 18, 19].map((index) => suite.signer(index));
  for (const [index, worker] of workers.entries()) {
    await votes.connect(ledger).contributionChanged(worker, 0n, BigInt(index + 1) * 100n * CXT);
  }
  await time.increaseTo(await suite.council.nextElectionAt());
  return { ...suite, dao, ledger, stakers, coders, workers };
}

export type CouncilSuite = Awaited<ReturnType<typeof deployCouncil>>;

const at = (list: readonly Signer[], index: number): Signer => {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index}`);
  return found;
};

/** Three of each constituency stand, and vote for themselves; the developers and workers of number 3 for number 0. */
export async function holdElection(suite: CouncilSuite): Promise<void> {
  const { council, stakers, coders, workers } = suite;
  await council.begin();
  const election = await council.electionCount();
  for (const [constituency, people] of [workers, stakers, coders].entries()) {
    for (const person of people.slice(0, 3)) await council.connect(person).stand(constituency);
  }
  await time.increase(CANDIDACY);
  for (const [constituency, people] of [workers, stakers, coders].entries()) {
    for (const [index, person] of people.entries()) {
      const weight = await council.weightOf(election, constituency, person);
      await council.connect(person).vote(constituency, at(people, index % 3), weight);
    }
  }
  await time.increase(VOTING + SETTLING);
}

/** The council with nine members, in its first term. */
export async function deploySeated() {
  const suite = await deployCouncil();
  await holdElection(suite);
  await suite.council.install();
  const members = [suite.workers, suite.stakers, suite.coders].flatMap((people) => people.slice(0, 3));
  return { ...suite, members };
}

export type Seated = Awaited<ReturnType<typeof deploySeated>> & Governance;

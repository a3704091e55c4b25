// Games: who does what with the same contracts, and what it earns by it.
import { DAY, decide, RIGHT, STAKE, Stage, time, Verdict, wake, type ReviewSuite, type Worker } from "./suite.ts";
import type { Voter, Work } from "./work.ts";

/** What a group of nodes has in mind. */
export interface Strategy {
  readonly name: string;
  readonly nodes: readonly Worker[];
}

/** What a group earned, in CXT for each of its nodes. */
export interface Earned {
  readonly name: string;
  readonly fees: number;
  readonly rewards: number;
  readonly slashed: number;
  readonly profit: number;
}

/** Groups of the suite's nodes by their number. */
export function groupsOf(suite: ReviewSuite, names: readonly [string, number, number][]): Strategy[] {
  return names.map(([name, from, to]) => ({ name, nodes: suite.workers.slice(from, to) }));
}

export function groupOf(strategies: readonly Strategy[], node: bigint): string {
  return strategies.find(({ nodes }) => nodes.some((worker) => worker.node === node))?.name ?? "";
}

/** What each group earned: fees that it is owed, rewards of the pool for a day, less what it was slashed. */
export async function earnedBy(suite: ReviewSuite, strategies: readonly Strategy[]): Promise<Earned[]> {
  const { workEscrow, vault, token, rewardDistributor } = suite;
  await time.increase(DAY);
  await rewardDistributor.settle(suite.workers.map(({ node }) => node));
  const result: Earned[] = [];
  for (const { name, nodes } of strategies) {
    const each = (sum: bigint): number => Number(sum / 10n ** 14n) / 10_000 / nodes.length;
    let [fees, rewards, slashed] = [0n, 0n, 0n];
    for (const { node, payout } of nodes) {
      fees += await workEscrow.owedTo(payout);
      rewards += await token.balanceOf(payout);
      slashed += STAKE - (await vault.stakeOf(node));
    }
    result.push({
      name,
      fees: each(fees),
      rewards: each(rewards),
      slashed: each(slashed),
      profit: each(fees + rewards - slashed),
    });
  }
  return result;
}

/** Prints what was earned, a line for each group. */
export function printTable(title: string, rows: readonly Earned[]): void {
  const cell = (value: number): string => value.toFixed(1).padStart(9);
  const lines = rows.map(
    ({ name, fees, rewards, slashed, profit }) =>
      `      ${name.padEnd(22)}${[fees, rewards, -slashed, profit].map(cell).join("")}`,
  );
  const head = `      ${title.padEnd(22)}     fees  rewards  slashed   profit  (CXT a node)`;
  process.stdout.write(`${[head, ...lines].join("\n")}\n`);
}

/**
 * Has every fragment of a task done and reviewed to its end, as often as it is drawn again.
 *
 * @param resultOf What the node that is drawn submits.
 * @param voterOf What verifiers say of a result.
 * @param dispute Whether whoever is wronged by a verdict goes to the court, which always finds out.
 */
export async function play(
  work: Work,
  resultOf: (worker: Worker, fragment: number) => string,
  voterOf: (result: string, fragment: number) => Voter,
  dispute: boolean,
): Promise<void> {
  const { suite } = work;
  for (let fragment = 0; fragment < Number(work.terms.fragments); fragment++) {
    for (let attempt = 0; attempt < 3 && !(await suite.work.resultOf(work.id, fragment))[2]; attempt++) {
      const worker = await work.assign(fragment);
      await work.submit(fragment, resultOf(worker, fragment));
      await reviewed(work, voterOf, dispute, fragment);
    }
    await wake(suite);
  }
}

/** Has a submitted result reviewed to its end. */
export async function reviewed(
  work: Work,
  voterOf: (result: string, fragment: number) => Voter,
  dispute: boolean,
  fragment: number,
): Promise<void> {
  const { review, owner, arbiter } = work.suite;
  const { result, node } = await work.delivery(fragment);
  while ((await work.delivery(fragment)).node === node && (await work.review(fragment)).stage !== Stage.Decided) {
    await nextSitting(work, voterOf(result, fragment), fragment);
  }
  const { verdict } = await work.review(fragment);
  const right = result === RIGHT;
  if (dispute && right !== (verdict === Verdict.Accepted)) {
    const worker = work.suite.workers.find((candidate) => candidate.node === node);
    const claimant = right ? worker?.signer : owner;
    await review.connect(arbiter).contest(work.terms, fragment, claimant ?? owner);
    await review.connect(arbiter).rule(work.terms, fragment, right);
    return;
  }
  await work.finalise(fragment);
}

async function nextSitting(work: Work, voter: Voter, fragment: number): Promise<void> {
  const { suite } = work;
  const { ticket } = await work.delivery(fragment);
  if ((await work.review(fragment)).stage === Stage.None) {
    await decide(suite, ticket);
    await suite.review.audit(work.terms, fragment);
  }
  if ((await work.review(fragment)).stage !== Stage.Voting) return;
  await work.sit(voter, fragment);
  await suite.review.decide(work.terms, fragment);
}

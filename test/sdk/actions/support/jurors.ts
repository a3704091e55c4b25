// Jurors who stake, are drawn and vote by actions.
import { id } from "ethers";

import { commitVote, voteCommitment, type SealedVote } from "../../../../packages/sdk/src/actions/commit-vote.ts";
import { drawJurors } from "../../../../packages/sdk/src/actions/draw-jurors.ts";
import type { ActionContext } from "../../../../packages/sdk/src/actions/execute.ts";
import { readBallot, readDispute, type RulingName } from "../../../../packages/sdk/src/actions/read-dispute.ts";
import { revealVote } from "../../../../packages/sdk/src/actions/reveal-vote.ts";
import { stakeJuror } from "../../../../packages/sdk/src/actions/stake-juror.ts";
import { CXT, fund, nextPeriod, type Signer } from "../../../support/review/suite.ts";
import type { ReviewWorld } from "./review-world.ts";

/** CXT wei that each juror stakes: the most that counts, so that draws soon find enough. */
export const JUROR_STAKE = 50_000n * CXT;

const SALT = id("salt of a vote");

/** Makes jurors of accounts, which draws count from now on. */
export async function enlist(world: ReviewWorld, signers: readonly Signer[]): Promise<ActionContext[]> {
  const jurors = await Promise.all(signers.map((signer) => world.as(signer)));
  for (const juror of jurors) {
    await fund(world.suite, juror.sender.address, JUROR_STAKE);
    await stakeJuror(juror, JUROR_STAKE);
  }
  await nextPeriod(world.suite);
  return jurors;
}

/** A juror of a round and how many votes it has. */
export interface Seat {
  readonly juror: ActionContext;
  readonly votes: number;
}

/** Draws the jurors of the round that a dispute is in. */
export async function drawPanel(
  world: ReviewWorld,
  dispute: bigint,
  jurors: readonly ActionContext[],
): Promise<Seat[]> {
  for (let attempt = 0; attempt < 16; attempt++) {
    await world.ready((await readDispute(world.contracts, dispute)).ticket);
    if ((await drawJurors(world.stranger, dispute)).result !== 0n) break;
  }
  const { round } = await readDispute(world.contracts, dispute);
  const seats = jurors.map(async (juror) => {
    const { votes } = await readBallot(world.contracts, dispute, round, juror.sender.address);
    return { juror, votes };
  });
  return (await Promise.all(seats)).filter(({ votes }) => votes !== 0);
}

/** A vote of a juror in a round, and what it commits to it. */
export async function sealedVote(
  { chainId, suite }: ReviewWorld,
  { dispute, round }: { readonly dispute: bigint; readonly round: number },
  { sender }: ActionContext,
  ruling: RulingName,
): Promise<{ vote: SealedVote; commitment: string }> {
  const vote = { ruling, salt: SALT };
  const place = { chainId, court: await suite.arbitration.getAddress(), dispute, round, juror: sender.address };
  return { vote, commitment: voteCommitment(place, vote) };
}

/** All jurors of a round vote for one ruling. */
export async function voteFor(
  world: ReviewWorld,
  dispute: bigint,
  seats: readonly Seat[],
  ruling: RulingName,
): Promise<void> {
  const { round } = await readDispute(world.contracts, dispute);
  const place = { dispute, round };
  const ballots = await Promise.all(
    seats.map(async ({ juror }) => ({ juror, ...(await sealedVote(world, place, juror, ruling)) })),
  );
  for (const { juror, commitment } of ballots) await commitVote(juror, dispute, round, commitment);
  for (const { juror, vote } of ballots) await revealVote(juror, dispute, round, vote);
}

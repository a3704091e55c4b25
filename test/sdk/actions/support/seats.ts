// Verifiers of a case that vote by actions.
import { id } from "ethers";

import {
  commitVerdict,
  verdictCommitment,
  type SealedVerdict,
} from "../../../../packages/sdk/src/actions/commit-verdict.ts";
import { drawCase } from "../../../../packages/sdk/src/actions/draw-case.ts";
import { readCase, type CaseSummary } from "../../../../packages/sdk/src/actions/read-case.ts";
import { revealVerdict } from "../../../../packages/sdk/src/actions/reveal-verdict.ts";
import type { ReviewWorld } from "./review-world.ts";

const SALT = id("salt of a verdict");

/** Draws the verifiers of a case; returns the case that they vote on. */
export async function drawSeats(world: ReviewWorld, caseId: bigint): Promise<CaseSummary> {
  for (let attempt = 0; attempt < 8; attempt++) {
    await world.ready((await readCase(world.contracts, caseId)).ticket);
    await drawCase(world.stranger, caseId);
    const found = await readCase(world.contracts, caseId);
    if (found.phase !== "drawing") return found;
  }
  throw new Error(`no verifiers were drawn for case ${caseId}`);
}

/** A verdict on this case, and what its verifier commits to it. */
export async function sealed(
  { chainId, suite }: ReviewWorld,
  caseId: bigint,
  node: bigint,
  vote: SealedVerdict["vote"],
): Promise<{ verdict: SealedVerdict; commitment: string }> {
  const verdict = { vote, score: 0, salt: SALT };
  const committee = await suite.committee.getAddress();
  return { verdict, commitment: verdictCommitment({ chainId, committee, caseId, node }, verdict) };
}

/** All verifiers of a case commit and reveal the votes given by their seats. */
export async function voteAll(
  world: ReviewWorld,
  { caseId, seats }: CaseSummary,
  votes: readonly SealedVerdict["vote"][],
): Promise<void> {
  const sealing = seats.map(async ({ verifier }, seat) => ({
    operator: await world.operatorOf(verifier),
    ...(await sealed(world, caseId, verifier, votes[seat] ?? "abstain")),
  }));
  const ballots = await Promise.all(sealing);
  for (const { operator, commitment } of ballots) await commitVerdict(operator, caseId, commitment);
  for (const { operator, verdict } of ballots) await revealVerdict(operator, caseId, verdict);
}

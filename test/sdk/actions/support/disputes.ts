// What every test of a dispute does.
import { advanceDispute } from "../../../../packages/sdk/src/actions/advance-dispute.ts";
import { readDisputeActions, type DisputeActions } from "../../../../packages/sdk/src/actions/read-dispute-actions.ts";
import { readDispute, type DisputeStageName } from "../../../../packages/sdk/src/actions/read-dispute.ts";
import { time } from "../../../support/review/suite.ts";
import type { ReviewWorld } from "./review-world.ts";

/** What was announced for each side of a dispute. */
export async function announced(world: ReviewWorld, dispute: bigint): Promise<DisputeActions> {
  return readDisputeActions(world.contracts, world.stranger.sender.provider, { ...(await world.range()), dispute });
}

/** Lets the stage of a dispute pass; returns the next. */
export async function pass(world: ReviewWorld, dispute: bigint): Promise<DisputeStageName> {
  await time.increaseTo((await readDispute(world.contracts, dispute)).deadline + 1);
  return (await advanceDispute(world.stranger, dispute)).result;
}

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import type { ChainCursor } from "./read-cursor.ts";

/** A fragment of the open phase; `step` is the round. All else is zero when that fragment is not open. */
export type RoundCursor = ChainCursor;

/** Reads fragment `fragment` of a task of rounds, see `round-fragment.ts`. @throws CorexError CHAIN_*. */
export async function readRoundCursor(
  { roundMarket }: CorexContracts,
  task: string,
  fragment: number,
): Promise<RoundCursor> {
  try {
    const cursor = await roundMarket.cursorOf(task, fragment);
    return {
      step: Number(cursor.step),
      node: cursor.node,
      missed: cursor.missed,
      requestedAt: Number(cursor.requestedAt),
      ticket: Number(cursor.ticket),
      deadline: Number(cursor.deadline),
      waited: Number(cursor.waited),
      attempt: Number(cursor.attempt),
      bonded: cursor.bonded,
      refused: cursor.refused,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

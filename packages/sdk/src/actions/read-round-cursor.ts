import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { toCursor, type ChainCursor } from "./read-cursor.ts";

/** A fragment of the open phase; `step` is the round. All else is zero when that fragment is not open. */
export type RoundCursor = ChainCursor;

/** Reads fragment `fragment` of a task of rounds, see `round-fragment.ts`. @throws CorexError CHAIN_*. */
export async function readRoundCursor(
  { roundMarket }: CorexContracts,
  task: string,
  fragment: number,
): Promise<RoundCursor> {
  try {
    return toCursor(await roundMarket.cursorOf(task, fragment));
  } catch (cause) {
    throw decodeError(cause);
  }
}

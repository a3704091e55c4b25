import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { toCursor, type ChainCursor } from "./read-cursor.ts";

/** Draw and assignment of a fragment of work; of one that is submitted or final as of its submission. @throws CorexError CHAIN_*. */
export async function readWorkCursor(
  { workMarket }: CorexContracts,
  task: string,
  fragment: number,
): Promise<ChainCursor> {
  try {
    return toCursor(await workMarket.cursorOf(task, fragment));
  } catch (cause) {
    throw decodeError(cause);
  }
}

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** The open fragment of a chain. Times in seconds since the Unix epoch; `node` 0 while it is free. */
export interface ChainCursor {
  readonly step: number;
  readonly node: bigint;
  /** Node that missed the deadline of this fragment last, or gave it back. */
  readonly missed: bigint;
  readonly requestedAt: number;
  /** Entropy ticket of the draw. */
  readonly ticket: number;
  readonly deadline: number;
  /** Seconds from the opening of the fragment to the draw request. */
  readonly waited: number;
  readonly attempt: number;
  /** Whether stake of the assigned node is held for it. */
  readonly bonded: boolean;
  /** Whether `missed` gave the fragment back, and did not miss its deadline. */
  readonly refused: boolean;
}

/** Reads the open fragment of a chain. @throws CorexError CHAIN_*. */
export async function readCursor({ taskMarket }: CorexContracts, task: string, chain: number): Promise<ChainCursor> {
  try {
    return toCursor(await taskMarket.cursorOf(task, chain));
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** A cursor as the contracts return it, with plain numbers where they are safe. */
export function toCursor(cursor: Awaited<ReturnType<CorexContracts["taskMarket"]["cursorOf"]>>): ChainCursor {
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
}

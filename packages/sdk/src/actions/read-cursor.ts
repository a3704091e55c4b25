import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** The open fragment of a chain. Times in seconds since the Unix epoch; `node` 0 while it is free. */
export interface ChainCursor {
  readonly step: number;
  readonly node: bigint;
  /** Node that missed the deadline of this fragment last. */
  readonly missed: bigint;
  readonly requestedAt: number;
  readonly entropyBlock: number;
  readonly deadline: number;
  readonly attempt: number;
}

/** Reads the open fragment of a chain. @throws CorexError CHAIN_*. */
export async function readCursor({ taskMarket }: CorexContracts, task: string, chain: number): Promise<ChainCursor> {
  try {
    const cursor = await taskMarket.cursorOf(task, chain);
    return {
      step: Number(cursor.step),
      node: cursor.node,
      missed: cursor.missed,
      requestedAt: Number(cursor.requestedAt),
      entropyBlock: Number(cursor.entropyBlock),
      deadline: Number(cursor.deadline),
      attempt: Number(cursor.attempt),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** Proved sums over the held-out shards evaluated so far. */
export interface RoundEvaluation {
  /** In the unit of the circuit. */
  readonly loss: bigint;
  readonly correct: bigint;
  readonly shards: number;
}

/** Reads what is proved about the final weights of a task of rounds. @throws CorexError CHAIN_*. */
export async function readRoundEvaluation({ roundMarket }: CorexContracts, task: string): Promise<RoundEvaluation> {
  try {
    const { loss, correct, shards } = await roundMarket.evaluationOf(task);
    return { loss, correct, shards: Number(shards) };
  } catch (cause) {
    throw decodeError(cause);
  }
}

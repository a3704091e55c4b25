import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { MAX_LANES } from "../task/round-fragment.ts";
import { TASK_STATUSES, type TaskStatusName } from "./read-task.ts";

/** What is open in a task of rounds, by its number on chain. */
export const ROUND_PHASES = ["gradients", "applying", "evaluating"] as const;

export type RoundPhaseName = (typeof ROUND_PHASES)[number];

export interface RoundTaskSummary {
  readonly status: TaskStatusName;
  readonly network: boolean;
  readonly phase: RoundPhaseName;
  /** Rounds applied; the number of the open round. */
  readonly round: number;
  /** Lanes of the round that have a gradient, or held-out shards that are evaluated: indices in order. */
  readonly settled: readonly number[];
  /** Of a cancelled task, the fragments of the phase that still have their fee reserved: indices in order. */
  readonly reserved: readonly number[];
  /** Second at which the phase opened. */
  readonly openedAt: number;
  /** Entropy ticket of the first draw of every fragment of the phase. */
  readonly openTicket: number;
  /** Weights commitment that the open round starts from; zero until the first round is applied: then it is that of the terms. */
  readonly head: bigint;
  /** CXT wei of fees still held. */
  readonly held: bigint;
}

/** State, head and remaining fees of a task of rounds; status "none" when the market does not know it. @throws CorexError CHAIN_*. */
export async function readRoundTask(
  { roundMarket, roundEscrow }: CorexContracts,
  task: string,
): Promise<RoundTaskSummary> {
  try {
    const [state, head, held] = await Promise.all([
      roundMarket.stateOf(task),
      roundMarket.headOf(task),
      roundEscrow.heldFor(task),
    ]);
    return {
      status: TASK_STATUSES[Number(state.status)] ?? "none",
      network: state.network,
      phase: ROUND_PHASES[Number(state.phase)] ?? "gradients",
      round: Number(state.round),
      settled: bitsOf(state.settled),
      reserved: bitsOf(state.reserved),
      openedAt: Number(state.openedAt),
      openTicket: Number(state.openTicket),
      head,
      held,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** The bits that are set in a mask of fragments. */
function bitsOf(mask: bigint): number[] {
  return Array.from({ length: MAX_LANES }, (_, index) => index).filter((index) => (mask >> BigInt(index)) & 1n);
}

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { TASK_STATUSES, type TaskStatusName } from "./read-task.ts";

export interface WorkTaskSummary {
  readonly status: TaskStatusName;
  readonly network: boolean;
  /** Seconds since the Unix epoch. */
  readonly publishedAt: number;
  /** Fragments that were paid. */
  readonly settled: number;
  /** Fragments that were given up and refunded. */
  readonly dropped: number;
  /** Jackpots that are not won. */
  readonly jackpots: number;
  /** Of a cancelled task: draws with a lower entropy ticket were decided, and still count. */
  readonly cancelHorizon: number;
  /** Basis points of the fee of a fragment. */
  readonly protocolFeeBps: number;
  /** CXT wei that the escrow holds for it. */
  readonly held: bigint;
}

/** State and money of a task of work; status "none" when the market does not know it. @throws CorexError CHAIN_*. */
export async function readWorkTask({ workMarket, workEscrow }: CorexContracts, task: string): Promise<WorkTaskSummary> {
  try {
    const [state, held] = await Promise.all([workMarket.stateOf(task), workEscrow.heldFor(task)]);
    return {
      status: TASK_STATUSES[Number(state.status)] ?? "none",
      network: state.network,
      publishedAt: Number(state.publishedAt),
      settled: Number(state.settled),
      dropped: Number(state.dropped),
      jackpots: Number(state.jackpots),
      cancelHorizon: Number(state.cancelHorizon),
      protocolFeeBps: Number(state.protocolFeeBps),
      held,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** Statuses of a task by their number on chain. */
export const TASK_STATUSES = ["none", "active", "cancelled", "completed"] as const;

export type TaskStatusName = (typeof TASK_STATUSES)[number];

export interface TaskSummary {
  readonly status: TaskStatusName;
  readonly network: boolean;
  /** Fragments in flight. */
  readonly assigned: number;
  readonly settled: number;
  readonly workUnits: bigint;
  /** CXT wei of fees still held. */
  readonly held: bigint;
}

/** State and remaining fees of a task; status "none" when the market does not know it. @throws CorexError CHAIN_*. */
export async function readTask({ taskMarket, taskEscrow }: CorexContracts, task: string): Promise<TaskSummary> {
  try {
    const [state, held] = await Promise.all([taskMarket.stateOf(task), taskEscrow.heldFor(task)]);
    return {
      status: TASK_STATUSES[Number(state.status)] ?? "none",
      network: state.network,
      assigned: Number(state.assigned),
      settled: Number(state.settled),
      workUnits: state.workUnits,
      held,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

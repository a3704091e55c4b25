import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";

import type { KnownTask } from "../journal/task-log.ts";

/** The open fragment of one chain of one task. */
export interface OpenFragment {
  readonly task: KnownTask;
  readonly status: TaskStatusName;
  readonly chain: number;
  readonly cursor: ChainCursor;
}

/** What the agent knows of the chain after a block. */
export interface Snapshot {
  readonly blockNumber: number;
  /** Seconds since the Unix epoch, by the clock of the chain. */
  readonly timestamp: number;
  /** Lowest entropy ticket whose draws are not decided yet. */
  readonly horizon: number;
  readonly fragments: readonly OpenFragment[];
}

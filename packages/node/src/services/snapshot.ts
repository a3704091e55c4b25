import type { OpenFragment } from "../markets/open-fragment.ts";

/** What the agent knows of the chain after a block. */
export interface Snapshot {
  readonly blockNumber: number;
  /** Seconds since the Unix epoch, by the clock of the chain. */
  readonly timestamp: number;
  /** Lowest entropy ticket whose draws are not decided yet. */
  readonly horizon: number;
  /** Of every market. */
  readonly fragments: readonly OpenFragment[];
}

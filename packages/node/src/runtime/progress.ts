import type { FragmentKey } from "../journal/fragment-log.ts";

/** Stages that a parent process can show to people. */
export type ProgressStage = "assigned" | "computed" | "proved" | "submitted" | "settled";

/** Reports the progress of fragments. */
export interface Progress {
  fragment(stage: ProgressStage, key: FragmentKey, details?: Readonly<Record<string, string | number>>): void;
}

/** Writes one JSON object per line: `{"event":"fragment","stage":...,"task":...,"chain":...,"step":...,...}`. */
export function createLineProgress(write: (line: string) => void, node: bigint): Progress {
  return {
    fragment(stage, { task, chain, step }, details = {}) {
      const event = { event: "fragment", stage, task, chain, step, node: Number(node), time: Date.now(), ...details };
      write(`${JSON.stringify(event)}\n`);
    },
  };
}

import { type FragmentKey, labelOf } from "../journal/fragment-key.ts";

/** Stages that a parent process can show to people. */
export type ProgressStage = "assigned" | "computed" | "proved" | "submitted" | "settled";

/** Reports the progress of fragments. */
export interface Progress {
  fragment(stage: ProgressStage, key: FragmentKey, details?: Readonly<Record<string, string | number>>): void;
}

/**
 * Writes one JSON object per line: `{"event":"fragment","stage":...,"task":...,"chain":...,"step":...,...}`, and for a task of
 * rounds `{"event":"fragment","stage":...,"task":...,"kind":...,"fragment":...,"round":...,...}`.
 */
export function createLineProgress(write: (line: string) => void, node: bigint): Progress {
  return {
    fragment(stage, key, details = {}) {
      const event = { event: "fragment", stage, ...labelOf(key), node: Number(node), time: Date.now(), ...details };
      write(`${JSON.stringify(event)}\n`);
    },
  };
}

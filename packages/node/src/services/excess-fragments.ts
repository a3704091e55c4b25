import type { OpenFragment } from "../markets/open-fragment.ts";

/** How much longer than usual a fragment may take before its deadline is in danger. */
const MARGIN = 1.5;

/**
 * The fragments of a node that it cannot finish in time, one after the other, the most urgent first, and that can still be
 * given back: in the first half of their time. Missing a deadline costs stake; giving back costs a little reputation at most.
 *
 * @param fragments Those assigned to the node.
 * @param timestamp Seconds since the Unix epoch, by the clock of the chain.
 * @param secondsEach What one took lately.
 */
export function excessFragments(
  fragments: readonly OpenFragment[],
  timestamp: number,
  secondsEach: number,
): OpenFragment[] {
  const excess: OpenFragment[] = [];
  let queued = 0;
  for (const fragment of fragments.toSorted((a, b) => a.cursor.deadline - b.cursor.deadline)) {
    const { deadline } = fragment.cursor;
    const doneAt = timestamp + (queued + 1) * secondsEach * MARGIN;
    const refusable = timestamp <= deadline - fragment.duration / 2;
    if (doneAt > deadline && refusable) excess.push(fragment);
    else queued += 1;
  }
  return excess;
}

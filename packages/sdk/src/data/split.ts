import { createPrng } from "./prng.ts";

/** How to split items into training and held-out. */
export interface SplitOptions<T> {
  /** Items with the same key always land in the same split. */
  readonly group: (item: T) => string;
  /** Class of an item; a group counts for the class of its first item. */
  readonly label: (item: T) => number;
  /** Wanted held-out share of each class, in (0, 1). */
  readonly heldOutFraction: number;
  readonly seed: string;
}

/**
 * Splits items class by class without ever tearing a group apart.
 *
 * Per class: the groups, in order of first appearance, are shuffled with the seed and go to the held-out split until it
 * has at least `round(heldOutFraction * items of the class)`; the last group of a class always stays in training.
 * Both results keep the order of `items`.
 */
export function splitByGroup<T>(items: readonly T[], options: SplitOptions<T>): { train: T[]; heldOut: T[] } {
  const groups = new Map<string, { label: number; size: number }>();
  for (const item of items) {
    const key = options.group(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { label: options.label(item), size: 1 });
    else group.size += 1;
  }

  const heldOutKeys = new Set<string>();
  const labels = [...new Set([...groups.values()].map(({ label }) => label))].sort((a, b) => a - b);
  for (const label of labels) {
    const members = [...groups].filter(([, group]) => group.label === label);
    const total = members.reduce((sum, [, { size }]) => sum + size, 0);
    const wanted = Math.round(options.heldOutFraction * total);
    let held = 0;
    const shuffled = createPrng(options.seed).fork(`split:${label}`).shuffle(members);
    for (const [key, { size }] of shuffled.slice(0, -1)) {
      if (held >= wanted) break;
      heldOutKeys.add(key);
      held += size;
    }
  }
  return {
    train: items.filter((item) => !heldOutKeys.has(options.group(item))),
    heldOut: items.filter((item) => heldOutKeys.has(options.group(item))),
  };
}

/** The words of a sum tree of the scheduler, laid out as in `SortitionTree` and `VersionedWords`. */

const PAYLOAD_BITS = 225n;
const LEVEL_BITS = 32n;

/** Bits of the total of one tier in the word of its device class. */
export const TOTAL_BITS = 45n;

export interface TreeWord {
  readonly key: bigint;
  readonly word: bigint;
}

/** Numbers of a word of `level`, and the bits of each. */
function shapeOf(level: number): { readonly arity: number; readonly bits: bigint } {
  if (level === 0) return { arity: 9, bits: 25n };
  return level < 3 ? { arity: 7, bits: 32n } : { arity: 5, bits: TOTAL_BITS };
}

/** Levels of a tree of `nodes` positions. */
export function levelsOf(nodes: number): number {
  let levels = 0;
  for (let capacity = 1; capacity < nodes; levels += 1) capacity *= shapeOf(levels).arity;
  return Math.max(1, levels);
}

/** Numbers that a draw of `position` passes over, on all levels of a tree of `nodes` positions: what tells draws apart. */
export function passedOver(position: number, nodes: number): number {
  let passed = 0;
  let index = position;
  for (let level = 0; level < levelsOf(nodes); level += 1) {
    const { arity } = shapeOf(level);
    passed += index % arity;
    index = Math.floor(index / arity);
  }
  return passed;
}

/** Marks the numbers of a word as written in `period`. */
export function tagged(numbers: bigint, period: bigint): bigint {
  return (period << PAYLOAD_BITS) | numbers;
}

/** Every word of the tree over `weights`, by position, that is not empty, as last written in `period`. */
export function treeWords(weights: readonly number[], period: bigint): TreeWord[] {
  const words: TreeWord[] = [];
  let numbers = weights;
  for (let level = 0; level < levelsOf(weights.length); level += 1) {
    const { arity, bits } = shapeOf(level);
    const sums: number[] = [];
    for (let index = 0; index * arity < numbers.length; index += 1) {
      const children = numbers.slice(index * arity, (index + 1) * arity);
      const packed = children.reduceRight((word, number) => (word << bits) | BigInt(number), 0n);
      const sum = children.reduce((total, number) => total + number, 0);
      sums.push(sum);
      if (sum !== 0) words.push({ key: (BigInt(level) << LEVEL_BITS) | BigInt(index), word: tagged(packed, period) });
    }
    numbers = sums;
  }
  return words;
}

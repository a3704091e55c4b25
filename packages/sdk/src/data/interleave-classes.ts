import { createPrng } from "./prng.ts";

/**
 * Orders samples so that every stretch of them sees the classes in about their overall proportion.
 *
 * Each class is shuffled with the seed; its i-th of n samples (i from 0) gets the position (2i + 1) / 2n, and all
 * samples are sorted by position, the lower class first on a tie. Positions are compared as integers, exactly.
 *
 * @returns indices into `labels`, each once.
 */
export function interleaveClasses(labels: readonly number[], seed: string): number[] {
  const prng = createPrng(seed);
  const placed: { index: number; label: number; odd: number; size: number }[] = [];
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    const members = labels.flatMap((other, index) => (other === label ? [index] : []));
    const shuffled = prng.fork(`order:${label}`).shuffle(members);
    for (const [i, index] of shuffled.entries()) {
      placed.push({ index, label, odd: 2 * i + 1, size: shuffled.length });
    }
  }
  // a.odd / a.size < b.odd / b.size; products stay far below 2^53.
  placed.sort((a, b) => a.odd * b.size - b.odd * a.size || a.label - b.label);
  return placed.map(({ index }) => index);
}

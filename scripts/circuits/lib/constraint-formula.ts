import type { ConstraintCounts } from "./circom.ts";

/** Parameters of LinearStepK, named as in its source. */
export interface LinearStepKParams {
  readonly m: number;
  readonly d: number;
  readonly k: number;
  readonly BX: number;
  readonly B: number;
  readonly F: number;
  readonly T: number;
}

/** Field elements that one permutation absorbs, constraints of it, and bits of values in a packed element. */
const RATE = 16;
const PERMUTATION = { nonLinear: 612, linear: 1 };
const WORD_BITS = 252;

/**
 * Constraints of LinearStepK at --O1, exactly: what the compiler would count, for sizes that take it too long.
 *
 * A product of a row is one constraint, a bit of a committed value one, and an element of a hash about 38.
 */
export function linearStepKConstraints({ m, d, k, BX, B, F, T }: LinearStepKParams): ConstraintCounts {
  const weights = d * k;
  const shift = 2 * F + Math.log2(m);
  const remainders = pack(weights, shift);
  const features = BX === B ? pack(m * (d + k), B) : pack(m * d, BX);
  const labels = BX === B ? { words: 0, nonLinear: 0, linear: 0 } : pack(m * k, B);
  return sum([
    // Weights, new weights and gradient; the batch; the remainders.
    ...Array.from({ length: 3 }, () => pack(weights, B)),
    ...Array.from({ length: 3 }, () => chain(words(weights, B) + 1)),
    features,
    labels,
    chain(features.words + labels.words + 1),
    remainders,
    // A remainder alone in the last word is that word, without a constraint: it is not shifted.
    { nonLinear: 0, linear: weights % Math.floor(WORD_BITS / shift) === 1 ? -1 : 0 },
    // A, and the loss as <A, W> - 2^F trace(C).
    { nonLinear: weights, linear: weights + 1 },
    chain(5 + remainders.words + k * k),
    // Rows of W, Y, A and C times rho; X times W rho, X^T and Y^T times u; u.
    { nonLinear: (2 * d + m + k) * (k - 1), linear: 0 },
    { nonLinear: 2 * m * d + m * k, linear: m },
    // New weights.
    { nonLinear: T * weights, linear: 3 * weights },
  ]);
}

/** Field elements that values of `bits` are packed into. */
export function words(values: number, bits: number): number {
  return Math.ceil(values / Math.floor(WORD_BITS / bits));
}

/** Ranges and packing: a bit each, a sum for each value and each word. */
export function pack(values: number, bits: number): ConstraintCounts & { words: number } {
  return { words: words(values, bits), nonLinear: values * bits, linear: values + words(values, bits) };
}

/** A hash of `elements`. A constant lane, the tag or filling, has two products less and two constants more. */
export function chain(elements: number): ConstraintCounts {
  const blocks = Math.ceil(elements / RATE);
  const constants = 1 + blocks * RATE - elements;
  return {
    nonLinear: PERMUTATION.nonLinear * blocks - 2 * constants,
    linear: PERMUTATION.linear * blocks + 2 * constants,
  };
}

export function sum(counts: readonly ConstraintCounts[]): ConstraintCounts {
  return counts.reduce(
    (total, { nonLinear, linear }) => ({ nonLinear: total.nonLinear + nonLinear, linear: total.linear + linear }),
    { nonLinear: 0, linear: 0 },
  );
}

import { CHARACTER_FEATURE_NAMES, characterFeatures } from "../data/character-features.ts";
import { dot, type Matrix, multiply } from "../math/matrix.ts";
import { quantize } from "../math/quantize.ts";
import { roundedShift } from "../math/rounded-shift.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** The sign of a word is a bit of its hash that its bucket does not depend on much: the highest one. */
const SIGN_SHIFT = 31;
/** Bits of a quantised character statistic: no text of 2^16 characters reaches them. */
const CHARACTER_BITS = 64;

/**
 * Signed counts of the words of a text: a word adds 1 or -1 to one of `buckets` counters.
 *
 * Words are the longest runs of A-Z, a-z, 0-9 and _, A-Z as a-z. With h the 32-bit FNV-1a hash of a word: the bucket is
 * h mod 2^31 mod `buckets`, the sign is minus when bit 31 is set.
 */
export function hashWords(text: string, buckets: number): bigint[] {
  const counts = Array<bigint>(buckets).fill(0n);
  for (const [word] of text.matchAll(/[A-Za-z0-9_]+/g)) {
    const hash = fnv1a(word.toLowerCase());
    const bucket = (hash & 0x7fffffff) % buckets;
    counts[bucket] = (counts[bucket] ?? 0n) + (hash >>> SIGN_SHIFT === 1 ? -1n : 1n);
  }
  return counts;
}

/** The 15 character statistics in units of 2^(-fraction), rounded half up; zeros for an empty text. */
export function quantizedCharacters(text: string, fraction: number): bigint[] {
  // Densities of an empty text are undefined.
  const features = text === "" ? CHARACTER_FEATURE_NAMES.map(() => 0) : characterFeatures(text);
  return features.map((feature) => quantize(feature, { bits: CHARACTER_BITS, fraction }));
}

/** Rows times a matrix, divided by 2^fraction, rounded half up. */
export function projectRows(rows: Matrix, matrix: Matrix, fraction: number): bigint[][] {
  return multiply(rows, matrix).map((row) => row.map((value) => roundedShift(value, fraction)));
}

/** floor(x 4^F / isqrt(4^F sum of squares)) of each value, F = fraction: x / |row| in units of 2^(-F). Zeros stay zeros. */
export function normaliseRows(rows: Matrix, fraction: number): bigint[][] {
  return rows.map((row) => {
    // The root of the scaled sum keeps `fraction` more bits than the root of the sum.
    const length = squareRootDown(dot(row, row) << BigInt(2 * fraction));
    return row.map((value) => (length === 0n ? 0n : floorDivide(value << BigInt(2 * fraction), length)));
  });
}

/** Squared Euclidean distance of each row to each. */
export function squaredDistances(rows: Matrix): bigint[][] {
  const squares = rows.map((row) => dot(row, row));
  return rows.map((row, i) => rows.map((other, j) => (squares[i] ?? 0n) + (squares[j] ?? 0n) - 2n * dot(row, other)));
}

/** The largest integer whose square is at most `value` >= 0, by Newton's method from above. */
export function squareRootDown(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    // Falls strictly until it reaches the root: at most one step for each bit.
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

/** ASCII only. */
function fnv1a(word: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

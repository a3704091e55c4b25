import { requireSigned } from "../math/fixed-point.ts";

/** Bits of a packed field element: below the 254 bits of the field order, so that unpacking is unique. */
const WORD_BITS = 252;

/**
 * Packs signed values floor(252 / bits) to a word, low bits first, each shifted by 2^(bits-1) to be non-negative.
 *
 * @throws CorexError MATH_OUT_OF_RANGE when a value does not fit in `bits` signed bits.
 */
export function packValues(values: readonly bigint[], bits: number): bigint[] {
  const perWord = Math.floor(WORD_BITS / bits);
  const offset = 1n << BigInt(bits - 1);
  const words = Array.from({ length: Math.ceil(values.length / perWord) }, () => 0n);
  values.forEach((value, i) => {
    requireSigned(value, bits, "MATH_OUT_OF_RANGE", "values", i);
    const word = Math.floor(i / perWord);
    words[word] = (words[word] ?? 0n) + ((value + offset) << BigInt(bits * (i % perWord)));
  });
  return words;
}

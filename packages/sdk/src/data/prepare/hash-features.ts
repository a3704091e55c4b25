const WORD = /[\p{L}\p{N}_]+/gu;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The words of a text: lower case, runs of letters, digits and underscores. */
export function tokenize(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/**
 * Counts words in `buckets` columns without a dictionary: the hash of a word says its column and its sign, so that
 * words which share a column cancel as often as they add up.
 *
 * hash = fmix32(FNV-1a of the UTF-8 bytes); column = (hash mod 2^31) mod buckets; sign = -1 when hash >= 2^31.
 *
 * @param target where the counts are added; starts at `offset`.
 */
export function hashFeatures(words: readonly string[], target: Float64Array, offset: number, buckets: number): void {
  for (const word of words) {
    const hash = mix(fnv1a(word));
    const column = offset + ((hash & 0x7fffffff) % buckets);
    target[column] = (target[column] ?? 0) + (hash < 0 ? -1 : 1);
  }
}

/** FNV-1a of the word's UTF-8 bytes, 32 bits. */
export function fnv1a(word: string): number {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(word, "utf8")) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: FNV alone leaves the high bits of short words alike. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

import { createHash } from "node:crypto";

const WORD_BYTES = 4;
const UINT32_RANGE = 2 ** 32;

/** A reproducible stream of random numbers. The same seed gives the same stream on every machine and Node version. */
export interface Prng {
  /** The next uniform integer in [0, 2^32). */
  nextUint32(): number;
  /** A uniform integer in [0, limit), without modulo bias. `limit` is an integer in [1, 2^32]. */
  below(limit: number): number;
  /** A shuffled copy (Fisher-Yates from the end); the input is left alone. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream for `label`: adding a consumer elsewhere does not move the numbers seen here. */
  fork(label: string): Prng;
}

/**
 * Builds the generator used for every choice in data preparation.
 *
 * Block i is SHA-256(utf8(seed) || 0x00 || uint64 big-endian i), i = 0, 1, 2, ...; each block is read as eight
 * big-endian 32-bit words. `fork(label)` restarts with the seed `seed + "/" + label`.
 *
 * It is meant for reproducible sampling, never for salts or keys.
 */
export function createPrng(seed: string): Prng {
  const prefix = Buffer.from(`${seed}\0`, "utf8");
  let counter = 0n;
  let block = Buffer.alloc(0);
  let offset = 0;

  function nextUint32(): number {
    if (offset >= block.length) {
      const suffix = Buffer.alloc(8);
      suffix.writeBigUInt64BE(counter);
      counter += 1n;
      block = createHash("sha256").update(prefix).update(suffix).digest();
      offset = 0;
    }
    const word = block.readUInt32BE(offset);
    offset += WORD_BYTES;
    return word;
  }

  function below(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > UINT32_RANGE) {
      throw new RangeError(`limit must be an integer in [1, 2^32], got ${limit}`);
    }
    // Words at or above the largest multiple of `limit` are thrown away: what is left is uniform modulo `limit`.
    const usable = UINT32_RANGE - (UINT32_RANGE % limit);
    let word = nextUint32();
    while (word >= usable) word = nextUint32();
    return word % limit;
  }

  function shuffle<T>(items: readonly T[]): T[] {
    const copy = items.slice();
    for (let last = copy.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
    }
    return copy;
  }

  return { nextUint32, below, shuffle, fork: (label) => createPrng(`${seed}/${label}`) };
}

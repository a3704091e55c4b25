import { POSEIDON_RATE, poseidon16 } from "./poseidon.ts";

/** Hashes field elements 16 at a time, carrying the capacity from block to block; the tail is filled with zeros. */
export async function poseidonChain(words: readonly bigint[], tag: bigint): Promise<bigint> {
  let state = tag;
  for (let start = 0; start < words.length; start += POSEIDON_RATE) {
    const block = Array.from({ length: POSEIDON_RATE }, (_, i) => words[start + i] ?? 0n);
    state = await poseidon16(block, state);
  }
  return state;
}

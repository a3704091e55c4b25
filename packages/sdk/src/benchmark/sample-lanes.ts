import { createHmac } from "node:crypto";

import { createPrng } from "../data/prng.ts";

/** Lanes that an attestor recomputes. */
export const DEFAULT_SAMPLES = 8;

export interface SampleInput {
  /** Known to the attestor alone. */
  readonly secret: Uint8Array;
  readonly node: bigint;
  readonly nonce: bigint;
  readonly result: string;
  readonly lanes: number;
  /** Lanes to choose, all when there are fewer. */
  readonly samples?: number;
}

/**
 * Chooses the lanes of a measurement that an attestor recomputes, in ascending order.
 *
 * A function of the secret, the measurement and its result: nobody else can foresee it, and asking again, even after a
 * restart, meets the same lanes. Were they drawn afresh each time, a node could ask until its wrong lanes were missed.
 *
 * A node that left out a fraction f of its lanes passes one attestor with probability (1 - f)^samples and two with its
 * square: at 8 samples, 17 % and 3 % for f = 1/5, 0.4 % and 0.002 % for f = 1/2.
 */
export function sampleLanes({ secret, node, nonce, result, lanes, samples = DEFAULT_SAMPLES }: SampleInput): number[] {
  const subject = `corex benchmark sample/${node}/${nonce}/${result.toLowerCase()}/${lanes}`;
  const prng = createPrng(createHmac("sha256", secret).update(subject).digest("hex"));
  const chosen = new Set<number>();
  while (chosen.size < Math.min(samples, lanes)) chosen.add(prng.below(lanes));
  return [...chosen].sort((a, b) => a - b);
}

import { getBytes, hexlify } from "ethers";

import type { ProvedPlant } from "../task/plants.ts";

/** First byte of a message that asks for a planted result. */
const PLANT = 1;
const WORD_BYTES = 32;
/** Levels of the tree of 64 plants. */
const MAX_LEVELS = 6;

/** The message that asks the node of a fragment to submit a planted result: kind, digest, salt and proof, in words of 32 bytes. */
export function encodePlantNotice({ result, salt, proof }: ProvedPlant): Uint8Array {
  return Buffer.concat([Uint8Array.of(PLANT), ...[result, salt, ...proof].map((word) => getBytes(word))]);
}

/** The plant that a message asks for; undefined when it asks for none. */
export function decodePlantNotice(message: Uint8Array, fragment: number): ProvedPlant | undefined {
  const words = (message.length - 1) / WORD_BYTES;
  if (message[0] !== PLANT || !Number.isInteger(words) || words < 2 || words > 2 + MAX_LEVELS) return undefined;
  const [result = "", salt = "", ...proof] = Array.from({ length: words }, (_, index) =>
    hexlify(message.subarray(1 + index * WORD_BYTES, 1 + (index + 1) * WORD_BYTES)),
  );
  return { fragment, result, salt, proof };
}

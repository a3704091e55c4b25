import type { VerificationKeyJson } from "snarkjs";

import { encodeVerifyingKey, hashWords } from "../proof/encode-verifying-key.ts";

/** How every text about a development key begins: its transcript, and the `warning` of its verification key. */
export const DEVELOPMENT_WARNING = "DEV-ONLY";

/** Hash of what the development phase 1 puts into a verifying key; equal to `DevelopmentKeys.PHASE1` of the contracts. */
export const DEVELOPMENT_PHASE1 = "0xabc42fc4f985591755a62afa13a32bdec2126b2d4ce571bbbb5bfe9b398551e0";

/** Words of alpha and beta at the start of a verifying key. */
const PHASE1_WORDS = 6;

/** Hash of alpha and beta: the same for all keys built on the same powers of tau, since no phase 2 changes them. */
export function phase1Of(key: VerificationKeyJson): string {
  return hashWords(encodeVerifyingKey(key).slice(0, PHASE1_WORDS));
}

/** Whether a key was built on the development powers of tau: its secrets are public, whatever it is called. */
export function isDevelopmentKey(key: VerificationKeyJson): boolean {
  return phase1Of(key) === DEVELOPMENT_PHASE1;
}

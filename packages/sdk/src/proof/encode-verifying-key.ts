import { concat, keccak256, toBeHex } from "ethers";
import type { VerificationKeyJson } from "snarkjs";

import { CorexError } from "../errors.ts";

/**
 * Encodes a verification key as the words that the contract stores and hashes.
 *
 * Order: alpha (x, y); beta, gamma, delta (x imaginary, x real, y imaginary, y real: the order of the pairing
 * precompile); then IC (x, y) for the constant and for each public signal. 14 + 2 * (signals + 1) words.
 *
 * @throws CorexError PROOF_KEY_INVALID when a point or its coordinates are missing.
 */
export function encodeVerifyingKey(key: VerificationKeyJson): bigint[] {
  if (key.IC.length !== key.nPublic + 1) {
    throw new CorexError("PROOF_KEY_INVALID", `${key.IC.length} IC points for ${key.nPublic} public signals`);
  }
  return [
    ...g1(key.vk_alpha_1),
    ...g2(key.vk_beta_2),
    ...g2(key.vk_gamma_2),
    ...g2(key.vk_delta_2),
    ...key.IC.flatMap((point) => g1(point)),
  ];
}

/** keccak256 of words as the contract packs them; of a whole key: `keyHash` of the event `CircuitRegistered`. */
export function hashWords(words: readonly bigint[]): string {
  return keccak256(concat(words.map((word) => toBeHex(word, 32))));
}

function g1(point: readonly string[]): bigint[] {
  const [x, y] = point;
  return [word(x), word(y)];
}

function g2(point: readonly (readonly string[])[]): bigint[] {
  const [x, y] = point;
  return [word(x?.[1]), word(x?.[0]), word(y?.[1]), word(y?.[0])];
}

function word(value: string | undefined): bigint {
  if (value === undefined)
    throw new CorexError("PROOF_KEY_INVALID", "a point of the verification key lacks a coordinate");
  return BigInt(value);
}

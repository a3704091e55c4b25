import { randomBytes } from "node:crypto";

import { getBytes, hexlify, SigningKey } from "ethers";

import { KEY_BYTES, NOTICE_BYTES } from "./seal-notice.ts";

/**
 * A note to nobody: a public key whose private key is thrown away, and random bytes. Without the key of its receiver nobody can
 * tell a note from it, so that who posts a note for every fragment does not say which are planted.
 */
export function decoyNotice(): string {
  const { compressedPublicKey } = new SigningKey(randomBytes(32));
  return hexlify(Buffer.concat([getBytes(compressedPublicKey), randomBytes(NOTICE_BYTES - KEY_BYTES)]));
}

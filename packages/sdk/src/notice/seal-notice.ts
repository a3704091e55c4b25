import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";

import { getBytes, hexlify, SigningKey } from "ethers";

import { CorexError } from "../errors.ts";

/** Bytes of every note, whatever it says: `WorkMarket` takes up to 1,024. */
export const NOTICE_BYTES = 512;
/** Bytes of the compressed public key that a note begins with. */
export const KEY_BYTES = 33;
/** Bytes of the tag of AES-GCM, at the end. */
export const TAG_BYTES = 16;
/** Bytes that say how long the message is. */
const LENGTH_BYTES = 2;
/** Longest message of a note, in bytes: 461. */
export const MAX_NOTICE_MESSAGE = NOTICE_BYTES - KEY_BYTES - TAG_BYTES - LENGTH_BYTES;

const INFO = "corex/notice/1";
const CIPHER = "aes-256-gcm";
/** A key of a note encrypts once, so its nonce can be fixed. */
const NONCE = new Uint8Array(12);

/**
 * Encrypts a message to the operator of a node: ephemeral key on secp256k1, HKDF-SHA-256 over the shared point, AES-256-GCM.
 * Layout: key of 33 bytes, ciphertext of 463, tag of 16. The message is padded, so that all notes have one length and one form.
 *
 * @param operatorKey public key of the operator, see `readOperatorKey`.
 * @returns 512 bytes in hexadecimal, for `postNotice`.
 * @throws CorexError NOTICE_TOO_LONG, NOTICE_INVALID_KEY.
 */
export function sealNotice(operatorKey: string, message: Uint8Array): string {
  if (message.length > MAX_NOTICE_MESSAGE) {
    throw new CorexError("NOTICE_TOO_LONG", `${message.length} bytes do not fit: at most ${MAX_NOTICE_MESSAGE} do`, {
      retry: "after-change",
    });
  }
  const ephemeral = new SigningKey(randomBytes(32));
  const ephemeralKey = getBytes(ephemeral.compressedPublicKey);
  const padded = Buffer.alloc(LENGTH_BYTES + MAX_NOTICE_MESSAGE);
  padded.writeUInt16BE(message.length);
  padded.set(message, LENGTH_BYTES);
  const cipher = createCipheriv(CIPHER, noticeKey(ephemeral, operatorKey, ephemeralKey), NONCE);
  return hexlify(Buffer.concat([ephemeralKey, cipher.update(padded), cipher.final(), cipher.getAuthTag()]));
}

/** The key of a note: from the private key of one side, the public key of the other, and the ephemeral one that is sent. */
export function noticeKey(own: SigningKey, other: string, ephemeralKey: Uint8Array): Uint8Array {
  let shared: Uint8Array;
  try {
    shared = getBytes(own.computeSharedSecret(other));
  } catch (cause) {
    throw new CorexError("NOTICE_INVALID_KEY", "the public key is not a point of secp256k1", {
      retry: "after-change",
      cause,
    });
  }
  return new Uint8Array(hkdfSync("sha256", shared, ephemeralKey, INFO, 32));
}

/** The padded message without its padding. */
export function unpadNotice(padded: Buffer): Uint8Array {
  return new Uint8Array(padded.subarray(LENGTH_BYTES, LENGTH_BYTES + padded.readUInt16BE()));
}

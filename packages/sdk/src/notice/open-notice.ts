import { createDecipheriv } from "node:crypto";

import { getBytes, hexlify, type SigningKey } from "ethers";

import { KEY_BYTES, NOTICE_BYTES, noticeKey, TAG_BYTES, unpadNotice } from "./seal-notice.ts";

/**
 * Decrypts a note. Undefined when it is not for this account: for another, a decoy, or of another form.
 *
 * @param account the operator's wallet, or whatever has its signing key.
 */
export function openNotice(account: { readonly signingKey: SigningKey }, note: string): Uint8Array | undefined {
  const bytes = getBytes(note);
  if (bytes.length !== NOTICE_BYTES) return undefined;
  const ephemeralKey = bytes.subarray(0, KEY_BYTES);
  try {
    const key = noticeKey(account.signingKey, hexlify(ephemeralKey), ephemeralKey);
    const decipher = createDecipheriv("aes-256-gcm", key, new Uint8Array(12));
    decipher.setAuthTag(bytes.subarray(NOTICE_BYTES - TAG_BYTES));
    const padded = decipher.update(bytes.subarray(KEY_BYTES, NOTICE_BYTES - TAG_BYTES));
    return unpadNotice(Buffer.concat([padded, decipher.final()]));
  } catch {
    // No point, or the tag does not fit: not for this account.
    return undefined;
  }
}

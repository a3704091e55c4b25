import { createHash } from "node:crypto";

import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";

import { CorexError } from "../errors.ts";

const RAW_CODEC = 0x55;
const SHA2_256 = 0x12;
const DIGEST_BYTES = 32;
const BYTES32 = /^0x[0-9a-f]{64}$/i;

declare const contentIdBrand: unique symbol;

/** A CIDv1 with the raw codec and a sha-256 digest, in lower-case base32 (`bafkrei...`, 59 characters). */
export type ContentId = string & { readonly [contentIdBrand]: true };

/** The id of `bytes`: equal bytes have equal ids on every machine. */
export function contentIdOf(bytes: Uint8Array): ContentId {
  return fromDigest(createHash("sha256").update(bytes).digest());
}

/**
 * Checks text from outside and returns it as an id.
 *
 * @throws CorexError STORE_INVALID_ID when it is not a CIDv1, raw, sha-256, in its one canonical spelling.
 */
export function parseContentId(text: string): ContentId {
  digestOf(text);
  return text as ContentId;
}

/** The sha-256 digest inside an id, as the `bytes32` that contracts store and emit. */
export function contentIdToBytes32(id: ContentId): `0x${string}` {
  return `0x${Buffer.from(digestOf(id)).toString("hex")}`;
}

/**
 * The id whose digest a contract stored.
 *
 * @throws CorexError STORE_INVALID_ID when `digest` is not `0x` and 64 hexadecimal digits.
 */
export function bytes32ToContentId(digest: string): ContentId {
  if (!BYTES32.test(digest)) throw invalidId(digest, "it is not 0x and 64 hexadecimal digits");
  return fromDigest(Buffer.from(digest.slice(2), "hex"));
}

function fromDigest(digest: Uint8Array): ContentId {
  return CID.createV1(RAW_CODEC, createDigest(SHA2_256, digest)).toString() as ContentId;
}

function digestOf(text: string): Uint8Array {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw invalidId(text, "it is not a CID", cause);
  }
  if (cid.version !== 1 || cid.code !== RAW_CODEC || cid.multihash.code !== SHA2_256) {
    throw invalidId(text, "it is not a CIDv1 of raw bytes by sha-256");
  }
  if (cid.multihash.digest.length !== DIGEST_BYTES || cid.toString() !== text) {
    throw invalidId(text, "it is not in canonical spelling");
  }
  return cid.multihash.digest;
}

function invalidId(text: string, reason: string, cause?: unknown): CorexError {
  return new CorexError("STORE_INVALID_ID", `"${text}" is no content id: ${reason}`, { details: { id: text }, cause });
}
